# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines of the files that are imported, without comments. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .account import Account
from .files import Files
from .imported import NotUnderstood

# What is in quotes, or a comment: # at the beginning or after a blank.
_QUOTED_OR_COMMENT = re.compile(r"""("[^"]*"|'[^']*')|(?:^|(?<=[ \t]))#.*""")


@dataclass(frozen=True)
class Line:
    """number: from 1. entered: as it stands in the file. text: without comments, and blanks at both ends."""

    number: int
    entered: str

    @property
    def text(self) -> str:
        return _QUOTED_OR_COMMENT.sub(lambda found: found[1] or "", self.entered).strip()


def lines_of(files: Files, path: str, book: Account) -> Iterator[Line]:
    """All lines of a file, those that are empty too."""
    text = files.read(path)
    if text is None:
        raise NotUnderstood(f"{path} is not there or cannot be read")
    if re.search("[\ud800-\udfff]", text):
        text = text.encode("utf-8", "surrogateescape").decode("latin-1")
        book.note_about(path, "is no UTF-8, and was read as Latin-1: look at what is not plain English in it")
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        yield Line(number, line.rstrip("\r"))
