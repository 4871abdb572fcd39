# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What other people's files consist of, in whatever syntax: statements with their places, and blocks of them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Statement:
    """One line of a file, or what begins on it.

    file: its path. line: its number, from 1. text: as its program reads it, without comments, with all that stands for
    something else replaced. words: what the text is divided into. block: the statements between its braces, or below
    it; None where it opens no block.
    """

    file: str
    line: int
    text: str
    words: tuple[str, ...]
    block: tuple[Statement, ...] | None = None

    @property
    def keyword(self) -> str:
        return self.words[0]

    @property
    def values(self) -> tuple[str, ...]:
        return self.words[1:]

    @property
    def value(self) -> str:
        """The first value, "" where there is none."""
        return self.words[1] if len(self.words) > 1 else ""

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def key(self) -> tuple[str, int, str]:
        """What tells it from all others; a line that is read for several directors is one statement."""
        return self.file, self.line, self.text

    def all(self) -> Iterator[Statement]:
        """Itself and all statements below it."""
        yield self
        for each in self.block or ():
            yield from each.all()

    def lines(self, indent: str = "") -> Iterator[str]:
        """As it may be written down again, with four blanks for each block."""
        yield f"{indent}{self.text}{' {' if self.block is not None else ''}"
        if self.block is not None:
            for each in self.block:
                yield from each.lines(f"{indent}    ")
            yield f"{indent}}}"
