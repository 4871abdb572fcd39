# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IPVS's settings beside its table, as values: the timeouts, the synchronisation daemons. Private to the collection."""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping, NamedTuple

from .._change import InvalidInput
from .._ipvs.model import PERSISTENCE_MAX
from .._netlink.address import canonical, family_of, to_bytes
from .._ports import PORT_MAX

ROLES = ("master", "backup")
TIMEOUT_MAX = PERSISTENCE_MAX  # ipvsadm has one limit for both
SYNC_ID_MAX = 255  # one byte of every message (struct ip_vs_sync_mesg), though the kernel's API takes more
# The kernel's defaults (net/netfilter/ipvs/ip_vs_sync.c); the sync id has none there, 0 is ipvsadm's.
DEFAULT_SYNC_ID, DEFAULT_GROUP, DEFAULT_PORT, DEFAULT_TTL = 0, "224.0.0.81", 8848, 1
# The kernel takes nearly anything (dev_valid_name()); quotes and \\ would mean something else to `ipvsadm -R`.
_INTERFACE = re.compile(r"[A-Za-z0-9_.@+-]{1,15}")


class Timeouts(NamedTuple):
    """Seconds for which a connection without packets is kept.

    tcp: one that is established. tcpfin: one after its FIN. udp: one of UDP. 0 is never a timeout: it stands for one
    that nobody asks for, in what is wanted and in a file, as it does for the kernel and for ipvsadm.
    """

    tcp: int = 0
    tcpfin: int = 0
    udp: int = 0

    def over(self, base: Timeouts) -> Timeouts:
        """Return these timeouts, with those of base where these have none."""
        return Timeouts(*(own or other for own, other in zip(self, base)))


# Those of a kernel that nobody has told any: tcp_timeouts and udp_timeouts in ip_vs_proto_tcp.c and ip_vs_proto_udp.c.
OF_THE_KERNEL = Timeouts(tcp=900, tcpfin=120, udp=300)


class SyncDaemon(NamedTuple):
    """The daemon of one role; its threads send (master) or take (backup) the connections of a director.

    sync_id: 0 to 255. max_length: bytes of UDP payload of the longest message. group: the multicast address. port:
    UDP. ttl: of what a master sends.
    """

    interface: str
    sync_id: int = DEFAULT_SYNC_ID
    max_length: int = 0
    group: str = DEFAULT_GROUP
    port: int = DEFAULT_PORT
    ttl: int = DEFAULT_TTL


# Role -> the daemon that runs in it.
SyncDaemons = Dict[str, SyncDaemon]
# Interface -> its MTU in bytes.
Mtus = Mapping[str, int]


class WantedDaemons(NamedTuple):
    """The daemons as their owner asks for them: the roles, and only the options that were given."""

    roles: tuple[str, ...]
    options: Mapping[str, Any]


def parse_timeouts(options: Mapping[str, Any]) -> Timeouts:
    """Read the options of ipvs_timeouts. InvalidInput has every fault with its path."""
    given = {name: options[name] for name in Timeouts._fields if options.get(name) is not None}
    faults = [] if given else ["tcp, tcpfin, udp: none of them is given, so nothing is asked for"]
    for name, seconds in given.items():
        if seconds == 0:
            faults.append(f"{name}: to the kernel, 0 says that the timeout stays as it is; leave it out for that")
        elif not 0 < seconds <= TIMEOUT_MAX:
            faults.append(f"{name}: {seconds} is not 1 to {TIMEOUT_MAX} seconds (31 days)")
    if faults:
        raise InvalidInput(tuple(faults))
    return Timeouts(**given)


def parse_daemons(options: Mapping[str, Any]) -> WantedDaemons:
    """Read the options of ipvs_sync_daemon. InvalidInput has every fault with its path.

    Of those that are to stop, none means those of the boot file, and how they run is not looked at.
    """
    roles = tuple(role for role in ROLES if role in options["roles"])
    absent = options.get("state") == "absent"
    names = () if absent else SyncDaemon._fields
    given = {name: options[name] for name in names if options.get(name) is not None}
    of_the_file = absent and options.get("boot_file")
    faults = [] if roles or of_the_file else ["roles: nothing is listed; say master, backup or both"]
    if "group" in given:
        try:
            given["group"] = canonical(given["group"])
        except ValueError as error:
            faults.append(f"group: {error}")
    if faults:
        raise InvalidInput(tuple(faults))
    return WantedDaemons(roles, given)


def headers(group: str) -> int:
    """Return the bytes of the IP and UDP headers of a message to this group."""
    return 28 if family_of(group) == "ipv4" else 48


def shortest_length(role: str) -> int:
    """Return the least max_length that the kernel takes as it is (start_sync_thread())."""
    return 1024 if role == "backup" else 1


def default_length(role: str, group: str, mtu: int) -> int:
    """Return the max_length that the kernel gives a daemon which is started without one (start_sync_thread())."""
    whole = min(max(mtu, 1500), 65535) if role == "backup" else 1500
    return whole - headers(group)


def daemon_faults(role: str, daemon: SyncDaemon, mtus: Mtus) -> list[str]:
    """Say what in a daemon that is to be started cannot work; the kernel mends or takes some of it without a word."""
    faults = []
    if not daemon.interface:
        faults.append(f"interface: missing; the {role} daemon is not running yet, and is started on one")
    elif not _INTERFACE.fullmatch(daemon.interface):
        faults.append(f"interface: {daemon.interface!r} is not the name of an interface")
    elif daemon.interface not in mtus:
        faults.append(f"interface: this host has no {daemon.interface}; it has {', '.join(sorted(mtus))}")
    if not 0 <= daemon.sync_id <= SYNC_ID_MAX:
        faults.append(f"sync_id: {daemon.sync_id} is not 0 to {SYNC_ID_MAX}")
    if not 1 <= daemon.port <= PORT_MAX:
        faults.append(f"port: {daemon.port} is no port; ports are 1 to {PORT_MAX}")
    if not 1 <= daemon.ttl <= 255:
        faults.append(f"ttl: {daemon.ttl} is not 1 to 255")
    shortest, longest = shortest_length(role), 65535 - headers(daemon.group)
    if not shortest <= daemon.max_length <= longest:
        faults.append(f"max_length: {daemon.max_length} is not {shortest} to {longest} bytes, as a {role} daemon needs")
    faults.extend(_group_faults(daemon.group))
    return faults


def _group_faults(group: str) -> list[str]:
    data = to_bytes(group)
    multicast = data[0] == 0xFF if len(data) == 16 else data[0] >> 4 == 0xE
    if not multicast:
        return [f"group: {group} is no multicast address (224.0.0.0/4 or ff00::/8)"]
    if len(data) == 16 and data[1] & 0xF in (0, 1):  # RFC 7346: reserved, and interface-local
        return [f"group: {group} never leaves this host; ff02::/16 reaches the segment, ff05::/16 the site"]
    return []
