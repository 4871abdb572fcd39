# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a playbook answers: one model, which is shown as lines for people or as one JSON document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .._schema.parameters import OUTPUTS

WELL, DEGRADED, DOWN = "healthy", "degraded", "down"
# From the best to the worst: the place of a word is its grade, which the callback lvs.cluster.plain exits with.
WORDS = (WELL, DEGRADED, DOWN)
TEXT, JSON = OUTPUTS
PLAIN, GOOD, DOUBTFUL, BAD, HEADING = "plain", "good", "doubtful", "bad", "heading"
OF_WORDS = {WELL: GOOD, DEGRADED: DOUBTFUL, DOWN: BAD}


class Line(NamedTuple):
    """A line for people. tone: what its colour says, one of PLAIN, GOOD, DOUBTFUL, BAD and HEADING."""

    text: str = ""
    tone: str = PLAIN


@dataclass(frozen=True)
class Answer:
    """word: one of WORDS. model: all that there is to say, of values that JSON has. lines: the same for people.

    own_word: what the word means where the answer is not about the health of a cluster. What hosts have told can do
    nothing to a terminal but be shown.
    """

    word: str
    model: Mapping[str, Any]
    lines: Sequence[Line] = field(default_factory=tuple)
    own_word: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", [line._replace(text=printable(line.text)) for line in self.lines])

    @property
    def said(self) -> str:
        """The word that is told: its own, or that of health."""
        return self.own_word or self.word

    @property
    def grade(self) -> int:
        """0 for WELL, 1 for DEGRADED, 2 for DOWN."""
        return WORDS.index(self.word)

    def fails_at(self, word: str) -> bool:
        """Whether it is as bad as a word or worse; never for what is no word of health."""
        return word in WORDS and self.grade >= WORDS.index(word)

    def shown(self, output: str) -> Sequence[Line]:
        """What is printed: the lines, or the document, which has the word and the grade first."""
        return self.lines if output == TEXT else (Line(self.document()),)

    def document(self) -> str:
        return json.dumps({"word": self.said, "grade": self.grade, **self.model}, indent=2)


def printable(text: str) -> str:
    """A text that cannot do anything to a terminal but be shown."""
    shown = text.expandtabs()
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in shown)


def worst(words: Iterable[str]) -> str:
    """The worst of some words, WELL where there are none."""
    return max(words, key=WORDS.index, default=WELL)


def table(rows: Sequence[Sequence[str]], numbers: Iterable[int] = ()) -> list[str]:
    """Rows of the same length with their columns below each other. numbers: the columns that end at the same place."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    right = {*numbers}
    return [
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def counted(number: int, noun: str) -> str:
    """A number of things, as in "1 error" and "2 errors"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def duration(seconds: float) -> str:
    """A time in its largest unit and the next, as in "3 h 20 min"; no clock is asked."""
    left = max(0, round(seconds))
    index = next((place for place, (length, _unit) in enumerate(_UNITS) if left >= length), len(_UNITS) - 1)
    parts: list[str] = []
    for length, unit in _UNITS[index : index + 2]:
        count, left = divmod(left, length)
        if count or not parts:
            parts.append(f"{count} {unit}")
    return " ".join(parts)
