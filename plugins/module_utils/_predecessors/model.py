# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The programs that may have had the virtual services before the cluster, and what they were like. Private."""

from __future__ import annotations

import re
from typing import Any, List, Mapping, NamedTuple, Optional

# In the order in which they are stopped: heartbeat starts ldirectord.
PROGRAMS = ("heartbeat", "ldirectord", "ipvsadm")
# It has no process: its unit loads the table at boot and empties it when it stops.
LOADER = "ipvsadm"
RECORD_HEADER = "# What the cluster has taken over from; lvs.cluster.remove starts it again.\n"
_AT_BOOT, _ACTIVE, _AUTO = "at-boot", "active", "auto"


def is_at_work(name: str, owners: Mapping[str, Any]) -> bool:
    """Return whether a program runs, or will after the next boot. owners: as host_info returns them."""
    unit = owners["units"].get(f"{name}.service", {"active": False, "at_boot": False})
    return bool(unit["active"] or unit["at_boot"] or any(each["name"] == name for each in owners["processes"]))


class Predecessor(NamedTuple):
    """A program as it was. auto: whether Debian's ipvsadm was set to load rules (AUTO in /etc/default/ipvsadm)."""

    name: str
    at_boot: bool
    active: bool
    auto: bool = False

    @property
    def unit(self) -> str:
        return f"{self.name}.service"


def recorded(text: Optional[str]) -> List[Predecessor]:
    """Read what record() has written. ValueError where a line is not understood."""
    found = []
    for line in (text or "").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, *words = line.split()
        if name not in PROGRAMS or not {*words} <= {_AT_BOOT, _ACTIVE, _AUTO}:
            raise ValueError(f"{line!r} does not name a program that the cluster takes over from")
        found.append(Predecessor(name, _AT_BOOT in words, _ACTIVE in words, _AUTO in words))
    return found


def record(predecessors: List[Predecessor]) -> Optional[str]:
    """Return the text that remembers them, None for none."""
    return RECORD_HEADER + "".join(f"{_line(each)}\n" for each in predecessors) if predecessors else None


def _line(predecessor: Predecessor) -> str:
    said = {_AT_BOOT: predecessor.at_boot, _ACTIVE: predecessor.active, _AUTO: predecessor.auto}
    return " ".join([predecessor.name, *(word for word, so in said.items() if so)])


def with_auto(text: str, auto: bool) -> str:
    """Return /etc/default/ipvsadm with AUTO set, in the line that sets it, or else in one of its own."""
    line = f'AUTO="{"true" if auto else "false"}"'
    changed, found = re.subn(r"^AUTO=.*$", line, text, flags=re.MULTILINE)
    return changed if found else f"{text}{line}\n"
