# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real server in its services as the road of _resource.py takes it: drained, or active. Private to the collection.

A service has one owner. In one that keepalived manages this writes the files that keepalived watches, and waits until
keepalived has done it; in any other it sets the weight itself, and writes the same files for what comes later.
"""

from __future__ import annotations

import time
from collections import defaultdict
from typing import Any, Callable, DefaultDict, Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple

from .._change import Change, InvalidInput, Plan
from .._files import Texts
from .._keepalived.managed import Quorum, RealServers
from .._netlink.errors import PartlyDone
from . import text
from .drained import (
    Offsets,
    activate,
    brought_back,
    concerns,
    destination_name,
    drain,
    offset,
    offsets_in,
    set_aside,
    weight_with,
)
from .kernel import IpvsKernel
from .model import (
    Destination,
    DestinationKey,
    Pair,
    ServiceKey,
    Table,
    VirtualService,
    Weights,
    find_destination,
)
from .resource import TableResource

WriteTexts = Callable[[Texts], None]
# A destination as it was before anyone drained it.
Records = Dict[Pair, Destination]
# keepalived sees a file at once; an emulated machine is slower.
KEEPALIVED_DEADLINE_S = 15.0
_POLL_S = 0.1


class Selection(NamedTuple):
    """Which destinations are meant. port: None for every one. services: empty for all."""

    addresses: Tuple[str, ...]
    port: Optional[int] = None
    services: Tuple[ServiceKey, ...] = ()

    @property
    def everywhere(self) -> bool:
        return self.port is None and not self.services

    def has(self, pair: Pair) -> bool:
        service, destination = pair
        return (
            destination.address in self.addresses
            and self.port in (None, destination.port)
            and (not self.services or service in self.services)
        )


class Goal(NamedTuple):
    """What is wanted. weight: None for the one of the definition. force: even if a service has nothing left then.

    temporary: only for a while, so that what operators have said before is kept, and comes back.
    """

    drained: bool
    weight: Optional[int] = None
    force: bool = False
    temporary: bool = False


class Files(NamedTuple):
    """Where the state is kept. boot_file: of the rules that ipvs_services writes. texts: of the files in the folder."""

    boot_file: str
    folder: str
    texts: Mapping[str, str]


class Keepalived(NamedTuple):
    """The other owner. managed: what it has. quorums: what each service of it needs. write: writes the files that it
    watches. runs: whether it is there.
    """

    managed: RealServers
    quorums: Mapping[ServiceKey, Quorum]
    write: WriteTexts
    runs: Callable[[], bool]


class RealServer(TableResource):
    """The destinations of a selection.

    table: the kernel's as it was before, which says what there is to select.
    """

    def __init__(
        self,
        kernel: IpvsKernel,
        table: Table,
        keepalived: Keepalived,
        selection: Selection,
        goal: Goal,
        files: Files,
    ) -> None:
        super().__init__(kernel)
        there = {(key, destination.key) for key, value in table.items() for destination in value.destinations}
        everything = there | set(keepalived.managed)
        self.selected: List[Pair] = sorted(pair for pair in everything if selection.has(pair))
        if not self.selected:
            raise InvalidInput(tuple(_nothing_selected(selection, there)))
        self.table = table
        self._keepalived = keepalived
        self._managed = keepalived.managed
        self._selection = selection
        self._goal = goal
        self._files = files
        self._all = sorted(pair for pair in everything if pair[1].address in selection.addresses)
        self._weights: Weights = {}
        self._waiting: Plan = ()
        # Services that lose their quorum, with the sum of weights that is left.
        self._losing: Dict[ServiceKey, int] = {}
        self.wanted_table: Table = table
        self.wanted_weights: Weights = {}
        self._before: Texts = {}
        self._after: Texts = {}
        self._offsets: Offsets = {}
        own = [name for name in files.texts if any(concerns(name, address) for address in selection.addresses)]
        names = {*own, *selection.addresses, *(destination_name(*pair) for pair in self._all)}
        self.paths = (files.boot_file, *(f"{files.folder}/{name}" for name in sorted(names)))

    @property
    def declaring(self) -> tuple[str, ...]:
        return ()  # to drain is to own nothing, and a file beside the drained ones would be taken for one of them

    def owned(self, texts: Texts) -> Table:
        self._before = {path: content for path, content in texts.items() if path != self._files.boot_file}
        rules = texts[self._files.boot_file] or ""
        table, self._weights = text.parse_rules(rules, self._files.boot_file)
        return table

    def desired(self, observed: Table, owned: Table) -> Table:
        records = self._records()
        defined: Dict[Pair, int] = {}
        faults = []
        for pair in self.selected:
            weight = self._defined_weight(pair, observed, owned, records)
            if weight is None and not self._goal.drained and not self._goal.temporary:
                service, destination = pair
                faults.append(
                    f"weight: {destination} has 0 in service {service}, and nothing says what it had before; give one"
                )
            defined[pair] = weight or 0
        if faults:
            raise InvalidInput(tuple(faults))
        before, after = offsets_in(self._files.texts), self._offsets_after(defined)
        self._offsets = after
        self._after = self._files_after(after, self._lines(records, observed, owned))
        desired = dict(observed)
        for pair in self.selected:
            service, destination = pair
            self.wanted_weights[pair] = weight = weight_with(defined[pair], offset(after, *pair))
            # Where its files stay, keepalived has done what they say; what is different is for its checks to decide.
            decided = not self._goal.drained and pair in self._managed and offset(before, *pair) == offset(after, *pair)
            if service in desired and not decided:
                desired[service] = _with_weight(desired, service, destination, weight)
        self.wanted_table = desired
        return desired

    def _defined_weight(self, pair: Pair, observed: Table, owned: Table, records: Records) -> Optional[int]:
        """Return the weight that a destination has when nobody has drained it; None where nothing tells."""
        if pair in self._managed:
            return self._managed[pair].weight
        in_rules = find_destination(owned, pair)
        if in_rules is not None:
            return in_rules.weight
        if pair in records:
            return records[pair].weight
        there = find_destination(observed, pair)
        return there.weight if there is not None and there.weight else self._goal.weight

    def _records(self) -> Records:
        """Return the destinations as they were before, as the files tell of services that are in no definition."""
        records: Records = {}
        for content in self._files.texts.values():
            records.update(text.parse_weight_lines(content.partition("\n")[2]))
        return records

    def _offsets_after(self, defined: Mapping[Pair, int]) -> Offsets:
        before = offsets_in(self._files.texts)
        if self._goal.temporary:
            return self._offsets_for_a_while(before)
        weight = self._goal.weight
        after: Offsets = {}
        for address in self._selection.addresses:
            selected = {
                destination_name(*pair): 0 if weight is None else weight - defined[pair]
                for pair in self.selected
                if pair[1].address == address
            }
            everywhere = self._selection.everywhere
            if self._goal.drained:
                after.update(drain(before, address, selected, everywhere))
            else:
                names = [destination_name(*pair) for pair in self._all if pair[1].address == address]
                after.update(activate(before, address, selected, names, everywhere))
        return after

    def _offsets_for_a_while(self, before: Offsets) -> Offsets:
        change = set_aside if self._goal.drained else brought_back
        after: Offsets = {}
        for address in self._selection.addresses:
            after.update(change(before, address))
        return after

    def _lines(self, records: Records, observed: Table, owned: Table) -> Mapping[str, List[str]]:
        """Return what brings back the weights that stand in no definition, by the names of files.

        A file may go while others of the same real server stay or come, so each gets all that there is for it.
        """
        known = dict(records)
        for pair in self._all:
            there = find_destination(observed, pair)
            if there is not None and there.weight and pair not in self._managed and not find_destination(owned, pair):
                known.setdefault(pair, there)
        lines: DefaultDict[str, List[str]] = defaultdict(list)
        for service, destination in sorted(known):
            line = text.destination_line("-e", service, known[service, destination])
            for name in (destination.address, destination_name(service, destination)):
                lines[name].append(line)
        return lines

    def _files_after(self, offsets: Offsets, known: Mapping[str, List[str]]) -> Texts:
        texts: Texts = {path: None for path in self.paths if path != self._files.boot_file}
        for name, number in offsets.items():
            kept = self._files.texts.get(name, "").splitlines()[1:]
            lines = dict.fromkeys((f"{number}", *kept, *known.get(name, ())))
            texts[f"{self._files.folder}/{name}"] = "".join(f"{line}\n" for line in lines)
        return texts

    def permit(self, plan: Plan) -> None:
        services = sorted({change.key[0] for change in plan})
        self._losing = {key: left for key, left in map(self._left, services) if self._loses_quorum(key, left)}
        faults = [fault for key in services for fault in self._dangers(key)]
        if faults and not self._goal.force:
            raise InvalidInput(tuple(f"{fault}; force=true does it anyway" for fault in faults))

    def _left(self, service: ServiceKey) -> Tuple[ServiceKey, int]:
        return service, self._sum_of_weights(self.wanted_table, service)

    def _sum_of_weights(self, table: Table, service: ServiceKey) -> int:
        """Return what keepalived compares with the quorum: a real server that has failed its check has no weight."""
        there = table[service].destinations
        return sum(destination.weight for destination in there if (service, destination.key) in self._managed)

    def _loses_quorum(self, service: ServiceKey, left: int) -> bool:
        quorum = self._keepalived.quorums.get(service)
        return quorum is not None and quorum.lost(self._sum_of_weights(self.table, service), left)

    def _dangers(self, service: ServiceKey) -> Iterator[str]:
        """Yield what a call without force must not do, with what would come of it."""
        others = (there for there in self.table[service].destinations if not self._selection.has((service, there.key)))
        last = self._goal.drained and not any(there.weight for there in others)
        consequence = self._keepalived.quorums[service].consequence if service in self._losing else ""
        then = f"; {consequence}" if consequence else ""
        if last:
            yield f"service {service}: no other real server takes new connections there{then}"
        elif consequence:
            yield f"service {service}: {self._lost_quorum(service)}{then}"

    def _lost_quorum(self, service: ServiceKey) -> str:
        quorum = self._keepalived.quorums[service]
        hysteresis = f", less its hysteresis of {quorum.hysteresis}" if quorum.hysteresis else ""
        return (
            f"the remaining weights add up to {self._losing[service]}, which is below its quorum of "
            f"{quorum.weight}{hysteresis}"
        )

    def apply(self, plan: Plan) -> None:
        own = tuple(change for change in plan if change.key not in self._managed)
        super().apply(own)
        theirs = tuple(change for change in plan if change.key in self._managed)
        if theirs:
            back = all(change.after.weight == self._weight_before(change) for change in theirs)
            self._keepalived.write(self._before if back else self._after)
            left = self._await(theirs)
            # What fails its health check has no weight, whatever the files say.
            waits = left and not back and all(change.after.weight for change in left) and self._keepalived.runs()
            self._waiting = left if waits else ()
            if left and not waits:
                self._keepalived.write(self._before)
                raise PartlyDone(
                    f"keepalived has not changed {len(left)} of {len(theirs)} weights within "
                    f"{KEEPALIVED_DEADLINE_S:g} seconds; is it running? The first is {self.name(left[0])}",
                    own,
                )

    def watched(self, plan: Plan) -> frozenset[tuple[str, Any]]:
        """Return what must be as planned afterwards: not what waits for a health check."""
        losing = tuple(change for change in plan if change.key[0] in self._losing)
        return super().watched(plan) - super().watched(self._waiting) - super().watched(losing)

    def undoing(self, done: Plan, observed: Table, now: Table) -> Plan:
        """Return the changes that take back what was done; what waits has changed its files, if not its weight."""
        waiting = (change._replace(before=change.after, after=change.before) for change in self._waiting)
        return (*super().undoing(done, observed, now), *waiting)

    def told_afterwards(self) -> Iterator[str]:
        """Yield what the caller should know when all is done."""
        yield from self._said_before()
        for service in sorted(self._losing):
            consequence = self._keepalived.quorums[service].consequence
            then = f". With that, {consequence}" if consequence else ", which keepalived reports"
            yield f"service {service}: {self._lost_quorum(service)}{then}"
        if self._waiting:
            number = len(self._waiting)
            first = "; ".join(f"{self.name(change)} (weight {change.after.weight})" for change in self._waiting[:10])
            more = f"; and {number - 10} more" if number > 10 else ""
            yield (
                f"Active, but keepalived has not given the weight yet in {number} cases: {first}{more}. Most likely "
                "the health check fails there, as keepalived's log tells; the real server gets its weight when it "
                "passes"
            )

    def _said_before(self) -> Iterator[str]:
        """Yield which weights stay as operators have set them, where this call was to give back all others."""
        if self._goal.drained or not self._goal.temporary:
            return
        stay = [pair for pair in self.selected if offset(self._offsets, *pair)]
        for address in sorted({destination.address for _service, destination in stay}):
            weights = (f"{pair[0]} (weight {self.wanted_weights[pair]})" for pair in stay if pair[1].address == address)
            yield (
                f"{address} was drained or got a weight by hand before, and that stays: {', '.join(weights)}. "
                "lvs.cluster.activate gives it the weights of the definition"
            )

    def _weight_before(self, change: Change) -> int:
        there = find_destination(self.table, change.key)
        return there.weight if there else -1

    def _await(self, changes: Plan) -> Plan:
        """Return those of the changes that keepalived has not carried out in time."""
        deadline = time.monotonic() + KEEPALIVED_DEADLINE_S
        left = changes
        while left and time.monotonic() < deadline:
            time.sleep(_POLL_S)
            table = self.read({})
            left = tuple(change for change in left if not self._carried_out(change, table))
        return left

    def _carried_out(self, change: Change, table: Table) -> bool:
        there = find_destination(table, change.key)
        return there == change.after or (there is None and change.key[0] in self._losing)

    def texts(self, desired: Table, owned: Table) -> Texts:  # noqa: ARG002 - a check may have made other weights of it
        weights = {**self._weights, **self.wanted_weights}
        lines = [*text.table_lines(owned), *text.weight_lines(owned, weights)]
        return {self._files.boot_file: "".join(f"{line}\n" for line in lines) or None, **self._after}


def _with_weight(table: Table, service: ServiceKey, destination: DestinationKey, weight: int) -> VirtualService:
    destinations = tuple(
        there._replace(weight=weight) if there.key == destination else there for there in table[service].destinations
    )
    return table[service]._replace(destinations=destinations)


def _nothing_selected(selection: Selection, there: set[Pair]) -> Iterator[str]:
    own = sorted({f"{service}" for service, destination in there if destination.address in selection.addresses})
    named = " and ".join(selection.addresses)
    if own:
        yield f"address: {named} is a real server of {', '.join(own)}; port and services select none of these"
    else:
        others = sorted({destination.address for _service, destination in there})
        has = f"those that there are: {', '.join(others[:20])}" if others else "there are none"
        yield f"address: {named} is not a real server of this director; {has}"
