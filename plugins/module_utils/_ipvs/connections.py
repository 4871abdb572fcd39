# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The states of the TCP connections that a director balances, counted. Pure. Private to the collection.

Lines are those of /proc/net/ip_vs_conn (ip_vs_conn_seq_show() in ip_vs_conn.c): protocol, client and its port, VIP and
port, real server and port, state, seconds left; numbers are hexadecimal.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional, Tuple

from .._netlink.address import canonical, from_bytes

Endpoint = Tuple[str, int]
# Of one real server of one service: how many connections wait for the client's next packet, and how many there are.
Counts = Dict[Tuple[Endpoint, Endpoint], List[int]]
WAITING = "SYN_RECV"


def count(lines: Iterable[str]) -> Counts:
    """Return VIP and real server -> how many TCP connections are in WAITING, and how many are in any state."""
    counts: Counts = {}
    for line in lines:
        words = line.split()
        vip, server = (_endpoint(words[3:5]), _endpoint(words[5:7])) if words[:1] == ["TCP"] else (None, None)
        if vip and server and len(words) > 7:
            counted = counts.setdefault((vip, server), [0, 0])
            counted[0] += words[7] == WAITING
            counted[1] += 1
    return counts


def as_results(counts: Counts) -> List[Dict[str, Any]]:
    """Return them as host_info does."""
    return [
        {
            "service_address": vip[0],
            "service_port": vip[1],
            "address": server[0],
            "port": server[1],
            "waiting": waiting,
            "connections": every,
        }
        for (vip, server), (waiting, every) in sorted(counts.items())
    ]


def _endpoint(words: List[str]) -> Optional[Endpoint]:
    try:
        address, port = words
        known = from_bytes(bytes.fromhex(address)) if len(address) == 8 else canonical(address)
        return known, int(port, 16)
    except ValueError:
        return None
