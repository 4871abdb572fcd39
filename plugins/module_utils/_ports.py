# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ports and ranges of ports, in one canonical form. Private to the collection."""

from __future__ import annotations

import re
from typing import Iterable, Tuple

PORT_MAX = 65535
# What one rule of the packet filter takes, a range for two: XT_MULTI_PORTS in linux/netfilter/xt_multiport.h.
RULE_PORTS = 15
# The first port and the last; the same twice for a single one.
Range = Tuple[int, int]
ALL: Tuple[Range, ...] = ()


def parse_range(text: str) -> Range:
    """Read a port or a range such as 10000-20000 or 10000:20000. ValueError says what is wrong."""
    found = re.fullmatch(r"([0-9]{1,5})(?:[-:]([0-9]{1,5}))?", text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= PORT_MAX or not 1 <= last <= PORT_MAX:
        raise ValueError(f"{text!r} is not a port from 1 to {PORT_MAX}, and not a range such as 10000-20000")
    if first > last:
        raise ValueError(f"{text!r} ends before it begins; write {last}-{first}")
    return first, last


def merged(ranges: Iterable[Range]) -> Tuple[Range, ...]:
    """Return the same ports in as few ranges as there can be, in order; ALL where that is every port."""
    result: list[Range] = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return ALL if result == [(1, PORT_MAX)] else tuple(result)


def room(ports: Range) -> int:
    """Return for how many ports a range counts in a rule of the packet filter."""
    return 1 if ports[0] == ports[1] else 2


def range_text(ports: Range) -> str:
    """Return the one spelling of a range."""
    first, last = ports
    return str(first) if first == last else f"{first}-{last}"
