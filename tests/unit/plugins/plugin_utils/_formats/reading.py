# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files in memory, and what is said of every import."""

from __future__ import annotations

from fnmatch import fnmatch
from os.path import join, normpath

from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.account import FATES
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.imported import Imported


class Texts(dict[str, str]):
    """Path -> text."""

    def read(self, path: str) -> str | None:
        return self.get(path)

    def fault(self, path: str) -> str:
        return f"there is no {path}"

    def matching(self, pattern: str, folder: str) -> list[str]:
        wanted = normpath(join(folder, pattern))
        return sorted(path for path in self if fnmatch(path, wanted))


def nothing_is_dropped(imported: Imported) -> None:
    """Each statement has one fate."""
    book = imported.book
    assert [statement.text for statement in book.forgotten] == []
    assert {*book.counts()} == {*FATES}
    assert sum(book.counts().values()) == len(book.entries)


def left(imported: Imported) -> dict[str, str]:
    """What was not taken: statement -> why."""
    return {entry.statement.text: entry.told for entry in imported.book.told("not taken")}
