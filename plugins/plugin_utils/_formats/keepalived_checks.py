# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health checks of keepalived.conf: check_*.c. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._schema.health_checks import FIELDS_BY_TYPE, POLLING
from .._schema.words import CHECK_INTERVAL
from .account import Account
from .keepalived_statements import escaped_words
from .keepalived_words import keywords, note_rest, take_all, turned, value
from .part import Part
from .statement import Statement
from .takers import Table, without

DELAY_LOOP = 60  # seconds: KEEPALIVED_DEFAULT_DELAY in check_data.h
TYPES = {
    "HTTP_GET": "http",
    "SSL_GET": "https",
    "TCP_CHECK": "tcp",
    "SMTP_CHECK": "smtp",
    "DNS_CHECK": "dns",
    "UDP_CHECK": "udp",
    "PING_CHECK": "ping",
    "MISC_CHECK": "misc",
    "BFD_CHECK": "bfd",
    "FILE_CHECK": "file",
}
# What a virtual server or a real server says for its checks: check_parser.c.
INHERITED = {key: POLLING[key] for key in ("interval", "timeout", "retries", "retry_delay", "warmup")}
# misc has a timeout of its own, by which connect_timeout is not meant.
_INHERITED_BY_TYPE = {"misc": {*INHERITED} - {"timeout"}, "bfd": set[str](), "file": set[str]()}
# http_protocol_handler() in check_http.c
_HTTP_VERSIONS = {"1.0": "1.0", "1.0c": "1.0C", "1.1": "1.1"}


@dataclass
class Known:
    """What blocks elsewhere in the file say: files and BFD sessions, by their names.

    own: the names of the collection's files, by which real servers are drained and VIPs handed over. tracked_by_raw:
    whether lines that are kept as they are need BFD sessions.
    """

    track_files: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    bfd_instances: Mapping[str, Statement] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    tracked_by_raw: bool = False


def checks_of(statement: Statement, known: Known, book: Account, path: str) -> list[dict[str, Any]] | None:
    """The checks of a block such as HTTP_GET: one for each of its URLs. None where it cannot be said with a key."""
    kind = TYPES[statement.keyword]
    part = Part(book, f"{path}.checks", {**FIELDS_BY_TYPE[kind]})
    if kind == "bfd":
        return _bfd(statement, known, part)
    if kind == "file" and _tracked_by(statement) in known.own:
        for each in statement.all():
            book.imported(each, "the collection's own")
        return []
    inner = statement.block or ()
    urls = [each for each in inner if each.keyword == "url"] if kind in ("http", "https") else []
    hosts = [each for each in inner if each.keyword == "host"] if kind == "smtp" else []
    take_all(_table(kind, known), part, [each for each in inner if each not in (*urls, *hosts)])
    checks = [_further(part, each, _URL if urls else _table(kind, known)) for each in urls or hosts]
    if kind in ("http", "https") and not checks:
        book.left(statement, "has no url, so that keepalived ignores it")
        return []
    missing = [key for key, each in part.fields.items() if each.required and key not in part.values]
    if missing:
        book.left(statement, f"has no {part.fields[missing[0]].keepalived}, so that keepalived ignores it")
        return []
    book.imported(statement, part.path)
    return [{"type": kind, **part.values, **each} for each in checks or [{}]]


def _tracked_by(statement: Statement) -> str:
    return next((each.values[0] for each in statement.block or () if each.keyword == "track_file" and each.values), "")


def _further(part: Part, statement: Statement, table: Table) -> dict[str, Any]:
    """The keys of a block inside a check, which makes a check of its own."""
    inside = Part(part.book, part.path, part.fields)
    take_all(table, inside, statement.block or ())
    part.book.imported(statement, part.path)
    return inside.values


def inherited(kind: str, *givers: Mapping[str, Any]) -> dict[str, Any]:
    """What a check takes from its real server, or else from its virtual server; without what needs no word here."""
    keys = _INHERITED_BY_TYPE.get(kind, {*INHERITED})
    taken: dict[str, Any] = {"interval": DELAY_LOOP} if "interval" in keys else {}
    for giver in reversed(givers):
        taken.update((key, given) for key, given in giver.items() if key in keys)
    return {key: given for key, given in taken.items() if (key, given) != ("interval", CHECK_INTERVAL)}


def _table(kind: str, known: Known) -> Table:
    return {**_TABLES[kind], "track_file": _track_file(known)} if kind == "file" else _TABLES[kind]


def _status(part: Part, statement: Statement) -> None:
    if not statement.values:
        part.book.left(statement, "names no status")
    else:
        part.take(statement, "status", list(statement.values) if statement.values[1:] else statement.values[0])


def _http_version(part: Part, statement: Statement) -> None:
    entered = statement.values[0].lower() if statement.values else ""
    part.take(statement, "http_version", _HTTP_VERSIONS.get(entered, entered))


def _regex(part: Part, statement: Statement) -> None:
    words = escaped_words(statement.text)
    part.take(statement, "regex", words[1] if len(words) == 2 else "")


def _regex_options(part: Part, statement: Statement) -> None:
    part.take(statement, "regex_options", list(statement.values))


def _no_match(part: Part, statement: Statement) -> None:
    part.take(statement, "regex_no_match", True)


def _sni(part: Part, statement: Statement) -> None:
    part.take(statement, "sni", True)


def _reply(part: Part, statement: Statement) -> None:
    """Alone, or with the bytes that are wanted."""
    if not statement.values:
        part.take(statement, "require_reply", True)
    elif part.take(statement, "reply", statement.values[0]):
        part.values["require_reply"] = True
        note_rest(part, statement, 1)


def _misc_path(part: Part, statement: Statement) -> None:
    words = escaped_words(statement.text)
    part.take(statement, "command", words[1] if len(words) > 1 else "")
    if len(words) > 2:
        part.book.note(statement, f"keepalived does not read the rest of the line, {' '.join(words[2:])}")


def _user(part: Part, statement: Statement) -> None:
    if part.take(statement, "user", statement.value) and statement.values[1:]:
        part.book.note(
            statement, f"the group {statement.values[1]} is not taken: commands run with their user's groups"
        )


def _track_file(known: Known) -> Any:
    def take(part: Part, statement: Statement) -> None:
        name = statement.value
        if name not in known.track_files:
            part.book.left(statement, f"no block track_file has the name {name}")
            return
        path, weight = known.track_files[name]
        if part.take(statement, "path", path):
            part.values.setdefault("weight", weight)

    return take


def _weight(part: Part, statement: Statement) -> None:
    """weight N [reverse]"""
    part.take(statement, "weight", turned(statement.value, statement.words))


def _bfd(statement: Statement, known: Known, part: Part) -> list[dict[str, Any]] | None:
    names = [each for each in statement.block or () if each.keyword == "name" and each.values]
    session = known.bfd_instances.get(names[0].values[0]) if names else None
    others = [each for each in statement.block or () if each not in names]
    if session is None or others:
        known.tracked_by_raw = True
        return None
    for each in (statement, *names):
        part.book.imported(each, part.path)
    take_all(_BFD, part, session.block or ())
    part.book.imported(session, part.path)
    return [{"type": "bfd", **part.values}]


_NEIGHBOUR = without("the definition takes the real server's own address")
_BFD: Table = {
    **keywords(FIELDS_BY_TYPE["bfd"]),
    **dict.fromkeys(["neighbor_ip", "neighbour_ip"], _NEIGHBOUR),
    "source_ip": without("the definition takes the director's own address"),
    **dict.fromkeys(
        ["idle_tx", "passive", "ttl", "hoplimit", "max_hops", "multihop", "weight", "vrrp", "checker"],
        without("the definition has no key for it in a session by which real servers are checked"),
    ),
}
_DEPRECATED = {"nb_get_retry": value("retries"), "nb_sock_retry": value("retries")}
_NO_KEY = without("the definition has no key for it")
# Words whose keys are taken in another way than a value or a switch, by type of check.
_IN_URL = (
    "path",
    "digest",
    "status",
    "regex",
    "regex_options",
    "regex_no_match",
    "regex_min_offset",
    "regex_max_offset",
)
_OTHERWISE = {
    "http": (*_IN_URL, "http_version"),
    "https": (*_IN_URL, "http_version", "sni"),
    "udp": ("require_reply", "reply"),
    "misc": ("command", "user"),
    "file": ("path", "weight"),
}
_HTTP: Table = {
    **_DEPRECATED,
    "http_protocol": _http_version,
    "fast_recovery": _NO_KEY,
    "tls_compliant": _NO_KEY,
    "sni_name": _NO_KEY,
}
_SPECIAL: Mapping[str, Table] = {
    "http": {**_HTTP, "enable_sni": without("does nothing without TLS")},
    "https": {**_HTTP, "enable_sni": _sni},
    "tcp": _DEPRECATED,
    "smtp": _DEPRECATED,
    "udp": {"require_reply": _reply},
    "misc": {"misc_path": _misc_path, "user": _user},
    "file": {"weight": _weight},
}
_URL: Table = {
    "path": value("path"),
    "digest": value("digest"),
    "virtualhost": value("virtual_host"),
    "status_code": _status,
    "regex": _regex,
    "regex_no_match": _no_match,
    "regex_options": _regex_options,
    "regex_min_offset": value("regex_min_offset"),
    "regex_max_offset": value("regex_max_offset"),
    "regex_stack": _NO_KEY,
    "tls_compliant": _NO_KEY,
}
_TABLES: Mapping[str, Table] = {
    kind: {**keywords(fields, _OTHERWISE.get(kind, ())), **_SPECIAL.get(kind, {})}
    for kind, fields in FIELDS_BY_TYPE.items()
}
