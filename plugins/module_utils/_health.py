# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What shows whether a host of a cluster works: facts, read and not judged. Private to the collection.

What they mean for a cluster is decided on the controller (plugin_utils/_doctor).
"""

from __future__ import annotations

import os
from itertools import islice
from typing import Any, Dict, Iterable, Iterator, List, Optional

from ._files import read_text
from ._ipvs.connections import as_results, count
from ._keepalived.letting_go import PARTS
from ._keepalived.service import MAIN, process_of, state_of

CONNECTIONS = "/proc/net/ip_vs_conn"
# As many lines are read as take a second.
CONNECTIONS_LIMIT = 200000
_LINKS = "/sys/class/net"
_UDP_SOCKETS = ("/proc/net/udp", "/proc/net/udp6")
_CONNTRACK = "/proc/sys/net/netfilter/nf_conntrack_"


def read_health() -> Dict[str, Any]:
    """Return the facts, as host_info returns them under `health`."""
    return {
        "identity": _identity(),
        "mtus": dict(_mtus()),
        "udp_drops": udp_drops(read_text(path) or "" for path in _UDP_SOCKETS),
        "keepalived": _keepalived(),
        "conntrack": {"count": _number(f"{_CONNTRACK}count"), "max": _number(f"{_CONNTRACK}max")},
        "connections": _connections(),
    }


def _identity() -> str:
    """Return what no two hosts have in common.

    Machines that went on from one snapshot share the number of the boot, and containers of one kernel too; so the
    network namespace and the hardware addresses are part of it.
    """
    boot = (read_text("/proc/sys/kernel/random/boot_id") or "").strip()
    hardware = sorted({(read_text(f"{_LINKS}/{name}/address") or "").strip() for name in _links()})
    try:
        namespace = os.readlink("/proc/self/ns/net")
    except OSError:
        namespace = ""
    return " ".join(filter(None, (boot, namespace, *hardware)))


def _links() -> List[str]:
    return sorted(os.listdir(_LINKS)) if os.path.isdir(_LINKS) else []


def _mtus() -> Iterator[tuple[str, int]]:
    for name in _links():
        mtu = _number(f"{_LINKS}/{name}/mtu")
        if mtu is not None:
            yield name, mtu


def udp_drops(tables: Iterable[str]) -> Dict[str, int]:
    """Return port -> how many messages its sockets have lost, of those that have lost any. tables: of /proc/net/udp."""
    found: Dict[str, int] = {}
    for words in (line.split() for table in tables for line in table.splitlines()[1:]):
        port, drops = str(int(words[1].rpartition(":")[2], 16)), int(words[-1])
        if drops:
            found[port] = found.get(port, 0) + drops
    return found


def _keepalived() -> List[Dict[str, Any]]:
    """Return keepalived's main process and its parts, each with the letter of its state; none where it does not run."""
    main = process_of(MAIN)
    if main is None:
        return []
    numbers = {MAIN: main, **{part: process_of(part, main) for part in PARTS}}
    return [{"part": part, "process": number, "state": state_of(number)} for part, number in numbers.items() if number]


def _connections() -> Optional[List[Dict[str, Any]]]:
    """Return how many connections wait, None where there is no IPVS."""
    try:
        with open(CONNECTIONS, encoding="ascii", errors="replace") as file:
            return as_results(count(islice(file, CONNECTIONS_LIMIT)))
    except OSError:
        return None


def _number(path: str) -> Optional[int]:
    try:
        text = (read_text(path) or "").strip()
    except OSError:  # an interface that is going
        return None
    return int(text) if text.isdecimal() else None
