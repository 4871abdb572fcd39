# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IPVS's settings as the road of _resource.py takes them. Private to the collection."""

from __future__ import annotations

from .._change import Change, InvalidInput, Plan
from .._files import Texts
from .._ipvs.support import NOT_LOADED
from .._resource import Resource
from . import text
from .kernel import SettingsKernel
from .model import OF_THE_KERNEL, Mtus, SyncDaemons, Timeouts, WantedDaemons
from .plan import TIMEOUTS, desired_daemons, plan_daemons, plan_timeouts, without


class ConnectionTimeouts(Resource):
    """The timeouts; those that are not wanted stay as they are.

    kernel: None where this host has no IPVS yet. replaced: whether those that boot_file lists and that are not wanted
    any more get the kernel's default back, unless somebody else has set them meanwhile.
    """

    title = "timeouts (ipvsadm --set tcp tcpfin udp)"

    def __init__(
        self, kernel: SettingsKernel | None, wanted: Timeouts, boot_file: str | None = None, replaced: bool = False
    ) -> None:
        if replaced and not boot_file:
            raise InvalidInput(("state: replaced goes with boot_file, which says what is to be replaced",))
        self._kernel = kernel
        self._wanted = wanted
        self._replaced = replaced
        self.paths = (boot_file,) if boot_file else ()

    def owned(self, texts: Texts) -> Timeouts:
        owned = Timeouts()
        for path, content in texts.items():
            owned = text.parse_timeouts(content or "", path)
        return owned

    def read(self, owned: Timeouts) -> Timeouts:  # noqa: ARG002 - they are always read whole
        return self._kernel.timeouts() if self._kernel else OF_THE_KERNEL

    def desired(self, observed: Timeouts, owned: Timeouts) -> Timeouts:
        return self._wanted.over(without(owned, observed) if self._replaced else observed)

    def plan(self, desired: Timeouts, observed: Timeouts) -> Plan:
        return plan_timeouts(desired, observed)

    def warnings(self, plan: Plan, desired: Timeouts) -> tuple[str, ...]:  # noqa: ARG002
        return (NOT_LOADED,) if plan and not self._kernel else ()

    def apply(self, plan: Plan) -> None:
        if self._kernel:
            self._kernel.apply(plan)

    def texts(self, desired: Timeouts, owned: Timeouts) -> Texts:  # noqa: ARG002 - what is not asked for is not kept
        kept = self._wanted if self._replaced else self._wanted.over(owned)
        return dict.fromkeys(self.paths, f"{text.timeouts_line(kept)}\n" if any(kept) else None)

    def lines(self, state: Timeouts, plan: Plan) -> list[str]:  # noqa: ARG002 - there is one line
        return [text.timeouts_line(state)]

    def command(self, change: Change) -> str:
        return text.command(change)

    def name(self, change: Change) -> str:  # noqa: ARG002 - there is one
        return TIMEOUTS


class SynchronisationDaemons(Resource):
    """The daemons of some roles; those of other roles stay as they are.

    kernel: None where this host has no IPVS, which will do to stop daemons. absent: whether they are to be stopped;
    those of the boot file, where no role is wanted. mtus: this host's interfaces.
    """

    title = "sync daemons (ipvsadm --start-daemon)"

    def __init__(
        self,
        kernel: SettingsKernel | None,
        wanted: WantedDaemons,
        absent: bool,
        mtus: Mtus,
        boot_file: str | None = None,
    ) -> None:
        self._kernel = kernel
        self._wanted = wanted
        self._roles = wanted.roles
        self._absent = absent
        self._mtus = mtus
        self.paths = (boot_file,) if boot_file else ()

    def owned(self, texts: Texts) -> SyncDaemons:
        owned: SyncDaemons = {}
        for path, content in texts.items():
            owned.update(text.parse_daemons(content or "", path))
        self._roles = self._wanted.roles or tuple(owned)
        return owned

    def read(self, owned: SyncDaemons) -> SyncDaemons:  # noqa: ARG002 - there are two at most
        return self._kernel.daemons() if self._kernel else {}

    def desired(self, observed: SyncDaemons, owned: SyncDaemons) -> SyncDaemons:  # noqa: ARG002 - as it runs
        if self._absent:
            return self._without_wanted(observed)
        return desired_daemons(self._wanted, observed, self._mtus)

    def _without_wanted(self, daemons: SyncDaemons) -> SyncDaemons:
        return {role: daemon for role, daemon in daemons.items() if role not in self._roles}

    def plan(self, desired: SyncDaemons, observed: SyncDaemons) -> Plan:
        return plan_daemons(desired, observed)

    def warnings(self, plan: Plan, desired: SyncDaemons) -> tuple[str, ...]:  # noqa: ARG002
        return (NOT_LOADED,) if plan and not self._kernel else ()

    def apply(self, plan: Plan) -> None:
        if self._kernel:
            self._kernel.apply(plan)

    def texts(self, desired: SyncDaemons, owned: SyncDaemons) -> Texts:
        daemons = self._without_wanted(owned)
        daemons.update({role: desired[role] for role in self._roles if role in desired})
        # Not a word more than the lines: ipvsadm -R gives up at a comment.
        content = "".join(f"{line}\n" for line in text.daemon_lines(daemons)) or None
        return dict.fromkeys(self.paths, content)

    def lines(self, state: SyncDaemons, plan: Plan) -> list[str]:
        roles = {change.key for change in plan}
        return text.daemon_lines({role: daemon for role, daemon in state.items() if role in roles})

    def command(self, change: Change) -> str:
        return text.command(change)

    def name(self, change: Change) -> str:
        return str(change.key)
