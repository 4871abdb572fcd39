# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A part of a definition that is filled in from statements: a value is taken only if the definition takes it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from .._schema.place import Place, Refused
from .._schema.record import Check, Field
from .account import Account
from .statement import Statement

_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,17}")
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")


class Part:
    """One mapping of the definition: a service, a check, lvs_cluster.vrrp.

    path: where it is, as IMPORT.md names it. values: what has been taken so far.
    """

    def __init__(self, book: Account, path: str, fields: Mapping[str, Field]) -> None:
        self.book, self.path, self.fields = book, path, fields
        self.values: dict[str, Any] = {}

    def take(self, statement: Statement, key: str, entered: object) -> bool:
        """Give a key its value, or say why the definition does not take it."""
        value, refusal = self.judged(key, entered)
        if refusal:
            self.book.left(statement, refusal)
            return False
        self.values[key] = value
        self.book.imported(statement, f"{self.path}.{key}")
        self.book.leave_below(statement)
        return True

    def take_some(self, statement: Statement, key: str, entered: object) -> bool:
        """The same of a statement that says more than this: what the definition does not take of it is noted.

        What has become of the statement as a whole is for the caller to say.
        """
        value, refusal = self.judged(key, entered)
        if refusal:
            self.book.note(statement, f"this is not taken of it: {refusal}")
            return False
        self.values[key] = value
        return True

    def add(self, statement: Statement, key: str, entered: object) -> bool:
        """Give a key that has a list one more value."""
        listed = [*self.values.get(key, []), entered]
        return self.take(statement, key, listed)

    def judged(self, key: str, entered: object) -> tuple[object, str]:
        """A value as the definition writes it, and why it does not take it: "" if it does."""
        refusal = ""
        for value in _readings(entered, self.fields[key]):
            refusal = self._refusal(key, value)
            if not refusal:
                return value, ""
        return entered, refusal

    def _refusal(self, key: str, value: object) -> str:
        place = Place(key)
        with suppress(Refused):
            self.fields[key].check(value, place)
        return "; ".join(str(problem) for problem in place.problems)

    def keep(self, statement: Statement, key: str = "raw") -> None:
        """Keep a statement word for word."""
        kept = self.values.get(key)
        text = "\n".join([*([kept] if kept else []), *statement.lines()])
        refusal = self._refusal(key, text)
        if refusal:
            self.book.left(statement, refusal)
        else:
            self.values[key] = text
            self.book.raw(statement, f"{self.path}.{key}")


def _readings(entered: object, field: Field) -> list[object]:
    """What text can mean: a number first, unless the key takes text alone."""
    if not isinstance(entered, str):
        return [entered]
    if _takes_text_alone(field.check):
        return [entered]
    if _WHOLE.fullmatch(entered):
        return [int(entered), entered]
    return [float(entered), entered] if _DECIMAL.fullmatch(entered) else [entered]


@cache
def _takes_text_alone(check: Check[Any]) -> bool:
    return check.schema().get("type") == "string"
