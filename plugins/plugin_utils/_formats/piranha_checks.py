# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What nanny asks real servers, as health checks of keepalived: nanny.c. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .._schema.health_checks import FIELDS_BY_TYPE
from .account import Account
from .drafts import Asked, Checks
from .hidden import tells_a_secret
from .part import Part
from .statement import Statement
from .web import take_path

_REQUEST = re.compile(r"(GET|HEAD|POST|OPTIONS) +(?:https?://[^/\s]+)?(/\S*)(?: +HTTPS?/([0-9.]+))?")
_HOST = re.compile(r"^host: *(\S+)", re.IGNORECASE | re.MULTILINE)
_FURTHER_HEADER = re.compile(r"^(?!host:|connection:|user-agent:|accept:)[\w-]+:", re.IGNORECASE | re.MULTILINE)
_STATUS_LINE = re.compile(r"\^?HTTP")
_STATUS = re.compile(r"(?<![0-9])[1-5][0-9]{2}(?![0-9])")
# What nanny takes for an answer of HTTP where it does not look at the status.
ANY_STATUS = "200-599"
# convert_str() in nanny.c
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "'": "'", "\\": "\\"}
_PLAIN = re.compile(r"[\w ./:=,@%+-]+")
# Words about checks: the further ones are taken with those that come first.
WORDS = ("send_program", "send", "expect", "use_regex", "timeout")


class Asking:
    """The words of one virtual server about its checks. path: of the service in the definition."""

    def __init__(self, words: Mapping[str, Statement], asked: Asked, book: Account, path: str) -> None:
        self._words, self._asked, self._book = words, asked, book
        self._path = f"{path}.checks"
        self._program, self._send = words.get("send_program"), words.get("send")
        self._request = _REQUEST.match(unescaped(self._send.value)) if self._send else None

    def checks(self, address: str, port: int) -> Checks:
        """How nanny asks the real server with this address and port."""
        kind = self._kind() if port else "ping"
        part = Part(self._book, self._path, FIELDS_BY_TYPE[kind])
        if kind == "misc" and self._program and not self._take_program(part, self._program, address, port):
            kind, part = "tcp", Part(self._book, self._path, FIELDS_BY_TYPE["tcp"])
        if kind in ("http", "https"):
            self._take_request(part)
        if kind == "udp":
            self._take_datagrams(part)
            if self._asked.fwmark:  # a real server takes all ports then, and the first of TCP is asked
                part.values["port"] = port
        self._take_times(part)
        for word in WORDS:
            if word in self._words and not self._book.has(self._words[word]):
                self._book.left(self._words[word], _UNUSED[word])
        return [{"type": kind, **part.values}]

    def _kind(self) -> str:
        if self._program:
            return "misc"
        if self._asked.protocol == "udp":
            return "udp"
        if self._request or self._is_web():
            return "https" if self._asked.port == 443 else "http"
        return "tcp"

    def _is_web(self) -> bool:
        """nanny asks port 80 for its first page where nothing says what to ask."""
        return self._asked.port == 80 and not (self._send or self._words.get("expect"))

    def _take_request(self, part: Part) -> None:
        """The status of the answer does not count for nanny, but what the answer begins with."""
        part.values["status"] = ANY_STATUS
        if self._send is None or self._request is None:
            self._book.note_about(part.path, "no monitor is named: as nanny does, port 80 is asked for its first page")
            return
        if "expect" in self._words:
            self._take_expected(part, self._words["expect"])
        if take_path(part, self._send, self._request[2]):
            self._take_headers(part, self._send, self._request[1])

    def _take_headers(self, part: Part, send: Statement, method: str) -> None:
        sent = unescaped(send.value)
        host = _HOST.search(sent)
        if host:
            part.take_some(send, "virtual_host", host[1])
        if method != "GET":
            self._book.note(send, f"keepalived asks with GET, not with {method}")
        if _FURTHER_HEADER.search(sent):
            self._book.note(send, "keepalived sends no headers but Host, so that its other headers are lost")
        if self._asked.port == 443:
            self._book.note(send, "nanny asked port 443 without TLS: keepalived asks with it")

    def _take_expected(self, part: Part, expect: Statement) -> None:
        """nanny compares the whole answer, from its status line on; keepalived has keys for status and contents."""
        regex = self._words.get("use_regex")
        by_regex = regex is not None and regex.value == "1"
        expected = unescaped(expect.value).split("\r")[0].split("\n")[0]
        if expected in ("", "*"):
            part.take(expect, "status", ANY_STATUS)
        elif _STATUS_LINE.match(expected):
            codes = _STATUS.findall(expected) or [ANY_STATUS]
            part.take(expect, "status", codes if codes[1:] else codes[0])
        elif part.take(expect, "regex", expected if by_regex else f"^{re.escape(expected)}"):
            del part.values["status"]
        if regex is not None:
            self._book.imported(regex, part.path)

    def _take_program(self, part: Part, program: Statement, address: str, port: int) -> bool:
        """external_check(): the program's output must be what is expected. keepalived goes by its exit status."""
        expect = self._words.get("expect")
        tokens = {"%h": address, "%p": str(port)}
        command = " ".join(tokens.get(word, word) for word in program.value.split())
        if tells_a_secret(command):
            self._book.left(program, "has what looks like a secret: write a misc check with a script that has it")
            return False
        if expect is None:
            self._book.note(program, "nothing is expected of its output: now its exit status counts, 0 is success")
            return part.take(program, "command", command)
        if not (_PLAIN.fullmatch(command) and _PLAIN.fullmatch(expect.value)):
            self._book.left(program, "has characters that a shell would read: write a misc check with a script")
            return False
        if part.take(program, "command", f'/bin/sh -c \'test "$({command})" = "{expect.value}"\''):
            self._book.imported(expect, f"{part.path}.command")
            return True
        return False

    def _take_datagrams(self, part: Part) -> None:
        """pinger() waits for an answer, which begins with what is expected."""
        if self._send and part.take(self._send, "payload", unescaped(self._send.value).encode().hex()):
            part.values["require_reply"] = True
        expect, regex = self._words.get("expect"), self._words.get("use_regex")
        if expect and expect.value != "*" and not (regex and regex.value == "1"):
            part.take(expect, "reply", unescaped(expect.value).encode().hex())

    def _take_times(self, part: Part) -> None:
        """nanny's timeout is the time from one check to the next, and how long each may take."""
        timeout = self._words.get("timeout")
        if timeout and part.take(timeout, "interval", timeout.value):
            part.take_some(timeout, "timeout", timeout.value)


_UNUSED = {
    "send_program": "there is no check that it is for",
    "send": "keepalived's check only connects, or runs a program, and sends nothing",
    "expect": "keepalived's check does not compare what comes back",
    "use_regex": "there is no regular expression",
    "timeout": "there is no check that it is for",
}


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text)
