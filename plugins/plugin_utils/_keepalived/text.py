# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The syntax of keepalived.conf: words, lines and blocks, and nothing of what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

INDENT = "    "
# What keepalived's parser takes as it stands (parser.c): no blank, quote, comment sign or brace.
_PLAIN = re.compile(r"[A-Za-z0-9_.,:;/@%+=*?~^&|()\[\]-]+")


class Block(NamedTuple):
    """A line that opens braces, and what is between them."""

    head: str
    body: list[Node]


class Raw(NamedTuple):
    """Lines of the owner's own, as they are."""

    text: str


Node = str | Block | Raw


def line(keyword: str, *values: object) -> str:
    """A keyword with its values, each of them one word to keepalived whatever it contains."""
    return " ".join([keyword, *(word(value) for value in values)])


def word(value: object) -> str:
    """A value as keepalived reads it back, in quotes where it needs them: alloc_strvec_quoted_escaped() in parser.c.

    A double quote is written as its octal code: within what other functions of parser.c take for quoted they would find
    braces and comments of their own. So is a brace that is alone: a process that skips the block would count it
    (process_stream()).
    """
    text = f"{value:g}" if isinstance(value, float) else str(value)
    if _PLAIN.fullmatch(text):
        return text
    text = text.replace("\\", "\\\\").replace('"', r"\042")
    return '"' + {"{": r"\173", "}": r"\175"}.get(text, text) + '"'


def given(keyword: str, value: object) -> list[Node]:
    """A line where there is a value: the keyword alone for True, `off` after it for False."""
    if value is None:
        return []
    if value is True:
        return [keyword]
    return [line(keyword, "off" if value is False else value)]


def raw(text: str | None) -> list[Node]:
    return [Raw(text)] if text else []


def written(nodes: Iterable[Node]) -> str:
    return "".join(f"{text}\n" for text in _lines(nodes, ""))


def _lines(nodes: Iterable[Node], indent: str) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, str):
            yield f"{indent}{node}" if node else ""
        elif isinstance(node, Raw):
            yield from (f"{indent}{text}" if text else "" for text in node.text.rstrip("\n").splitlines())
        else:
            yield f"{indent}{node.head} {{"
            yield from _lines(node.body, indent + INDENT)
            yield f"{indent}}}"
