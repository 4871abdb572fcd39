# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of a health check, by its type: how keepalived asks whether a real server can serve."""

from __future__ import annotations

import re
from collections.abc import Mapping

from . import foreign_words
from .addresses import address, beside_port
from .checks import boolean, choice, decimal, integer, pattern, word
from .common import LONGEST, command, count, host_name, interface, mark, one_line, path, port, seconds, user
from .place import Place, Refused
from .record import Check, Draft, Field, list_of, one_or_more, record
from .sentences import nearest, shown
from .words import DNS_TYPES, REGEX_OPTIONS

LONGEST_REPLY = 255  # unless an owner says otherwise: udp_check_handler() in check_udp.c
_bytes_sent = pattern(
    "bytes in hexadecimal digits", r"([0-9A-Fa-f]{2}){1,256}", "write two digits for each byte, such as '00ff'"
)
_bytes_expected = pattern(
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
_delay = decimal("", 0.1, LONGEST, "seconds")
# bfd_minrx_handler() in bfd_parser.c
_milliseconds = decimal("", 1, 60000, "milliseconds", places=3)
_bytes = integer("", 0, 65535, "bytes")


def _url_path(value: object, place: Place) -> str:
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


def _query_name(value: object, place: Place) -> str:
    asked: str = host_name(value, place)
    if len(asked) > 1 and asked[1] == ".":  # dns_name_handler() in check_dns.c
        raise place.refused(
            f"{shown(asked)} begins with a label of one letter, which keepalived takes for an empty one; ask for "
            f"another name, such as {asked[2:] or 'example.com'}"
        )
    return asked


def _digest(value: object, place: Place) -> str:
    if isinstance(value, (int, float)) and len(str(value)) != 32:  # with a 0 before it, YAML reads it in base 8
        raise place.refused(
            f"{shown(value)} is a number, which YAML may have changed (0123 becomes 83): put it in quotes"
        )
    digest: str = _md5(value, place)
    return digest.lower()


def _status(value: object, place: Place) -> str:
    """A status of HTTP or a range of them."""
    status = word(value, place)
    if not re.fullmatch(r"[1-5][0-9]{2}(-[1-5][0-9]{2})?", status):
        raise place.refused(f"{shown(status)} is not an HTTP status, such as 200 or 200-299")
    low, _sign, high = status.partition("-")
    if high and low > high:
        raise place.refused(f"{shown(status)} is a range that ends before it begins: write {high}-{low}")
    return status


def _only(kinds: Mapping[str, Mapping[str, Field]], noun: str, meant: Mapping[str, str]) -> Check:
    """A record whose key `type` says which keys it has; the type alone will do where nothing else is needed."""
    type_field = {"type": Field(choice(noun, kinds, meant), required=True)}

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

    return check


def _check_reply_length(draft: Draft, place: Place) -> None:
    """udp_check_end_handler() in check_udp.c"""
    low, high = draft.get("min_reply_length") or 0, draft.get("max_reply_length", LONGEST_REPLY)
    longest = LONGEST_REPLY if high is None else high
    if low > longest:
        place.key("min_reply_length").note(
            f"{low} is more than max_reply_length, which is {longest}{' by default' if high is None else ''}"
        )


_POLLING = {
    "interval": Field(_delay),
    "timeout": Field(_delay),
    "retries": Field(count),
    "retry_delay": Field(seconds),
    "warmup": Field(seconds),
    "alpha": Field(boolean),
    "log_all_failures": Field(boolean),
}
_CONNECTION = {
    **_POLLING,
    "address": Field(beside_port(address)),
    "port": Field(port),
    "bind_address": Field(address),
    "bind_interface": Field(interface),
    "bind_port": Field(port),
    "fwmark": Field(mark),
}
_HTTP = {
    **_CONNECTION,
    "path": Field(_url_path, "/"),
    "status": Field(one_or_more(_status)),
    "digest": Field(_digest),
    "virtual_host": Field(host_name),
    "http_version": Field(choice("an HTTP version", ("1.0", "1.0C", "1.1"))),
    "regex": Field(one_line),
    "regex_no_match": Field(boolean, False),
    "regex_options": Field(list_of(choice("an option of a regular expression", REGEX_OPTIONS)), ()),
    "regex_min_offset": Field(_bytes),
    "regex_max_offset": Field(_bytes),
}
FIELDS_BY_TYPE: dict[str, dict[str, Field]] = {
    "http": _HTTP,
    "https": {**_HTTP, "sni": Field(boolean, True)},
    "tcp": _CONNECTION,
    "smtp": {**_CONNECTION, "helo_name": Field(host_name)},
    "dns": {
        **_CONNECTION,
        "query_type": Field(choice("the type of a DNS record", DNS_TYPES)),
        "query_name": Field(_query_name),
    },
    "udp": {
        **_CONNECTION,
        "payload": Field(_bytes_sent),
        "require_reply": Field(boolean, False),
        "reply": Field(_bytes_expected),
        "min_reply_length": Field(_bytes),
        "max_reply_length": Field(_bytes),
    },
    "ping": _CONNECTION,
    "misc": {
        **_POLLING,
        # misc_timeout_handler() in check_misc.c takes whole seconds alone.
        "timeout": Field(integer("", 1, LONGEST, "seconds")),
        "command": Field(command, required=True),
        "dynamic": Field(boolean, False),
        "user": Field(user),
    },
    "bfd": {
        "min_rx": Field(_milliseconds),
        "min_tx": Field(_milliseconds),
        "multiplier": Field(integer("", 1, 255)),
    },
    "file": {"path": Field(path, required=True), "weight": Field(integer("this factor", -65535, 65535), 1)},
}
_check = _only(FIELDS_BY_TYPE, "a type of check", foreign_words.CHECKS)


def checks(value: object, place: Place) -> list[Draft | None]:
    """One check or a list of them; an empty list is none."""
    listed: list[Draft | None] = list_of(_check)(value, place) if isinstance(value, (list, tuple)) else []
    return listed if isinstance(value, (list, tuple)) else [_check(value, place)]
