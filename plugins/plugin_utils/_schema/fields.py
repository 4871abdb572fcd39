# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading plain data by tables of fields: what is wrong is noted with its path, what is right is normalised.

A check takes a value and the place where it stands, and returns the normalised value. What it cannot use it notes at
that place and raises Refused, so that reading goes on with the next value and all problems are found in one pass.
Values come from templates: numbers and truth values may be text, and text may be a subclass of str.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from .foreign_words import explained, name_here


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: "lvs_services[2].port"."""

    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


class Refused(Exception):
    """The value cannot be used. What is wrong with it has been noted."""


@dataclass(frozen=True)
class Place:
    """Where in the data a value stands, and the list in which problems are noted."""

    path: str
    problems: list[Problem] = field(default_factory=list)

    def key(self, name: object) -> Place:
        return Place(f"{self.path}.{name}", self.problems)

    def item(self, index: int | str) -> Place:
        return Place(f"{self.path}[{index}]", self.problems)

    def note(self, text: str) -> None:
        self.problems.append(Problem(self.path, text))

    def refused(self, text: str) -> Refused:
        """Note the problem; the exception is for the caller to raise."""
        self.note(text)
        return Refused()


Check = Callable[[object, Place], Any]
# What record() makes of a mapping, and the same with its place.
Draft = dict[str, Any]
PlacedDraft = tuple[Place, Draft]


@dataclass(frozen=True)
class Field:
    """One key of a record. A key that is not given, or given as null, has the default as it stands here."""

    check: Check
    default: Any = None
    required: bool = False


def record(fields: Mapping[str, Field], noun: str = "key") -> Check:
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

    return check


def _note_unknown(key: str, value: object, noun: str, place: Place, fields: Mapping[str, Field]) -> str:
    """Note an unknown key. Returns the key that is meant, or "" where that cannot be told."""
    if noun == "variable":
        close = _closest(key, fields, 0.8)
        unknown = "unknown variable: names that begin with lvs_ are for this collection alone; give yours another name"
        place.key(key).note(f"unknown variable; did you mean {close}?" if close else unknown)
        return close
    here = name_here(key, place.path)
    wrong = _wrong_too(value, fields[here]) if here in fields else ""
    words = explained(key, place.path)
    place.key(key).note(f"unknown {noun}{words or nearest(key, fields)}{wrong}")
    return here or ("" if words else _closest(key, fields))


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


def list_of(check_item: Check) -> Check:
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

    return check


def one_or_more(check_item: Check) -> Check:
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

    return check


def hostvars_of(hosts: Sequence[str]) -> str:
    """The path of a variable that is wrong on several hosts, up to its name."""
    return f"hostvars[{some(hosts)}]"


def some(names: Sequence[str]) -> str:
    """The first of several names, and how many more there are."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def anything(value: object, _place: Place) -> object:
    """What is checked elsewhere."""
    return value


def text(value: object, place: Place) -> str:
    if isinstance(value, str):
        return str.__str__(value)
    if _is_made_by_yaml(value):
        raise place.refused(f"{shown(value)} is not text: put it in quotes{_yes_is_true(value)}")
    raise place.refused(f"{shown(value)} is not text")


def word(value: object, place: Place) -> str:
    """Text, or a whole number, which can have been written in one way only where leading zeros have no place."""
    number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if number else text(value, place)


def boolean(value: object, place: Place) -> bool:
    if isinstance(value, bool):
        return value
    word = str.__str__(value).lower() if isinstance(value, str) else ""
    if word in ("true", "yes", "on"):
        return True
    if word in ("false", "no", "off"):
        return False
    raise place.refused(f"{shown(value)} is neither true nor false")


def integer(noun: str, low: int, high: int, unit: str = "", special: int | None = None) -> Check:
    """A whole number from low to high, or the special one. noun: its name in messages, with an article, "" for none."""
    meaning = f"{_is(noun)} a {_of(unit)} from {low} to {high}"

    def check(value: object, place: Place) -> int:
        number = _whole_number(value)
        if number is None:
            raise place.refused(f"{shown(value)} is not a whole number: {meaning}{_how_to_write(value, unit)}")
        if not (low <= number <= high or number == special):
            raise place.refused(f"{shown(value)} is out of range: {meaning}")
        return number

    return check


def decimal(noun: str, low: float, high: float, unit: str = "", places: int | None = None) -> Check:
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

    return check


def choice(noun: str, words: Iterable[str], meant: Mapping[str, str] | None = None) -> Check:
    """One of some words. noun: what it is in messages, with an article. meant: words of others, and ours for them."""
    words = tuple(words)

    def check(value: object, place: Place) -> str:
        if isinstance(value, str) and value in words:
            return str.__str__(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and str(value) in words:
            return str(value)  # 1.1, of which YAML makes a number
        lower = str.__str__(value).lower() if isinstance(value, str) else ""
        known = lower if lower in words else (meant or {}).get(lower)
        raise place.refused(f"{shown(value)} is not {noun}" + (f"; write {known}" if known else nearest(value, words)))

    return check


def pattern(noun: str, expression: str, meaning: str, numbers: bool = False) -> Check:
    """Text that matches the whole expression. noun: what it is, with an article; meaning: which text that is, in words.

    numbers: a whole number will do, which YAML makes of digits without quotes.
    """
    compiled = re.compile(expression)

    def check(value: object, place: Place) -> str:
        entered = word(value, place) if numbers else text(value, place)
        if not compiled.fullmatch(entered):
            raise place.refused(f"{shown(entered)} is not {noun}: {meaning}")
        return entered

    return check


def address(value: object, place: Place) -> str:
    """An IPv4 or IPv6 address that one host can have, in its canonical form."""
    if not isinstance(value, str):
        raise place.refused(f"{shown(value)} is not an IPv4 or IPv6 address")
    entered = str.__str__(value)
    try:
        parsed = ip_address(entered)
    except ValueError:
        raise place.refused(f"{shown(entered)} is not an IPv4 or IPv6 address{_too_much(entered)}") from None
    reason = _unusable(parsed)
    if reason:
        raise place.refused(
            f"{entered} is {reason}, which cannot be used here; write an address that other hosts can reach"
        )
    return str(parsed)


def beside_port(check_other: Check) -> Check:
    """What the other check takes, in a record that has a key `port`: the two written as one are told apart."""

    def check(value: object, place: Place) -> Any:
        found = apart(value)
        if found:
            raise place.refused(
                f"{shown(value)} is not an IPv4 or IPv6 address: write address: {found[0]} and port: {found[1]}"
            )
        return check_other(value, place)

    return check


def apart(value: object) -> tuple[str, str] | None:
    """The address and the port of 192.0.2.80:80 and [2001:db8::80]:80."""
    entered = str.__str__(value) if isinstance(value, str) else ""
    found = re.fullmatch(r"\[([0-9A-Fa-f:.]+)\]:([0-9]{1,5})|([0-9.]+):([0-9]{1,5})", entered)
    if found:
        with suppress(ValueError):
            return str(ip_address(found[1] or found[3])), found[2] or found[4]
    return None


def or_link_local(check_other: Check) -> Check:
    """A link-local address of IPv6, whose interface is named elsewhere, or what the other check takes."""

    def check(value: object, place: Place) -> Any:
        entered = str.__str__(value) if isinstance(value, str) else ""
        bare, percent, zone = entered.partition("%")
        try:
            parsed = IPv6Address(bare)
        except ValueError:
            return check_other(value, place)
        if not parsed.is_link_local:
            return check_other(value, place)
        if percent:
            raise place.refused(f"{entered}: leave out %{zone}; the key interface names the interface")
        return str(parsed)

    return check


def nearest(name: object, names: Iterable[str]) -> str:
    """The end of a message about a wrong name: the name that was meant, or else those that there are."""
    names = tuple(names)
    close = _closest(str(name), names)
    if close:
        return f"; did you mean {close}?"
    return f"; use one of {', '.join(names[:20])}{', ...' if len(names) > 20 else ''}" if names else ""


def _closest(name: str, names: Iterable[str], likeness: float = 0.6) -> str:
    return next(iter(difflib.get_close_matches(name, names, n=1, cutoff=likeness)), "")


def shown(value: object) -> str:
    """A value as a message shows it: text in quotes, never long, and never what a mapping holds: a password perhaps."""
    if isinstance(value, Mapping) and value:
        return "a mapping"
    if isinstance(value, (list, tuple)) and any(isinstance(item, (Mapping, list, tuple)) for item in value):
        return "this list"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    # str.__str__: subclasses of str (tagged or unsafe text) show as plain text.
    plain = str.__str__(value) if isinstance(value, str) else value
    words = repr(plain)
    return words if len(words) <= 60 else words[:57] + "..."


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
        return f"; write port: {found[1]} and beside it protocol: {found[2]}"
    if re.fullmatch(r"0x[0-9a-fA-F]{1,8}", entered):
        return f"; write {int(entered, 16)}"
    return ""


def _too_much(entered: str) -> str:
    """The end of a message about text that is no address, where it has one and more."""
    found = apart(entered)
    if found:
        return f": write {found[0]}, without the port"
    more = re.fullmatch(r"\[(.+)\]|(.+)/[0-9.]+", entered)
    with suppress(ValueError):
        if more and more[1]:
            return f": write {ip_address(more[1])}, without the brackets"
        if more:
            bare = ip_address(more[2])
            vip = f"that of a VIP stands in lvs_cluster.vips: {{address: {bare}, prefix: ...}}"
            return f": write {bare}, without the prefix length; {vip}"
    is_name = re.search(r"[g-zG-Z]", entered)
    return ": a host name cannot be used here, write the address of the host" if is_name else ""


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


def _unusable(parsed: IPv4Address | IPv6Address) -> str:
    if parsed.is_unspecified:
        return "the unspecified address"
    if parsed.is_loopback:
        return "a loopback address"
    if parsed.is_multicast:
        return "a multicast address"
    if isinstance(parsed, IPv4Address):
        return "the broadcast address" if parsed == IPv4Address("255.255.255.255") else ""
    # The kernel refuses a link-local real server (ip_vs_new_dest() in ip_vs_ctl.c), and a VIP needs a zone to be one.
    if parsed.is_link_local or parsed.scope_id:
        return "a link-local address"
    if parsed.ipv4_mapped:
        return "an IPv4-mapped IPv6 address"
    return ""
