# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How words of keepalived.conf are taken: a table for each kind of block, word -> what to do with its statement. Pure.

Which word means which key is said in _schema, where keepalived.conf is written from; here is what has another shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .._schema.record import Field
from .keepalived_statements import escaped_words
from .part import Part
from .statement import Statement
from .takers import Table, Taker, take_by

# check_true_false() in lib/parser.c
_SWITCHES = {**dict.fromkeys(["true", "on", "yes"], True), **dict.fromkeys(["false", "off", "no"], False)}
UNKNOWN = "keepalived knows no such word here"


def value(key: str) -> Taker:
    """A word with one value."""

    def take(part: Part, statement: Statement) -> None:
        if not statement.values:
            part.book.left(statement, "has no value, so that keepalived ignores it")
        elif part.take(statement, key, statement.values[0]):
            note_rest(part, statement, 1)

    return take


def switch(key: str) -> Taker:
    """A word that stands alone, or with on or off."""

    def take(part: Part, statement: Statement) -> None:
        entered = statement.values[0].lower() if statement.values else "on"
        if entered not in _SWITCHES:
            part.book.left(statement, f"{entered} is neither on nor off, so that keepalived ignores it")
        elif part.take(statement, key, _SWITCHES[entered]):
            note_rest(part, statement, 1)

    return take


def alone(key: str, meant: object = True) -> Taker:
    """A word whose values keepalived does not look at. meant: what it says of the key."""

    def take(part: Part, statement: Statement) -> None:
        if part.take(statement, key, meant):
            note_rest(part, statement, 0)

    return take


def command(key: str) -> Taker:
    """A word with a command, and perhaps with the user that runs it: notify_script_init() in lib/notify.c.

    The definition has one user for all commands, so that one with a user of its own is kept as it is.
    """

    def take(part: Part, statement: Statement) -> None:
        words = escaped_words(statement.text)
        if len(words) < 2:
            part.book.left(statement, "names no command")
        elif len(words) > 2 and "raw" in part.fields:
            part.keep(statement)
        else:
            part.take(statement, key, words[1])

    return take


def keep(part: Part, statement: Statement) -> None:
    """A word for which the definition has no key."""
    part.keep(statement)


def note_rest(part: Part, statement: Statement, read: int) -> None:
    """keepalived reads the first values of a line, and the rest does nothing."""
    rest = statement.values[read:]
    if rest and rest != ("{",):
        part.book.note(statement, f"keepalived does not read the rest of the line, {' '.join(rest)}")


def turned(weight: str, words: tuple[str, ...]) -> str:
    """A weight, with the opposite sign where it is said to be reversed."""
    if "reverse" not in words:
        return weight
    return weight[1:] if weight.startswith("-") else f"-{weight}"


def keywords(fields: Mapping[str, Field], but: Iterable[str] = ()) -> dict[str, Taker]:
    """The table of keys that keepalived has a word for. but: keys that are taken in another way."""
    return {
        field.keepalived: switch(key) if _is_switch(field) else value(key)
        for key, field in fields.items()
        if field.keepalived and key not in but
    }


def _is_switch(field: Field) -> bool:
    kinds = field.check.schema().get("type")
    return kinds == "boolean" or (isinstance(kinds, list) and "boolean" in kinds)


def take_all(table: Table, part: Part, statements: Iterable[Statement]) -> None:
    """Each statement of a block by the table; what the table does not have, keepalived does not know."""
    take_by(table, part, statements, UNKNOWN)
