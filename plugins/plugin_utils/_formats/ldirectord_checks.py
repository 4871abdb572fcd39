# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ldirectord asks real servers, as health checks of keepalived: _check_real() in ldirectord. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .._schema.health_checks import FIELDS_BY_TYPE
from .account import Account
from .drafts import Asked, Checks
from .hidden import tells_a_secret
from .part import Part
from .statement import Statement
from .web import take_path

UNKNOWN = "ldirectord knows no such word here"
# ld_service_to_port()
SERVICE_PORTS = {
    "ftp": 21,
    "smtp": 25,
    "dns": 53,
    "http": 80,
    "pop": 110,
    "nntp": 119,
    "imap": 143,
    "ldap": 389,
    "https": 443,
    "submission": 587,
    "ldaps": 636,
    "imaps": 993,
    "pops": 995,
    "oracle": 1521,
    "radius": 1812,
    "http_proxy": 3128,
    "mysql": 3306,
    "sip": 5060,
    "pgsql": 5432,
}
_SERVICES = {port: service for service, port in SERVICE_PORTS.items()}
# What keepalived asks as ldirectord does; it connects for the others.
_NEGOTIATED = {"http": "http", "https": "https", "smtp": "smtp", "submission": "smtp", "dns": "dns"}
_EXTERNAL = ("external", "external-perl")
_WITH_PORT = ("http", "https", "smtp", "dns", "tcp", "udp")
_UNUSED = {
    **dict.fromkeys(["login", "passwd", "database", "secret"], "keepalived's checks do not log in"),
    "request": "keepalived's check asks for nothing",
    "receive": "keepalived's check does not look into the answer",
    "checkport": "nothing is asked at a port",
    "checkcommand": "checktype is not external",
    "virtualhost": "is for checks of http and https",
    "httpmethod": "is for checks of http and https",
    "checkinterval": "without fork = yes, ldirectord ignores it here",
    "checkcount": "is for checks by ping, without failurecount",
    "load": "ldirectord does nothing with it",
    "checktimeout": "another timeout counts here, or nothing is checked",
    "negotiatetimeout": "another timeout counts here, or nothing is checked",
    "failurecount": "nothing is checked",
    "service": "nothing is asked that it says",
}
WORDS = (*_UNUSED, "checktype")


@dataclass(frozen=True)
class Pair:
    """What a line `real` has ldirectord ask this real server alone, and the answer that it wants."""

    statement: Statement
    request: str
    receive: str


class Checking:
    """The words of one virtual service about its checks, and those of the whole file. path: of the service."""

    def __init__(
        self,
        virtual: Statement,
        words: Mapping[str, Statement],
        everywhere: Mapping[str, Statement],
        asked: Asked,
        book: Account,
        path: str,
    ) -> None:
        self._virtual, self._words, self._everywhere = virtual, words, everywhere
        self._asked, self._book, self._path = asked, book, f"{path}.checks"
        self._checktype = words["checktype"].value if "checktype" in words else "negotiate"
        usual = "none" if asked.fwmark else _SERVICES.get(asked.port, "none")
        self._service = words["service"].value if "service" in words else usual

    @property
    def is_off(self) -> bool:
        """Whether ldirectord uses no real server at all."""
        return self._checktype == "off"

    @property
    def _negotiates(self) -> bool:
        """Whether something is asked and answered."""
        return self._checktype not in ("connect", "ping", "on", *_EXTERNAL)

    def checks(self, address: str, port: int, pair: Pair | None) -> Checks:
        """How the real server with this address and port (0 for the service's) is asked."""
        kind, asked_port = self._kind(), self._port(port)
        if kind in _WITH_PORT and not asked_port:
            self._book.note(self._virtual, "no port is named that could be asked, so that real servers are pinged")
            kind = "ping"
        found: Checks = []
        if kind:
            part = Part(self._book, self._path, FIELDS_BY_TYPE[kind])
            if self._take(part, kind, address, port, pair):
                self._take_port(part, kind, asked_port, port)
                self._take_times(part, kind)
                found = [{"type": kind, **part.values}]
        self._settle(kind)
        return found

    def _kind(self) -> str:
        """The type of check, "" for none."""
        if self._checktype in _EXTERNAL:
            return "misc" if "checkcommand" in self._words else ""
        if self._checktype == "ping" or (self._checktype == "connect" and self._asked.protocol == "udp"):
            return "ping"
        if self._checktype == "on" or (self._checktype != "connect" and self._service == "none"):
            return ""
        connecting = "udp" if self._asked.protocol == "udp" else "tcp"
        return connecting if self._checktype == "connect" else _NEGOTIATED.get(self._service, connecting)

    def _port(self, port: int) -> int:
        """ld_checkport()"""
        named = _digits(self._words["checkport"].value) if "checkport" in self._words else ""
        return int(named or port or self._asked.port or SERVICE_PORTS.get(self._service, 0))

    def _take(self, part: Part, kind: str, address: str, port: int, pair: Pair | None) -> bool:
        """What is asked; False where there is nothing of it that the definition takes."""
        if kind == "misc":
            return self._take_command(part, address, port)
        if kind in ("http", "https"):
            self._take_page(part, pair)
        elif kind == "dns":
            self._take_query(part)
        elif pair:
            self._book.note(pair.statement, "keepalived's check does not ask what stands here in quotes")
        return True

    def _take_page(self, part: Part, pair: Pair | None) -> None:
        """check_http()"""
        self._book.note_about(
            "lvs_services.checks",
            "ldirectord goes where a web server redirects it, keepalived does not: name a path that answers with 200 "
            "to 299, or the status",
        )
        words = self._words
        if pair:
            take_path(part, pair.statement, f"/{pair.request.removeprefix('/')}", says_more=True)
            if pair.receive:
                part.take_some(pair.statement, "regex", pair.receive)
        else:
            if "request" in words:
                take_path(part, words["request"], f"/{words['request'].value.removeprefix('/')}")
            if "receive" in words:
                part.take(words["receive"], "regex", words["receive"].value)
        if "virtualhost" in words:
            part.take(words["virtualhost"], "virtual_host", words["virtualhost"].value)
        if "httpmethod" in words:
            if words["httpmethod"].value.upper() == "GET":
                self._book.imported(words["httpmethod"], part.path)
            else:
                self._book.left(words["httpmethod"], "keepalived asks with GET")

    def _take_query(self, part: Part) -> None:
        """check_dns() asks for the addresses of a name."""
        request = self._words.get("request")
        name = request.value.removeprefix("/") if request else ""
        if request and re.fullmatch(r"[0-9.]+|[0-9A-Fa-f:]*:[0-9A-Fa-f:]*", name):
            self._book.left(request, "keepalived does not ask for the name of an address, but for the root")
        elif request and part.take(request, "query_name", name):
            part.values["query_type"] = "A"

    def _take_command(self, part: Part, address: str, port: int) -> bool:
        """check_external()"""
        command = self._words["checkcommand"]
        virtual = (self._asked.address, self._asked.port) if not self._asked.fwmark else (self._asked.fwmark, 0)
        if tells_a_secret(command.value):
            self._book.left(command, "has what looks like a secret: write a misc check with a script that has it")
            return False
        if self._checktype == "external-perl":
            self._book.note(command, "the Perl script is run as a program now: it needs #! and the right to be run")
        return part.take(command, "command", f"{command.value} {virtual[0]} {virtual[1]} {address} {port}")

    def _take_port(self, part: Part, kind: str, asked_port: int, port: int) -> None:
        if kind not in _WITH_PORT:
            return
        if "checkport" in self._words:
            part.take(self._words["checkport"], "port", _digits(self._words["checkport"].value))
        if self._asked.fwmark:  # a real server takes all ports then
            part.values["port"] = asked_port
        elif part.values.get("port") == (port or self._asked.port):
            del part.values["port"]

    def _take_times(self, part: Part, kind: str) -> None:
        """ld_setup(): each of the two timeouts holds for the other, where that is not given."""
        timeouts = ("negotiatetimeout", "checktimeout")
        self._inherit(part, "timeout", *(timeouts if self._negotiates else reversed(timeouts)))
        forks = self._everywhere.get("fork")
        own_interval = forks is not None and forks.value == "yes" and "checkinterval" in self._words
        self._inherit(part, "interval", "checkinterval", from_virtual=own_interval)
        if not self._inherit(part, "retries", "failurecount", less=1) and kind == "ping":
            self._inherit(part, "retries", "checkcount", less=1)

    def _inherit(self, part: Part, key: str, *names: str, less: int = 0, from_virtual: bool = True) -> bool:
        """The first of these words, in the virtual service or else in the file."""
        for words, path in ((self._words, part.path), (self._everywhere, "lvs_services.checks")):
            for name in names:
                if name in words and (from_virtual or words is not self._words):
                    number = _digits(words[name].value)
                    holder = Part(self._book, path, part.fields)
                    taken = holder.take(words[name], key, str(int(number) - less) if number else words[name].value)
                    part.values.update(holder.values)
                    return taken
        return False

    def _settle(self, kind: str) -> None:
        """What has become of the words that no key has been made of."""
        self._settle_service(kind)
        if "checktype" in self._words:
            self._book.imported(self._words["checktype"], self._path)
            if self._checktype.isdecimal():
                told = f"keepalived always asks, not only after each {self._checktype} connections"
                self._book.note(self._words["checktype"], told)
        for word, reason in _UNUSED.items():
            if word in self._words and not self._book.has(self._words[word]):
                self._book.left(self._words[word], reason)

    def _settle_service(self, kind: str) -> None:
        """What is asked: keepalived does as ldirectord, or says less to a real server."""
        statement = self._words.get("service")
        if self._service == "none" or (self._negotiates and kind in _NEGOTIATED.values()):
            if statement:
                self._book.imported(statement, self._path)
        elif self._negotiates:
            told = f"keepalived does not ask {self._service}: it {'connects' if kind == 'tcp' else 'sends nothing'}"
            if statement:
                self._book.left(statement, told)
            else:
                self._book.note(self._virtual, told)


def _digits(value: str) -> str:
    """The first number in a value, as ldirectord reads numbers."""
    found = re.search("[0-9]{1,9}", value)
    return found[0] if found else ""
