# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the texts of all tools have in common: rules are read by guessing, and by writing the guess again. Private."""

from __future__ import annotations

from typing import Callable, Dict, Iterable, NamedTuple, Optional, Sequence, Tuple

from .._netlink.address import BITS
from .._ports import PORT_MAX, parse_range
from .model import Line, Rule

# The comment by which a jump in a foreign chain is known as ours.
COMMENT = "lvs.cluster"
# Within a chain: who is never marked comes first, and what IPVS has balanced goes before a whole network.
_RANKS = {"unmarked": -2, "source_nat": -1}


class Understood(NamedTuple):
    """What lines say: the rules that stand there whole, and the lines that belong to none of them."""

    rules: frozenset[Rule]
    strays: tuple[Line, ...]


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """Return rules in the order in which every tool has them."""
    return sorted(rules, key=lambda rule: (_rank(rule), rule))


def _rank(rule: Rule) -> Tuple[int, ...]:
    """Return what says which rule of a chain comes first. The last mark is the one that a packet keeps, so marks for
    many packets come before those for some of them.
    """
    if rule.kind != "mark":
        return (_RANKS.get(rule.kind, 0),)
    address, _slash, length = rule.address.partition("/")
    prefix = int(length) if length else (BITS[rule.family] if address else 0)
    return (_RANKS.get(rule.kind, 0), prefix, 1 if rule.protocol else 0, -_count(rule.port), 1 if rule.source else 0)


def _count(ports: str) -> int:
    if not ports:
        return PORT_MAX
    return sum(last - first + 1 for first, last in map(parse_range, ports.split(",")))


def understand(
    lines: Sequence[Line],
    guess: Callable[[Line], Optional[Rule]],
    write: Callable[[Rule], Iterable[Line]],
) -> Understood:
    """Read lines that are already in the spelling of write().

    A guess counts where all that write() makes of it is there, so a line with more or less to it is never misread. So
    does the order: a line after one that in_order() has behind it is a stray.
    """
    there = frozenset(lines)
    rules: set[Rule] = set()
    covered: set[Line] = set()
    reached: Dict[str, Tuple[int, ...]] = {}
    for line in lines:
        rule = guess(line)
        if rule is None or _rank(rule) < reached.get(line.place, ()):
            continue
        reached[line.place] = _rank(rule)
        written = tuple(write(rule))
        if line in written and there.issuperset(written):
            rules.add(rule)
            covered.update(written)
    return Understood(frozenset(rules), tuple(line for line in lines if line not in covered))
