# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""lvs.cf as statements: getNextToks() and tokenizeString() in lvsconfig.c. Pure.

What piranha would refuse is a mistake, and is read as it must be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from .account import Account
from .files import Files
from .lines import Line, lines_of
from .statement import Statement

BLOCKS = ("virtual", "failover", "server")
# Words with another number of values than one: CHECK_ARGS() in lvsconfig.c. dirs has a list.
_VALUES = {"address": (1, 2), "nat_router": (2, 2), "dirs": (0, 100)}
_TOKEN = re.compile(r""""([^"]*)"|'([^']*)'|(\S+)""")
_ASSIGNED = re.compile(r"(\w+)(\s*)=(\s*)(.*)")

Mistakes = list[tuple[str, str]]


def statements(files: Files, path: str, book: Account, mistakes: Mistakes) -> tuple[Statement, ...]:
    """The statements of a file, with those of a block below the one that opens it."""
    lines = (line for line in lines_of(files, path, book) if line.text)
    return tuple(_Blocks(path, lines, mistakes).block(None))


class _Blocks:
    def __init__(self, path: str, lines: Iterator[Line], mistakes: Mistakes) -> None:
        self._path, self._lines, self._mistakes = path, lines, mistakes

    def block(self, opened: Statement | None) -> Iterator[Statement]:
        """The statements up to the closing brace, or to the end of the file. opened: None for the file itself."""
        for line in self._lines:
            if line.text.startswith("}"):
                if opened is not None:
                    return
                self._complain(line.number, "a brace } that closes nothing")
                continue
            statement = self._statement(line)
            if statement.words[-1] == "{" and statement.keyword in BLOCKS:
                statement = replace(statement, words=statement.words[:-1], text=statement.text[:-1].rstrip())
                statement = replace(statement, block=tuple(self.block(statement)))
            yield statement
        if opened is not None:
            self._complain(opened.line, f"the block of {opened.keyword} is not closed: a brace }} is missing")

    def _statement(self, line: Line) -> Statement:
        assigned = _ASSIGNED.fullmatch(line.text)
        opens = line.text.split()[0] in BLOCKS
        if opens and not (len(line.text.split()) == 3 and line.text.endswith("{")):
            self._complain(line.number, f"expected {line.text.split()[0]} NAME {{")
        elif not opens and not assigned:
            self._complain(line.number, "expected NAME = VALUE, with blanks around =")
        elif assigned:
            self._check(line, assigned)
        text = f"{assigned[1]} {assigned[4]}" if assigned and not opens else line.text
        words = tuple(quoted or single or plain for quoted, single, plain in _TOKEN.findall(text))
        return Statement(self._path, line.number, line.text, words)

    def _check(self, line: Line, assigned: re.Match[str]) -> None:
        values = _TOKEN.findall(assigned[4])
        low, high = _VALUES.get(assigned[1], (1, 1))
        if not assigned[2] or not assigned[3]:
            self._complain(line.number, "expected blanks around =")
        if any(plain[:1] in ("'", '"') for _quoted, _single, plain in values):
            self._complain(line.number, "a quote that is not closed")
        elif not low <= len(values) <= high:
            wanted = f"{low} to {high} values" if low < high else "one value" if low == 1 else f"{low} values"
            self._complain(line.number, f"expected {wanted} after =")
        if line.text != line.entered.strip():
            self._complain(line.number, "expected a line of its own for a comment: after a value, piranha takes none")

    def _complain(self, number: int, told: str) -> None:
        self._mistakes.append((f"{self._path}:{number}", told))
