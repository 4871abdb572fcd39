# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ldirectord.cf as statements: read_config() in ldirectord. Pure.

What ldirectord would refuse is a mistake, and is read as it must be meant.
"""

from __future__ import annotations

import re
from dataclasses import replace

from .account import Account
from .files import Files
from .lines import Line, lines_of
from .statement import Statement

_ASSIGNED = re.compile(r"([A-Za-z]\w*)\s*=\s*(.*)")
_QUOTED = re.compile(r'"(.*)"')
_INDENT = 4  # blanks, at least, of what belongs to a virtual

Mistakes = list[tuple[str, str]]


def statements(files: Files, path: str, book: Account, mistakes: Mistakes) -> list[Statement]:
    """The statements of a file; those of a virtual service are below the line that begins it."""
    found: list[Statement] = []
    begun = False  # whether the lines before belong to a virtual service, without an empty one between
    for line in lines_of(files, path, book):
        if not line.text:
            begun = begun and bool(line.entered.strip())
            continue
        statement = _statement(path, line, mistakes)
        indent = len(line.entered.expandtabs(_INDENT)) - len(line.entered.expandtabs(_INDENT).lstrip())
        inside = bool(found) and found[-1].block is not None and indent > 0
        if inside:
            found[-1] = replace(found[-1], block=(*(found[-1].block or ()), statement))
        else:
            is_virtual = statement.keyword in ("virtual", "virtual6")
            found.append(replace(statement, block=() if is_virtual else None))
        told = [_misplaced(inside, begun, indent), _without_end(inside, line)]
        mistakes += [(statement.place, each) for each in told if each]
        begun = inside or found[-1].block is not None
    return found


def _misplaced(inside: bool, begun: bool, indent: int) -> str:
    if not inside:
        return "expected at the beginning of its line: it belongs to no virtual service" if indent else ""
    if not begun:
        return "expected no empty line between a virtual service and what belongs to it"
    return "" if indent >= _INDENT else f"expected at least {_INDENT} blanks, or a tab, before what is in a virtual"


def _without_end(inside: bool, line: Line) -> str:
    return "a # in quotes, which begins a comment for ldirectord" if inside and "#" in line.text else ""


def _statement(path: str, line: Line, mistakes: Mistakes) -> Statement:
    assigned = _ASSIGNED.fullmatch(line.text)
    if not assigned:
        if line.text != "supervised":
            mistakes.append((f"{path}:{line.number}", "expected NAME = VALUE"))
        return Statement(path, line.number, line.text, tuple(line.text.split()))
    quoted = _QUOTED.fullmatch(assigned[2])
    return Statement(path, line.number, line.text, (assigned[1], quoted[1] if quoted else assigned[2]))
