# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of health checks: what is asked, what must be answered, and which keys each type has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .checks import boolean, choice, pattern, word
from .common import host_name, one_line
from .place import Place, Refused
from .record import Check, Draft, Field, record, takes
from .sentences import nearest, shown

bytes_sent = pattern(
    "bytes in hexadecimal digits", r"([0-9A-Fa-f]{2}){1,256}", "write two digits for each byte, such as '00ff'"
)


bytes_expected = pattern(
    "bytes in hexadecimal digits",
    r"([0-9A-FXa-fx]{2}){1,256}",
    "write two digits for each byte, such as '00xx'; x stands for any digit",
)


_md5 = pattern(
    "a digest",
    r"[0-9A-Fa-f]{32}",
    "it has 32 hexadecimal digits, as genhash prints them",
    numbers=True,
)


@takes(one_line, title="a path", pattern="^/")
def url_path(value: object, place: Place) -> str:
    """What a check asks a web server for: the signs that a request may have (RFC 3986, section 2)."""
    path = one_line(value, place)
    if not path.startswith("/"):
        raise place.refused(f"{shown(path)} does not begin with /: write /{shown(path)[1:-1]}")
    if not re.fullmatch(r"[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=%{}|^`<>-]*", path):
        raise place.refused(
            f"{shown(path)} has characters that a URL cannot contain: write a space as %20, # as %23, "
            '" as %22 and so on'
        )
    return path


@takes(host_name)
def query_name(value: object, place: Place) -> str:
    asked: str = host_name(value, place)
    if len(asked) > 1 and asked[1] == ".":  # dns_name_handler() in check_dns.c
        raise place.refused(
            f"{shown(asked)} begins with a label of one letter, which keepalived takes for an empty one; ask for "
            f"another name, such as {asked[2:] or 'example.com'}"
        )
    return asked


@takes(_md5)
def digest(value: object, place: Place) -> str:
    if isinstance(value, (int, float)) and len(str(value)) != 32:  # with a 0 before it, YAML reads it in base 8
        raise place.refused(
            f"{shown(value)} is a number, which YAML may have changed (0123 becomes 83): put it in quotes"
        )
    return _md5(value, place).lower()


@takes(word, title="a status of HTTP or a range", pattern="^[1-5][0-9]{2}(-[1-5][0-9]{2})?$", minimum=100, maximum=599)
def status(value: object, place: Place) -> str:
    """A status of HTTP or a range of them."""
    entered = word(value, place)
    if not re.fullmatch(r"[1-5][0-9]{2}(-[1-5][0-9]{2})?", entered):
        raise place.refused(f"{shown(entered)} is not an HTTP status, such as 200 or 200-299")
    low, _sign, high = entered.partition("-")
    if high and low > high:
        raise place.refused(f"{shown(entered)} is a range that ends before it begins: write {high}-{low}")
    return entered


LONGEST_REPLY = 255  # unless an owner says otherwise: udp_check_handler() in check_udp.c


@takes(boolean)
def sni(value: object, place: Place) -> bool:
    if isinstance(value, str) and "." in value:
        raise place.refused(
            f"{shown(value)} is neither true nor false; write the name as virtual_host: {value}, which the handshake "
            "names"
        )
    return boolean(value, place)


def type_key(noun: str, kinds: Iterable[str], meant: Mapping[str, str] | None = None) -> dict[str, Field]:
    return {"type": Field(choice(noun, kinds, meant), required=True, doc="How to ask.")}


def by_type(kinds: Mapping[str, Mapping[str, Field]], noun: str, meant: Mapping[str, str]) -> Check[Any]:
    """A record whose key `type` says which keys it has; the type alone will do where nothing else is needed."""
    type_field = type_key(noun, kinds, meant)

    def check(value: object, place: Place) -> Draft:
        given: object = {"type": str.__str__(value)} if isinstance(value, str) else value
        if isinstance(given, Mapping):
            if given.get("type") is None:
                raise place.key("type").refused(f"is missing{nearest('', kinds)}")
            draft: Draft = record(type_field)({"type": given.get("type")}, place)
            if "type" in draft:
                fields = {**type_field, **kinds[draft["type"]]}
                result: Draft = record(fields, f"key of a check of type {draft['type']}")(given, place)
                _check_reply_length(result, place)
                return result
            raise Refused
        raise place.refused(f"{shown(value)} is neither {noun} nor a mapping with a type")

    mappings = [record({**type_key(noun, [kind]), **fields}) for kind, fields in kinds.items()]
    return takes(anyOf=[choice(noun, kinds), *mappings])(check)


def _check_reply_length(draft: Draft, place: Place) -> None:
    """udp_check_end_handler() in check_udp.c"""
    low, high = draft.get("min_reply_length") or 0, draft.get("max_reply_length", LONGEST_REPLY)
    longest = LONGEST_REPLY if high is None else high
    if low > longest:
        place.key("min_reply_length").note(
            f"{low} is more than max_reply_length, which is {longest}{' by default' if high is None else ''}"
        )
