# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drafts on their way to values: what record() makes of a mapping, completed key by key.

A key whose value was refused is absent, and stays so in whatever is made of the draft: see unknown.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .._schema.place import Place
from .._schema.record import Draft


def inherit(draft: Draft, key: str, source: Mapping[str, Any], name: str = "") -> None:
    """Take a value that was not given from where its default stands. name: of the key there, where it is another."""
    if draft.get(key, ...) is None:
        _set(draft, key, source, name or key)


def _set(draft: Draft, key: str, source: Mapping[str, Any], name: str) -> None:
    if name in source:
        draft[key] = source[name]
    else:
        del draft[key]


def known(draft: Mapping[str, Any], names: Iterable[str]) -> Draft:
    """Those of the keys that are known."""
    return {name: draft[name] for name in names if name in draft}


def as_tuple(draft: Mapping[str, Any], name: str, own_name: str = "") -> Draft:
    """A list that was given or not, as a tuple below its own name; nothing where it is unknown."""
    return {own_name or name: tuple(draft[name] or ())} if name in draft else {}


def given_options(draft: Mapping[str, Any], without: Iterable[str] = ()) -> tuple[tuple[str, Any], ...]:
    """The options that were given or have a default, by their names; lists are tuples."""
    left_out = frozenset(without)
    return tuple(
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in draft.items()
        if name not in left_out and value is not None
    )


def is_whole(place: Place) -> bool:
    """Whether nothing was refused at a place, or below it."""
    return not any(problem.path.startswith(place.path) for problem in place.problems)


def entries(listed: Sequence[Any] | None, path: str) -> Iterator[tuple[str, Any]]:
    """The entries of a list with their paths."""
    for index, entry in enumerate(listed or ()):
        yield f"{path}[{index}]", entry
