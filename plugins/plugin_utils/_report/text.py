# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text of hosts and inventories, made fit for one line of a drawing: nothing invisible, and not too long.

Each writer of a format escapes in its own way what is left. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

# What XML cannot hold, and what changes how its neighbours are read: controls, surrogates, marks of direction.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff\ud800-\udfff]"
    "|[\U000e0000-\U000e0fff]"
)
_MARKS = ("Mn", "Me", "Cf")
_ELLIPSIS = "…"
# Where a line is broken: after a blank, or else within addresses, names of hosts and paths.
_BLANKS = re.compile(r"(?<= )")
_BREAKS = re.compile(r"(?<=[ :.,/_-])")


def plain(text: object) -> str:
    """One line of what can be seen."""
    return " ".join(_UNSEEN.sub(" ", str(text)).split())


def width(text: str) -> int:
    """How many places of a digit it takes; a wide letter takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def shortened(text: str, most: int) -> str:
    """Its two ends where it is longer than that many places."""
    text = "".join(letter for letter in text if unicodedata.category(letter) not in _MARKS)
    if width(text) <= most:
        return text
    half = (most - 1) // 2
    return f"{_first(text, most - 1 - half)}{_ELLIPSIS}{_first(text[::-1], half)[::-1]}"


def wrapped(text: str, most: int) -> list[str]:
    """At most two lines of at most that many places; one that is empty is none."""
    text = plain(text)
    if width(text) <= most:
        return [shortened(text, most)] if text else []
    for breaks in (_BLANKS, _BREAKS):
        first = _fitting(breaks.split(text), most)
        rest = text[len(first) :]
        if first and width(rest) <= most:
            break
    if not first:
        return [shortened(text, most)]
    return [shortened(first.rstrip(), most), shortened(rest, most)]


def _fitting(parts: Iterable[str], most: int) -> str:
    first = ""
    for part in parts:
        if width((first + part).rstrip()) > most:
            break
        first += part
    return first


def _first(text: str, most: int) -> str:
    return "".join(_within(text, most))


def _within(text: str, most: int) -> Iterator[str]:
    for letter in text:
        most -= width(letter)
        if most < 0:
            return
        yield letter
