# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the texts of all tools have in common: rules are read by guessing, and by writing the guess again. Private."""

from __future__ import annotations

from typing import Callable, Iterable, NamedTuple, Optional, Sequence

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
    return sorted(rules, key=lambda rule: (_RANKS.get(rule.kind, 0), rule))


def understand(
    lines: Sequence[Line],
    guess: Callable[[Line], Optional[Rule]],
    write: Callable[[Rule], Iterable[Line]],
) -> Understood:
    """Read lines that are already in the spelling of write().

    A guess counts where all that write() makes of it is there, so a line with more or less to it is never misread. So
    does the order: who is never marked after the first mark is a stray.
    """
    there = frozenset(lines)
    rules: set[Rule] = set()
    covered: set[Line] = set()
    marking: set[str] = set()
    for line in lines:
        rule = guess(line)
        if rule is None or (rule.kind == "unmarked" and line.place in marking):
            continue
        if rule.kind == "mark":
            marking.add(line.place)
        written = tuple(write(rule))
        if line in written and there.issuperset(written):
            rules.add(rule)
            covered.update(written)
    return Understood(frozenset(rules), tuple(line for line in lines if line not in covered))
