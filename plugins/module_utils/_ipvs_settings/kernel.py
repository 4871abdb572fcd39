# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading IPVS's settings from the kernel, and carrying a plan out. Private to the collection."""

from __future__ import annotations

import os
from typing import Sequence

from .._change import ADD, REMOVE, Change
from .._ipvs.family import IpvsFamily, refused_change
from .._netlink import ipvs, route
from .._netlink.socket import NetlinkSocket
from . import wire
from .model import Mtus, SyncDaemons, Timeouts
from .plan import TIMEOUTS

SYSCTL_PREFIX = "net.ipv4.vs"
SYSCTL_FOLDER = os.path.join("/proc/sys", *SYSCTL_PREFIX.split("."))


class SettingsKernel:
    """IPVS's settings in this host's network namespace."""

    def __init__(self, family: IpvsFamily) -> None:
        self._family = family

    def timeouts(self) -> Timeouts:
        """Return the timeouts."""
        return wire.decode_timeouts(self._family.query(ipvs.GET_CONFIG, "read the timeouts"))

    def daemons(self) -> SyncDaemons:
        """Return the synchronisation daemons that run."""
        payloads = self._family.dump(ipvs.GET_DAEMON, "read the sync daemons")
        return dict(wire.decode_daemon(payload) for payload in payloads)

    def apply(self, changes: Sequence[Change]) -> None:
        """Carry out the changes in order. KernelRefused names the first that failed; others may have been done."""
        for change in changes:
            messages = wire.encode(change)
            for refusal in self._family.batch(messages):
                reason = wire.reason(messages[refusal.position][0], refusal.number)
                raise refused_change(refusal, describe(change), reason)


def read_mtus(netlink: NetlinkSocket) -> Mtus:
    """Return the interfaces of this host's network namespace and their MTUs."""
    return dict(wire.decode_mtu(payload) for payload in netlink.dump(route.GET_LINKS, "read the links"))


def read_sysctls() -> dict[str, str]:
    """Return IPVS's sysctls, blanks made one; none where they are hidden: in containers, and other user namespaces."""
    try:
        names = sorted(os.listdir(SYSCTL_FOLDER))
    except FileNotFoundError:
        return {}
    return {f"{SYSCTL_PREFIX}.{name}": _read_blanks_made_one(os.path.join(SYSCTL_FOLDER, name)) for name in names}


def _read_blanks_made_one(path: str) -> str:
    with open(path, encoding="ascii") as stream:
        return " ".join(stream.read().split())


def describe(change: Change) -> str:
    """Return what a change does, in words, for an error."""
    if change.kind == TIMEOUTS:
        return f"set the timeouts to {change.after.tcp} (tcp), {change.after.tcpfin} (tcpfin), {change.after.udp} (udp)"
    if change.action == REMOVE:
        return f"stop the {change.key} sync daemon"
    verb = "start" if change.action == ADD else "restart"
    return f"{verb} the {change.key} sync daemon on {change.after.interface}, group {change.after.group}"
