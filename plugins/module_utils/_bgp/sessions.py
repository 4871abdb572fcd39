# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sessions of a director with its routers, as FRR and BIRD tell of them. Pure. Private to the collection."""

from __future__ import annotations

import re
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple

from .._netlink.address import canonical

ESTABLISHED = "Established"
_DAY_S = 24 * 60 * 60
_PARTS = {"ipv4Unicast": "ipv4", "ipv6Unicast": "ipv6"}
_OF_BIRD = re.compile(r"^(lvs_\S+)\s+BGP\s+\S+\s+\w+\s+(\S+(?: \d\d:\S+)?)", re.MULTILINE)
_CLOCK = re.compile(r"(\d\d):(\d\d):(\d\d)(?:\.\d+)?")


class Session(NamedTuple):
    """A session. state: as BGP calls it (RFC 4271, 8.2.2). seconds: for how long it is established, None if it is not.

    announced: the prefixes that the router has been told.
    """

    neighbour: str
    remote_as: int
    state: str
    seconds: Optional[int] = None
    announced: Tuple[str, ...] = ()


def of_frr(summary: Mapping[str, Any], addresses: Tuple[str, ...]) -> Iterator[Tuple[str, Session]]:
    """Yield the family and the session of each of these neighbours. summary: `show bgp summary json`."""
    for part, family in _PARTS.items():
        peers: Mapping[str, Any] = (summary.get(part) or {}).get("peers") or {}
        for address, known in sorted(peers.items()):
            if address in addresses:
                up = known.get("state") == ESTABLISHED
                seconds = int(known.get("peerUptimeMsec", 0)) // 1000 if up else None
                yield family, Session(address, int(known.get("remoteAs", 0)), str(known.get("state", "")), seconds)


def announced_by_frr(routes: Mapping[str, Any]) -> Tuple[str, ...]:
    """Return the prefixes of `show bgp ... neighbors ... advertised-routes json`."""
    return tuple(sorted(routes.get("advertisedRoutes") or {}))


def of_bird(told: str, now_s: int) -> Iterator[Tuple[str, Session]]:
    """Yield the name of the protocol and the session of each neighbour of ours.

    told: `birdc show protocols all`. now_s: the host's clock, in seconds since its midnight.
    """
    begins = [found.start() for found in _OF_BIRD.finditer(told)]
    for begin in begins:
        text = re.split(r"\n(?=\S)", told[begin:], maxsplit=1)[0]
        head = _OF_BIRD.match(text)
        values: Dict[str, str] = dict(re.findall(r"^\s+([\w ]+):\s+(\S+)", text, re.MULTILINE))
        if head and "Neighbor address" in values:
            state = values.get("BGP state", "")
            clock = _CLOCK.fullmatch(head[2])
            seconds = _since(clock, now_s) if state == ESTABLISHED else None
            address = canonical(values["Neighbor address"].partition("%")[0])
            yield head[1], Session(address, int(values.get("Neighbor AS", "0")), state, seconds)


def _since(clock: Optional[Any], now_s: int) -> int:
    """Return for how many seconds; at least a day where BIRD tells a date instead of a time."""
    if clock is None:
        return _DAY_S
    hours, minutes, seconds = map(int, clock.groups())
    return (now_s - (hours * 60 + minutes) * 60 - seconds) % _DAY_S


def announced_by_bird(told: str) -> Tuple[str, ...]:
    """Return the prefixes of `birdc show route ... export ...`."""
    return tuple(sorted(set(re.findall(r"^([0-9a-f.:]+/\d+)\s", told, re.MULTILINE))))


def as_results(sessions: List[Session]) -> List[Dict[str, Any]]:
    """Return sessions as a module returns them."""
    return [{**session._asdict(), "announced": [*session.announced]} for session in sessions]
