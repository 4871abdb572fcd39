# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How statements are taken: a table for each kind of block, word -> what to do with its statement. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from .part import Part
from .statement import Statement

Taker = Callable[[Part, Statement], None]
Table = Mapping[str, Taker]


def first_value(key: str) -> Taker:
    """A word whose first value is that of a key."""

    def take(part: Part, statement: Statement) -> None:
        part.take(statement, key, statement.value)

    return take


def without(reason: str) -> Taker:
    """A word that is not taken, and why."""
    return lambda part, statement: part.book.left(statement, reason)


def imported(where: str) -> Taker:
    """A word that needs no key of its own, and where the definition says it."""
    return lambda part, statement: part.book.imported(statement, where)


def usual(value: str, reason: str) -> Taker:
    """A word whose usual value is how it is in any case, and why another one is not taken."""

    def take(part: Part, statement: Statement) -> None:
        if statement.value == value:
            part.book.imported(statement, "so in any case")
        else:
            part.book.left(statement, reason)

    return take


def switch(key: str, on: str, off: str) -> Taker:
    """A word that is on or off, of which off is how it is in any case."""

    def take(part: Part, statement: Statement) -> None:
        if statement.value == on:
            part.take(statement, key, True)
        elif statement.value == off:
            part.book.imported(statement, "so in any case")
        else:
            part.book.left(statement, f"{statement.value or 'nothing'} is neither {on} nor {off}")

    return take


def take_by(table: Table, part: Part, statements: Iterable[Statement], unknown: str) -> None:
    """Each statement of a block by the table. unknown: why what the table does not have is not taken."""
    for statement in statements:
        table.get(statement.keyword, without(unknown))(part, statement)
