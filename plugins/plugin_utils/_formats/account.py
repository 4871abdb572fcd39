# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has become of each statement of the imported files: none is dropped without a word. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from ...module_utils._keepalived.text import without_secrets
from .statement import Statement

Key = tuple[str, int, str]
IMPORTED, RAW, LEFT = "imported", "kept word for word", "not taken"
FATES = (IMPORTED, RAW, LEFT)


@dataclass(frozen=True)
class Entry:
    """fate: one of FATES. told: where the statement is now, or why it is not taken."""

    statement: Statement
    fate: str
    told: str


@dataclass
class Account:
    """The book that all readers of an import write into. What is written last about a statement counts."""

    _expected: dict[Key, Statement] = field(default_factory=dict)
    _entries: dict[Key, Entry] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def note(self, statement: Statement, text: str) -> None:
        """Something beside what has become of the statement that its owner needs to know; its secrets stay out."""
        self.note_about(statement.place, without_secrets(text, statement.text))

    def note_about(self, place: str, text: str) -> None:
        """The same of a place in the definition."""
        if (place, text) not in self.notes:
            self.notes.append((place, text))

    def expect(self, statements: Iterable[Statement]) -> None:
        """These have been read, with all below them: each needs an entry."""
        for statement in statements:
            self._expected.update((each.key, each) for each in statement.all())

    def imported(self, statement: Statement, path: str) -> None:
        """path: where the definition says it now."""
        self._enter(statement, IMPORTED, path)

    def raw(self, statement: Statement, path: str) -> None:
        """The statement is kept word for word with all below it. path: the key that has it."""
        for each in statement.all():
            self._enter(each, RAW, path)

    def left(self, statement: Statement, reason: str) -> None:
        """It is not taken, nor is what is below it and has no entry of its own."""
        for each in statement.all():
            if each is statement or each.key not in self._entries:
                self._enter(each, LEFT, reason)

    def leave_rest(self, statement: Statement, reason: str) -> None:
        """What has no entry yet, of the statement and of all below it, is not taken."""
        for each in statement.all():
            if each.key not in self._entries:
                self._enter(each, LEFT, reason)

    def leave_below(self, statement: Statement) -> None:
        """The same of what is in the block of a statement that takes none."""
        for each in statement.block or ():
            self.leave_rest(each, f"{statement.keyword} has no such word")

    def has(self, statement: Statement) -> bool:
        return statement.key in self._entries

    def _enter(self, statement: Statement, fate: str, told: str) -> None:
        self._expected.setdefault(statement.key, statement)
        self._entries[statement.key] = Entry(statement, fate, told)

    def withdraw(self, path: str, reason: str) -> None:
        """What was imported into a part of the definition is not taken after all."""
        for entry in [*self._entries.values()]:
            if entry.told == path or entry.told.startswith(f"{path}."):
                self._enter(entry.statement, LEFT, reason)

    def moved(self, path: str, to: str) -> None:
        """What was imported into a part of the definition is now in another one."""
        for key, entry in self._entries.items():
            if entry.told == path or entry.told.startswith(f"{path}."):
                self._entries[key] = replace(entry, told=f"{to}{entry.told[len(path) :]}")

    @property
    def entries(self) -> list[Entry]:
        """In the order of files and lines."""
        return sorted(self._entries.values(), key=lambda entry: entry.statement.key[:2])

    @property
    def forgotten(self) -> list[Statement]:
        """Statements of which nobody has said what has become of them: a fault of the reader."""
        return [statement for key, statement in self._expected.items() if key not in self._entries]

    def counts(self) -> dict[str, int]:
        """Fate -> number of statements."""
        fates = [entry.fate for entry in self._entries.values()]
        return {fate: fates.count(fate) for fate in FATES}

    def told(self, fate: str) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.fate == fate)
