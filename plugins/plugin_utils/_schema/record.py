# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading plain data by tables of fields: what is wrong is noted with its path, what is right is normalised.

A check takes a value and the place where it stands, and returns the normalised value. What it cannot use it notes at
that place and raises Refused, so that reading goes on with the next value and all problems are found in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ...module_utils._keepalived.text import masked
from .foreign_words import explained, name_here
from .place import Place, Refused
from .sentences import closest, nearest, shown

T = TypeVar("T")
Schema = dict[str, Any]
# What record() makes of a mapping, and the same with its place.
Draft = dict[str, Any]
PlacedDraft = tuple[Place, Draft]


@dataclass(frozen=True)
class Check(Generic[T]):
    """Reads one value. schema: what it takes, in JSON Schema; all that documents a value is made of that."""

    read: Callable[[object, Place], T]
    schema: Callable[[], Schema]

    def __call__(self, value: object, place: Place) -> T:
        return self.read(value, place)


def takes(like: Check[Any] | None = None, **more: Any) -> Callable[[Callable[[object, Place], T]], Check[T]]:
    """What a function that reads a value takes: what another check does, or more. Keywords are those of JSON Schema,
    and unit; a check among their values stands for its schema.
    """

    def schema() -> Schema:
        return {**(like.schema() if like else {}), **{key: _plain(part) for key, part in more.items() if part != ""}}

    return lambda read: Check(read, schema)


def _plain(part: Any) -> Any:
    if isinstance(part, Check):
        return part.schema()
    return [_plain(item) for item in part] if isinstance(part, list) else part


@dataclass(frozen=True)
class Field:
    """One key of a record. A key that is not given, or given as null, has the default as it stands here.

    doc: what it is for. otherwise: what holds without it, in words, where that is no default here. example: a value.
    keepalived: its word for the same.
    """

    check: Check[Any]
    default: Any = None
    required: bool = False
    doc: str = ""
    otherwise: str = ""
    example: Any = None
    keepalived: str = ""

    def schema(self) -> Schema:
        """What the key takes, in JSON Schema, with what is said of it."""
        more = {"description": self.doc, "otherwise": self.otherwise, "keepalived": self.keepalived}
        told = {key: words for key, words in more.items() if words}
        default = {} if self.default is None or self.default in ((), {}) else {"default": self.default}
        return {**self.check.schema(), **told, **default, **({"examples": [self.example]} if self.example else {})}


def record(fields: Mapping[str, Field], noun: str = "key") -> Check[Draft]:
    """A mapping with these keys and no others. A key whose value was refused is absent from the result.

    So is a key that is given under another name: the note about that name is enough, it is not missing as well.
    """

    def check(value: object, place: Place) -> Draft:
        if not isinstance(value, Mapping):
            raise place.refused(f"{shown(value)} is not a mapping, with keys such as {', '.join(list(fields)[:20])}")
        meant = {_note_unknown(str(key), value[key], noun, place, fields) for key in value if key not in fields}
        result: Draft = {}
        for name, entry in fields.items():
            entered = value.get(name)
            if entered is not None:
                with suppress(Refused):
                    result[name] = entry.check(entered, place.key(name))
            elif name in meant:
                continue
            elif entry.required:
                place.key(name).note("is missing")
            else:
                result[name] = entry.default
        return result

    def schema() -> Schema:
        return {
            "type": "object",
            "properties": {name: entry.schema() for name, entry in fields.items()},
            "required": [name for name, entry in fields.items() if entry.required],
            "additionalProperties": False,
        }

    return Check(check, schema)


def mapping_of(check_item: Check[Any]) -> Callable[[Callable[[object, Place], T]], Check[T]]:
    """What a function takes that reads a mapping of any names to such items."""
    return takes(type="object", additionalProperties=check_item)


def _note_unknown(key: str, value: object, noun: str, place: Place, fields: Mapping[str, Field]) -> str:
    """Note an unknown key. Returns the key that is meant, or "" where that cannot be told."""
    if noun == "variable":
        close = closest(key, fields, 0.8)
        unknown = "unknown variable: names that begin with lvs_ are for this collection alone; give yours another name"
        place.key(masked(key)).note(f"unknown variable; did you mean {close}?" if close else unknown)
        return close
    here = name_here(key, place.path)
    wrong = _wrong_too(value, fields[here]) if here in fields else ""
    words = explained(key, place.path)
    place.key(masked(key)).note(f"unknown {noun}{words or nearest(key, fields)}{wrong}")
    return here or ("" if words else closest(key, fields))


def _wrong_too(value: object, entry: Field) -> str:
    """The end of a message about a key under another name whose value is wrong too."""
    trial = Place("")
    with suppress(Refused):
        entry.check(value, trial)
    return next((f", and {problem.text}" for problem in trial.problems if not problem.path), "")


def given(draft: Draft, key: str) -> bool:
    """Whether the owner gave a value, rightly or wrongly. For keys without a default."""
    return key not in draft or draft[key] is not None


def fill_in(draft: Draft, key: str, value: object) -> None:
    if not given(draft, key):
        draft[key] = value


def list_of(check_item: Check[Any]) -> Check[list[Any]]:
    """A list. Items that were refused are None in the result, so that the others keep their index."""

    def check(value: object, place: Place) -> list[Any]:
        if not isinstance(value, (list, tuple)):
            raise place.refused(f"{shown(value)} is not a list")
        result: list[Any] = []
        for index, item in enumerate(value):
            try:
                result.append(check_item(item, place.item(index)))
            except Refused:
                result.append(None)
        return result

    return takes(type="array", items=check_item)(check)


def one_or_more(check_item: Check[Any]) -> Check[list[Any]]:
    """One value, or a list of values of which no two are the same: a list in both cases."""
    check_list = list_of(check_item)

    def check(value: object, place: Place) -> list[Any]:
        if not isinstance(value, (list, tuple)):
            return [check_item(value, place)]
        if not value:
            raise place.refused("is an empty list")
        result = check_list(value, place)
        seen: set[Any] = set()
        for index, item in enumerate(result):
            if item is not None and item in seen:
                place.item(index).note(f"{value[index]} is listed already")
            seen.add(item)
        return [item for item in result if item is not None]

    return takes(anyOf=[check_item, takes(type="array", items=check_item, minItems=1)(check)])(check)
