# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""keepalived.conf as keepalived itself reads it: parser.c, as far as the collection writes such a file.

Stricter than that where its functions disagree: a comment is cut off wherever one of them would find it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# An escaped sign, as in C; then a quoted piece of a word, by either quote, or an unquoted one.
_ESCAPED = r"\\(?:[0-3][0-7]{2}|x[0-9A-Fa-f]{2}|.)"
_PIECE = re.compile(rf'"((?:{_ESCAPED}|[^"\\])*)"|\'((?:{_ESCAPED}|[^\'\\])*)\'|((?:{_ESCAPED}|[^ \t"\'\\])+)')
_CONTROL = {"a": "\a", "b": "\b", "E": "\033", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


@dataclass
class Block:
    """A line's words, and the lines in its braces."""

    words: list[str]
    body: list[Block] = field(default_factory=list)


def read(text: str) -> list[Block]:
    """All lines. ValueError where a brace or a quote is not closed."""
    stack: list[list[Block]] = [[]]
    for line in text.split("\n"):
        code = without_comment(line).strip(" \t")
        if code == "}":
            stack.pop()
        elif code.endswith("{"):
            stack[-1].append(Block(words(code[:-1])))
            stack.append(stack[-1][-1].body)
        elif code:
            stack[-1].append(Block(words(code)))
    (top,) = stack
    return top


def without_comment(line: str) -> str:
    """decomment(): to it every double quote begins or ends something, whatever stands before it."""
    for found in re.finditer("[!#]", line):
        if line.count('"', 0, found.start()) % 2 == 0:
            return line[: found.start()]
    return line


def words(line: str) -> list[str]:
    """alloc_strvec_quoted_escaped()"""
    line = line.strip(" \t")
    found, place = [""], 0
    while place < len(line):
        blank, piece = re.compile("[ \t]+").match(line, place), _PIECE.match(line, place)
        if blank:
            found.append("")
        elif piece:
            found[-1] += re.sub(_ESCAPED, _meant, next(part for part in piece.groups() if part is not None))
        else:
            raise ValueError(f"a quote that is not closed: {line}")
        place = (blank or piece).end()
    return found


def _meant(escaped: re.Match[str]) -> str:
    sign = escaped[0][1:]
    if sign[0] == "x" and len(sign) == 3:
        return chr(int(sign[1:], 16))
    return chr(int(sign, 8)) if len(sign) == 3 else _CONTROL.get(sign, sign)
