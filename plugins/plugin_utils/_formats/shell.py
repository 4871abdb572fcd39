# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of ipvsadm and shell scripts as statements: one for each command. Pure.

Of what a shell does, lines that go on after a backslash, several commands on a line, and variables that have been set
to plain text are understood. What only a running shell can know, such as the variable of a loop, stays as it is.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from .account import Account
from .files import Files
from .lines import lines_of
from .statement import Statement

_SEPARATOR = re.compile(r"\s*(?:;;|;|&&|\|\|)\s*")
# What may stand before a command, and what a shell does with its output.
_BEFORE = re.compile(r"""^(?:(?:then|do|else|sudo|exec|time|nohup)\s+|["'*\w|-]+\)\s*|[{(]\s+)+""")
_AFTER = re.compile(r"\s*[0-9&]?>+\s*&?[^\s;&|]+|\s+&$")
_ASSIGNED = re.compile(r"""(?:(?:export|readonly|local|declare)\s+)?(\w+)=("[^"]*"|'[^']*'|[^\s"'()`]*)""")
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


@dataclass
class Script:
    """The commands of a file. assigned: those that set a variable, which comes first in their words.

    meanings: variable -> what it is after the last command.
    """

    statements: list[Statement] = field(default_factory=list)
    assigned: list[Statement] = field(default_factory=list)
    meanings: dict[str, str] = field(default_factory=dict)


def script_of(files: Files, path: str, book: Account) -> Script:
    script = Script()
    for number, text in _joined(files, path, book):
        for piece in [*filter(None, _SEPARATOR.split(text))] or [text]:
            _read(script, path, number, piece)
    return script


def variables_of(statement: Statement) -> set[str]:
    """The variables that a statement uses."""
    return {found[1] or found[2] for found in _VARIABLE.finditer(statement.text)}


def _joined(files: Files, path: str, book: Account) -> Iterator[tuple[int, str]]:
    """Lines, with what goes on in the next one after a backslash."""
    begun: tuple[int, str] | None = None
    for line in lines_of(files, path, book):
        number, before = begun or (line.number, "")
        text = f"{before}{line.text}"
        if text.endswith("\\"):
            begun = (number, f"{text[:-1].rstrip()} ")
            continue
        begun = None
        if text:
            yield number, text
    if begun:
        yield begun


def _read(script: Script, path: str, number: int, piece: str) -> None:
    assigned = _ASSIGNED.fullmatch(piece)
    if assigned:
        meant = _replaced(assigned[2].strip("\"'"), script.meanings)
        statement = Statement(path, number, piece, (assigned[1], meant))
        script.assigned.append(statement)
        if "$" in meant or "`" in meant:
            script.meanings.pop(assigned[1], None)
        else:
            script.meanings[assigned[1]] = meant
    else:
        plain = _replaced(_AFTER.sub("", _BEFORE.sub("", piece)), script.meanings)
        statement = Statement(path, number, piece, _words(plain) or (piece,))
    script.statements.append(statement)


def _replaced(text: str, meanings: dict[str, str]) -> str:
    return _VARIABLE.sub(lambda found: meanings.get(found[1] or found[2], found[0]), text)


def _words(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError:  # a quote that is not closed, as in a text on several lines
        return tuple(text.split())
