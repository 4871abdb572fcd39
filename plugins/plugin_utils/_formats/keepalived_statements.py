# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""keepalived.conf as statements: process_stream() and alloc_strvec() in lib/parser.c. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from .files import Files
from .keepalived_lines import Expanded, Line, Mistake, lines
from .statement import Statement

_WORD = re.compile(r'"([^"]*)(?:"|$)|([^\s"]+)')


def statements(files: Files, path: str, director: str | None, met: Expanded) -> tuple[Statement, ...]:
    """The statements of a file and of what it includes, for one director."""
    read = _Blocks(lines(files, path, director, met), met)
    return tuple(read.block(None))


class _Blocks:
    def __init__(self, source: Iterator[Line], met: Expanded) -> None:
        self._source, self._met = source, met
        self._next: Line | None = next(source, None)

    def block(self, opened: Line | None) -> Iterator[Statement]:
        """The statements up to the closing brace, or to the end of the file. opened: None for the file itself."""
        while self._next is not None:
            line = self._step(self._next)
            if line.text == "}" and opened:
                return
            if line.text in ("{", "}"):
                self._complain(line, f"a brace {line.text} that belongs to nothing")
                continue
            statement = Statement(line.file, line.number, line.text, words(line.text))
            if not statement.words:
                continue
            if self._next is not None and self._next.text == "{":
                self._step(self._next)
                statement = replace(statement, block=tuple(self.block(line)))
            yield statement
        if opened:
            self._complain(opened, f"the block of {words(opened.text)[0]} is not closed: a brace }} is missing")

    def _step(self, line: Line) -> Line:
        """Go on from the line that was next."""
        self._next = next(self._source, None)
        return line

    def _complain(self, line: Line, told: str) -> None:
        self._met.mistakes.append(Mistake(line.file, line.number, told))


def words(text: str) -> tuple[str, ...]:
    """What is in double quotes is one word, without them; the rest is divided at blanks."""
    return tuple(quoted or plain for quoted, plain in _WORD.findall(text)) if text else ()


def escaped_words(text: str) -> tuple[str, ...]:
    """The words of a line whose keyword takes a command, with quotes and escapes: alloc_strvec_quoted_escaped()."""
    found, word, quote, begun = [], "", "", False
    index = 0
    while index < len(text):
        sign = text[index]
        index += 1
        if sign == "\\" and index < len(text):
            plain, index = _escaped(text, index)
            word, begun = word + plain, True
        elif quote:
            word, quote = (word, "") if sign == quote else (word + sign, quote)
        elif sign in "\"'":
            quote, begun = sign, True
        elif sign in " \t":
            if begun:
                found.append(word)
            word, begun = "", False
        else:
            word, begun = word + sign, True
    return tuple([*found, word] if begun else found)


_SIGNS = {"a": "\a", "b": "\b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def _escaped(text: str, index: int) -> tuple[str, int]:
    """The sign that the text after a backslash stands for, and where it ends."""
    found = re.compile(r"x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|c(.)").match(text, index)
    if not found:
        return _SIGNS.get(text[index], text[index]), index + 1
    if found[3]:
        return chr(ord(found[3]) & 0x1F), found.end()
    return chr(int(found[1], 16) if found[1] else int(found[2], 8) & 0xFF), found.end()
