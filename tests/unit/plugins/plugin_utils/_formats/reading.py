# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files in memory, and what must hold of whatever has been imported from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from os.path import join, normpath
from textwrap import dedent
from types import ModuleType

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.text import masked
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.account import FATES, Entry
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.imported import Imported, Source
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.judged import judged
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import errors_in


class Texts(dict[str, str]):
    """Path -> text, where a reader expects files."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__((path, dedent(text)) for path, text in texts.items())

    def read(self, path: str) -> str | None:
        return self.get(path)

    def fault(self, path: str) -> str:
        return f"there is no {path}"

    def matching(self, pattern: str, folder: str) -> list[str]:
        wanted = normpath(join(folder, pattern))
        return sorted(path for path in self if fnmatch(path, wanted))

    def lines(self) -> Iterator[tuple[str, int]]:
        """The path and the number of each line that says something; one that goes on after a backslash is one line."""
        for path, text in self.items():
            goes_on = False
            for number, line in enumerate(text.replace("\r", "").split("\n"), 1):
                if not goes_on and not re.fullmatch(r"\s*(#.*|\})?", line):
                    yield path, number
                goes_on = line.endswith("\\")


def imported(reader: ModuleType, text: str, **others: str) -> Imported:
    """What a reader makes of a file, named `file`. others: director -> its file."""
    sources = [Source("file"), *(Source(name, name) for name in others)] if text else [Source(n, n) for n in others]
    return of(reader, {**({"file": text} if text else {}), **others}, *sources)


def of(reader: ModuleType, texts: Mapping[str, str], *sources: Source) -> Imported:
    """What a reader makes of files. What must always hold does: nothing is forgotten, and the counts add up."""
    files = Texts(texts)
    found: Imported = reader.read(sources, files)
    read = {source.path for source in sources} | {entry.statement.file for entry in found.book.entries}
    accounted = {(entry.statement.file, entry.statement.line) for entry in found.book.entries}
    assert [line for line in files.lines() if line[0] in read and line not in accounted] == []
    nothing_is_dropped(found)
    return found


def entry(found: Imported, text: str) -> Entry:
    """What has become of the statement that begins with a text."""
    entries = [each for each in found.book.entries if each.statement.text.startswith(text)]
    assert len(entries) == 1, [each.statement.text for each in entries]
    return entries[0]


def fate(found: Imported, text: str) -> str:
    """The same, in one line."""
    each = entry(found, text)
    return f"{each.fate}: {each.told}"


def errors(found: Imported) -> list[str]:
    """What makes the definition one that cannot be rolled out."""
    return errors_in(judged(found))


def notes(found: Imported) -> list[str]:
    return [f"{place}: {told}" for place, told in found.book.notes]


def shown(found: Imported) -> str:
    """All that anyone gets to see of an import: the definition, and the page about it."""
    entries = [f"{masked(each.statement.text)} {each.told}" for each in found.book.entries]
    return "\n".join([repr((found.directors, found.cluster, found.services, found.mistakes)), *entries, *notes(found)])


def nothing_is_dropped(imported: Imported) -> None:
    """Each statement has one fate."""
    book = imported.book
    assert [statement.text for statement in book.forgotten] == []
    assert {*book.counts()} == {*FATES}
    assert sum(book.counts().values()) == len(book.entries)


def left(imported: Imported) -> dict[str, str]:
    """What was not taken: statement -> why."""
    return {entry.statement.text: entry.told for entry in imported.book.told("not taken")}
