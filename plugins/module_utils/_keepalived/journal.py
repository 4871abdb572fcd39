# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keepalived has written into the journal: which state an instance of VRRP is in, which real servers it has taken
out or put back, since when and why. Pure. Private to the collection.

Lines are those of `journalctl --output=short-unix`: seconds since 1970, host, program, message. The messages are those
of vrrp_state_become_*() in vrrp.c and of perform_svr_state() in ipwrapper.c.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

from .._netlink.address import canonical

_LINE = re.compile(r"(\d+\.\d+) \S+ Keepalived(\w*)\[\d+\]: (.*)")
_STARTED = re.compile(r"Starting Keepalived ")
_STATE = re.compile(r"\((\S+)\) Entering (MASTER|BACKUP|FAULT) STATE")
_MOVED = re.compile(
    r"(Removing|Disabling|Adding|Enabling) service \[([^\]]+)\](?::\w+)?:(\d+) (?:from|to|of|for) VS (.+)"
)
_OUT = ("Removing", "Disabling")
# What names a real server: its address in brackets, and its port.
_NAMED = re.compile(r"\[([0-9a-fA-F.:]+)\](?::\w+)?:(\d+)")
_FAILURE = re.compile(r"fail|error|timeout|timed out|refused|unreachable|mismatch", re.IGNORECASE)
# What keepalived says of advertisements that it does not take: vrrp_check_packet() and vrrp_in_chk() in vrrp.c.
_REFUSED = re.compile(
    r"invalid (?:passwd|version|authentication)|mismatch|wrong|expecting|ignoring|dropp|received lower prio|"
    r"different .* than|ip address associated with VRID .* not present",
    re.IGNORECASE,
)
_WITHIN_S = 60.0
Place = Tuple[str, int]


class State(NamedTuple):
    """Of an instance of VRRP. state: MASTER, BACKUP or FAULT. since: seconds since 1970."""

    state: str
    since: float


class Moved(NamedTuple):
    """A real server that was taken out of a service, or put back.

    service: as keepalived writes it, such as [192.0.2.198]:tcp:80. why: its last words about that before, ""
    where there were none.
    """

    service: str
    address: str
    port: int
    up: bool
    since: float
    why: str


class Journal(NamedTuple):
    """instances: by name. real_servers: the last of each service's. refused: what was last said of advertisements that
    were not taken, with the time.
    """

    instances: Dict[str, State]
    real_servers: List[Moved]
    refused: Optional[Tuple[float, str]] = None

    def as_result(self) -> Dict[str, Any]:
        """Return it as host_info returns it."""
        return {
            "instances": {name: state._asdict() for name, state in self.instances.items()},
            "real_servers": [moved._asdict() for moved in self.real_servers],
            "refused": {"time": self.refused[0], "text": self.refused[1]} if self.refused else None,
        }


def told(text: str) -> Journal:
    """Return what is true after the last line. With a new start nothing of before is."""
    instances: Dict[str, State] = {}
    moved: Dict[Tuple[str, str, int], Moved] = {}
    failures: Dict[Place, Tuple[float, str]] = {}
    refused: Optional[Tuple[float, str]] = None
    for time, program, message in _lines(text):
        state, move = _STATE.search(message), _MOVED.match(message)
        if _STARTED.match(message):
            instances, moved, failures, refused = {}, {}, {}, None
        elif state:
            instances[state[1]] = State(state[2], time)
        elif move:
            with suppress(ValueError):  # no address is in the brackets
                one = _moved(time, move, failures)
                moved[one.service, one.address, one.port] = one
        elif program == "_vrrp" and _REFUSED.search(message):
            refused = (time, message)
        elif _FAILURE.search(message):
            failures.update((place, (time, message)) for place in _places(message))
    return Journal(instances, [moved[key] for key in sorted(moved)], refused)


def _lines(text: str) -> Iterator[Tuple[float, str, str]]:
    for line in text.splitlines():
        match = _LINE.match(line)
        if match:
            yield float(match[1]), match[2], match[3]


def _moved(time: float, match: re.Match[str], failures: Dict[Place, Tuple[float, str]]) -> Moved:
    place = (canonical(match[2]), int(match[3]))
    up = match[1] not in _OUT
    said, why = failures.get(place, (0.0, ""))
    return Moved(match[4].strip(), *place, up, time, "" if up or time - said > _WITHIN_S else why)


def _places(message: str) -> Iterator[Place]:
    for address, port in _NAMED.findall(message):
        with suppress(ValueError):  # brackets around something else
            yield canonical(address), int(port)
