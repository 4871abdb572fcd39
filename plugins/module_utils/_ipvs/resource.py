# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The virtual-server table as the road of _resource.py takes it. Private to the collection."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Optional, Sequence

from .._change import ADD, CHANGE, REMOVE, Change, InvalidInput, Plan
from .._files import Texts
from .._resource import Keys, Resource
from . import text
from .checked import Checks, as_checked
from .checks import virtual_service_warnings
from .kernel import IpvsKernel
from .model import OperatorsWeights, ServiceKey, Table, VirtualService, WantedService, Weights
from .plan import (
    ACTIONS,
    DESTINATION,
    SERVICE,
    desired_table,
    plan,
    undone,
    watched,
    weighted,
    weights_of,
    with_kept_weights,
    without_destinations,
    written_table,
)
from .support import NOT_LOADED


class TableResource(Resource):
    """What all resources have that change the virtual-server table.

    kernel: None where this host has no IPVS, which will do to delete services.
    """

    title = "virtual services (ipvsadm -S -n)"

    def __init__(self, kernel: IpvsKernel | None) -> None:
        self._kernel = kernel

    def read(self, owned: Table) -> Table:  # noqa: ARG002 - the table is always read whole
        return self._kernel.read() if self._kernel else {}

    def plan(self, desired: Table, observed: Table) -> Plan:
        return plan(desired, observed)

    def warnings(self, plan: Plan, desired: Table) -> Iterator[str]:
        if plan and not self._kernel:
            yield NOT_LOADED
        for key in sorted(_services(plan) & desired.keys()):
            yield from virtual_service_warnings(key, desired[key])

    def ignored(self, left: Plan) -> str:
        return next(filter(None, map(_ignored_tunnel, left)), "")

    def watched(self, plan: Plan) -> Keys:
        return watched(plan)

    def undoing(self, done: Plan, observed: Table, now: Table) -> Plan:  # noqa: ARG002 - each change has its own before
        return plan(undone(now, done), now)

    def apply(self, plan: Plan) -> None:
        if self._kernel:
            self._kernel.apply(plan)

    def lines(self, state: Table, plan: Plan) -> Iterator[str]:
        return text.table_lines({key: state[key] for key in _services(plan) if key in state})

    def command(self, change: Change) -> str:
        return text.command(change)

    def name(self, change: Change) -> str:
        if change.kind == SERVICE:
            return str(change.key)
        service, destination = change.key
        return f"{service} -> {destination}"


class IpvsTable(TableResource):
    """Some virtual services of this host, or all of them.

    state: one of plan.STATES. everything: with deleted, all that boot_file lists, or the whole table without one.
    keep_weights: weights that someone has changed by hand stay. allowed_actions: some of plan.ACTIONS; a plan with any
    other is refused. operators: gives the weights that they want, None where that is no matter of this call. checks:
    what keepalived checks, whose findings stay; with state replaced alone. forgotten: the paths of files that go: what
    an operator has done to real servers that are none any more.
    """

    def __init__(
        self,
        kernel: IpvsKernel | None,
        state: str,
        wanted: Sequence[WantedService],
        everything: bool = False,
        boot_file: str | None = None,
        keep_weights: bool = False,
        allowed_actions: Sequence[str] = ACTIONS,
        operators: OperatorsWeights | None = None,
        checks: Optional[Checks] = None,
        forgotten: Sequence[str] = (),
    ) -> None:
        if checks and state != "replaced":
            raise InvalidInput((f"keepalived: works only with state replaced, not with {state}",))
        if everything and (state != "deleted" or wanted):
            raise InvalidInput(("all: goes with state deleted and without services",))
        if not wanted and not everything:
            raise InvalidInput(
                ("services: nothing is listed; to remove all, say state=deleted and all=true without services",)
            )
        super().__init__(kernel)
        self._state = state
        self._wanted = wanted
        self._everything = everything
        self._keep_weights = keep_weights
        self._allowed_actions = allowed_actions
        self._operators = operators
        self._checks = checks
        self._unserved: List[str] = []
        self._defined: Table = {}
        self._weights: Weights = {}
        self._boot_file = boot_file
        self.paths = (*([boot_file] if boot_file else []), *forgotten)

    def owned(self, texts: Texts) -> Table:
        if not self._boot_file:
            return {}
        owned, self._weights = text.parse_rules(texts[self._boot_file] or "", self._boot_file)
        return owned

    def desired(self, observed: Table, owned: Table) -> Table:
        if self._everything:
            return {key: value for key, value in observed.items() if self._boot_file and key not in owned}
        own = frozenset(owned) | (self._checks.former if self._checks else frozenset())
        self._defined = desired = desired_table(self._state, self._wanted, observed, own)
        if self._state == "deleted":
            return desired
        if self._operators is not None:
            desired = self._operators(desired, weighted(self._state, self._wanted, observed))
            self._weights = weights_of(desired) if desired is not self._defined else {}
        if self._keep_weights:
            desired = with_kept_weights(desired, observed, owned)
        if self._checks:
            desired = as_checked(desired, observed, self._checks)
        self._unserved = [str(service.key) for service in self._wanted if not _serves(desired[service.key])]
        return desired

    def permit(self, plan: Plan) -> None:
        faults = [f"allowed_actions: {fault}" for fault in self._forbidden(plan)]
        if self._kernel:
            faults.extend(self._kernel.missing(plan))
        if faults:
            raise InvalidInput(tuple(faults))

    def _forbidden(self, plan: Plan) -> Iterator[str]:
        for kind in (SERVICE, DESTINATION):
            for action in (ADD, CHANGE, REMOVE):
                name = f"{action}_{kind}"
                if name not in self._allowed_actions:
                    needed = [change for change in plan if change.kind == kind and change.action == action]
                    if needed:
                        first = text.command(needed[0])
                        yield f"{name} is not among them; {len(needed)} would be needed, first `{first}`"

    def texts(self, desired: Table, owned: Table) -> Texts:
        gone: Texts = dict.fromkeys(self.paths)
        if not self._boot_file:
            return gone
        table = {} if self._everything else self._written(self._defined or desired, owned)
        self._refuse_what_ipvsadm_cannot_write(table)
        # The definition's weights, then those of an operator. Not a word more: ipvsadm -R gives up at a comment.
        lines = (*text.table_lines(table), *text.weight_lines(table, self._weights))
        content = "".join(f"{line}\n" for line in lines) or None
        return {**gone, self._boot_file: content}

    def extra(self, texts: Texts) -> Dict[str, Any]:  # noqa: ARG002
        return {"unserved": self._unserved}

    def _written(self, desired: Table, owned: Table) -> Table:
        return written_table(self._state, self._wanted, desired, owned)

    def _refuse_what_ipvsadm_cannot_write(self, table: Table) -> None:
        faults = [
            f"boot_file: ipvsadm has no word for forward={destination.forward}, which destination {destination.key} of "
            f"service {key} has; forward by dr, nat or tun, or leave boot_file out"
            for key, virtual_service in table.items()
            for destination in virtual_service.destinations
            if destination.forward not in text.FORWARD_OPTIONS
        ]
        if faults:
            raise InvalidInput(tuple(faults))


class IpvsDestination(IpvsTable):
    """One destination of a service that is there; wanted is that service with this destination alone.

    absent: whether it is to go.
    """

    def __init__(
        self, kernel: IpvsKernel | None, absent: bool, wanted: WantedService, boot_file: str | None = None
    ) -> None:
        super().__init__(kernel, "merged", (wanted,), boot_file=boot_file)
        self._absent = absent

    def extra(self, texts: Texts) -> Dict[str, Any]:  # noqa: ARG002 - a call for one destination says nothing of others
        return {}

    def desired(self, observed: Table, owned: Table) -> Table:
        service = self._wanted[0].key
        if self._absent:
            return without_destinations(self._wanted, observed)
        if service not in observed:
            raise InvalidInput((f"service {service} is not there; the module ipvs_service adds it",))
        return super().desired(observed, owned)

    def _written(self, desired: Table, owned: Table) -> Table:
        if self._absent:
            return without_destinations(self._wanted, owned)
        return super()._written(desired, owned)


def _services(plan: Plan) -> set[ServiceKey]:
    """Return the services that a plan is about."""
    return {change.key if change.kind == SERVICE else change.key[0] for change in plan}


def _serves(virtual_service: VirtualService) -> bool:
    return any(destination.weight for destination in virtual_service.destinations)


def _ignored_tunnel(left: Change) -> str:
    """Kernels before 5.2 pass over the attributes of tunnels and make every tunnel ipip."""
    if left.kind != DESTINATION or left.action != CHANGE or left.before.tunnel_type == left.after.tunnel_type:
        return ""
    service, destination = left.key
    return (
        f"this kernel does not know tunnel_type {left.after.tunnel_type}, which destination {destination} of service "
        f"{service} needs: gue is in kernels since 5.2, gre since 5.3"
    )
