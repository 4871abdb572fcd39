# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of single values.

They come from templates: numbers and truth values may be text, and text may be a subclass of str.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from .place import Place
from .record import Check, takes
from .sentences import nearest, shown


@takes()
def anything(value: object, _place: Place) -> object:
    """What is checked elsewhere."""
    return value


@takes(type="string")
def text(value: object, place: Place) -> str:
    if isinstance(value, str):
        return str.__str__(value)
    if _is_made_by_yaml(value):
        raise place.refused(f"{shown(value)} is not text: put it in quotes{_yes_is_true(value)}")
    raise place.refused(f"{shown(value)} is not text")


@takes(type=["string", "integer"])
def word(value: object, place: Place) -> str:
    """Text, or a whole number, which can have been written in one way only where leading zeros have no place."""
    number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if number else text(value, place)


@takes(type=["boolean", "string"], pattern="^([Tt]rue|[Yy]es|[Oo]n|[Ff]alse|[Nn]o|[Oo]ff)$")
def boolean(value: object, place: Place) -> bool:
    if isinstance(value, bool):
        return value
    word = str.__str__(value).lower() if isinstance(value, str) else ""
    if word in ("true", "yes", "on"):
        return True
    if word in ("false", "no", "off"):
        return False
    raise place.refused(f"{shown(value)} is neither true nor false")


def integer(noun: str, low: int, high: int, unit: str = "", special: int | None = None) -> Check[int]:
    """A whole number from low to high, or the special one. noun: its name in messages, with an article, "" for none."""
    meaning = f"{_is(noun)} a {_of(unit)} from {low} to {high}"

    def check(value: object, place: Place) -> int:
        number = _whole_number(value)
        if number is None:
            raise place.refused(f"{shown(value)} is not a whole number: {meaning}{_how_to_write(value, unit)}")
        if not (low <= number <= high or number == special):
            raise place.refused(f"{shown(value)} is out of range: {meaning}")
        return number

    lowest = low if special is None else min(low, special)
    return takes(type=["integer", "string"], minimum=lowest, maximum=high, pattern="^-?[0-9]+$", unit=unit)(check)


def decimal(noun: str, low: float, high: float, unit: str = "", places: int | None = None) -> Check[float]:
    """A number from low to high. noun: as for integer(). places: how many decimal places it may have, None for any."""
    meaning = f"{_is(noun)} a {_of(unit)} from {low:g} to {high:g}"

    def check(value: object, place: Place) -> float:
        number = _number(value)
        if number is None:
            raise place.refused(f"{shown(value)} is not a number: {meaning}{_how_to_write(value, unit)}")
        if not low <= number <= high:
            raise place.refused(f"{shown(value)} is out of range: {meaning}")
        if places is not None and round(number, places) != number:
            raise place.refused(
                f"{shown(value)} is too exact: write {round(number, places):g}, with {places} decimal places at most"
            )
        return number

    return takes(type=["number", "string"], minimum=low, maximum=high, pattern="^-?[0-9.]+$", unit=unit)(check)


def choice(noun: str, words: Iterable[str], meant: Mapping[str, str] | None = None, secret: bool = False) -> Check[str]:
    """One of some words. noun: what it is in messages, with an article. meant: words of others, and ours for them.

    secret: whether a password may stand in its place.
    """
    words = tuple(words)

    def check(value: object, place: Place) -> str:
        if isinstance(value, str) and value in words:
            return str.__str__(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and str(value) in words:
            return str(value)  # 1.1, of which YAML makes a number
        lower = str.__str__(value).lower() if isinstance(value, str) else ""
        known = lower if lower in words else (meant or {}).get(lower)
        told = "the value (not shown)" if secret else shown(value)
        raise place.refused(f"{told} is not {noun}" + (f"; write {known}" if known else nearest(value, words)))

    numbers = [float(each) for each in words if re.fullmatch(r"[0-9]+\.[0-9]+", each)]
    return takes(enum=[*words, *numbers])(check)


def pattern(noun: str, expression: str, meaning: str, numbers: bool = False) -> Check[str]:
    """Text that matches the whole expression. noun: what it is, with an article; meaning: which text that is, in words.

    numbers: a whole number will do, which YAML makes of digits without quotes.
    """
    compiled = re.compile(expression)

    def check(value: object, place: Place) -> str:
        entered = word(value, place) if numbers else text(value, place)
        if not compiled.fullmatch(entered):
            raise place.refused(f"{shown(entered)} is not {noun}: {meaning}")
        return entered

    kinds = ["string", "integer"] if numbers else ["string"]
    return takes(type=kinds, title=noun, pattern=f"^(?:{expression})$")(check)


def _is_made_by_yaml(value: object) -> bool:
    """Whether YAML makes this of text without quotes: 1.10, yes, 2026-11-29."""
    return isinstance(value, (bool, int, float)) or hasattr(value, "isoformat")


def _yes_is_true(value: object) -> str:
    """The end of a message that shows true or false, which may not be what was written."""
    return (
        f" (YAML reads {'yes and on as true' if value else 'no and off as false'})" if isinstance(value, bool) else ""
    )


def _is(noun: str) -> str:
    return f"{noun} is" if noun else "it must be"


def _of(unit: str) -> str:
    return f"number of {unit}" if unit else "number"


_SECONDS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


def _how_to_write(value: object, unit: str) -> str:
    """The end of a message about what is no number, where it can be said what was meant."""
    if isinstance(value, bool):
        return _yes_is_true(value)
    entered = str.__str__(value).strip() if isinstance(value, str) else ""
    found = re.fullmatch(r"([0-9]{1,9}) ?(s|sec|m|min|h|d)", entered)
    if found and unit == "seconds":
        return f"; write {int(found[1]) * _SECONDS[found[2]]}"
    found = re.fullmatch(r"([0-9]{1,5})/(tcp|udp|sctp)", entered)
    if found:
        return f"; write port: {found[1]} and also protocol: {found[2]}"
    if re.fullmatch(r"0x[0-9a-fA-F]{1,8}", entered):
        return f"; write {int(entered, 16)}"
    return ""


def _whole_number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,20}", value):
        return int(value)
    return None


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", value):
        return float(value)
    return None
