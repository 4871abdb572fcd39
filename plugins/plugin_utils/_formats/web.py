# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a health check asks a web server for. Pure."""

from __future__ import annotations

from .hidden import tells_a_secret
from .part import Part
from .statement import Statement


def take_path(part: Part, statement: Statement, path: str, says_more: bool = False) -> bool:
    """Take a path, unless it has a secret. says_more: whether the statement is taken in any case."""
    if tells_a_secret(path.partition("?")[2]):
        refuse = part.book.note if says_more else part.book.left
        refuse(statement, "its path has what looks like a secret: write the path yourself")
        return False
    if not (part.take_some if says_more else part.take)(statement, "path", path):
        return False
    if path == "/":
        del part.values["path"]
    return True
