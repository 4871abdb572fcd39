# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Virtual services of ldirectord.cf: read_config(), add_real_server() and parse_fallback() in ldirectord. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...module_utils._ipvs.model import endpoint
from ...module_utils._netlink.address import family_of
from .._schema.real_server import SORRY_SERVER_FIELDS
from .._schema.service import SERVICE_FIELDS
from .drafts import ALL_PORTS, THERE_ALREADY, Asked, Draft, Seen, asked_at, last_of_each
from .endpoints import address_of, parted, port_of, protocol_of, range_of
from .hidden import tells_a_secret
from .imported import Values
from .ldirectord_checks import UNKNOWN, WORDS, Checking, Pair
from .ldirectord_globals import Everywhere
from .names import Names
from .part import Part
from .scheduler_flags import flag_of
from .statement import Statement
from .takers import Table, first_value, imported, switch, take_by, usual, without

SCHEDULER = "wrr"  # where the file names none
FORWARDS = {"gate": "dr", "masq": "nat", "ipip": "tun"}
_REAL = re.compile(
    r'(\S+)\s+(gate|masq|ipip)(?:\s+(\d+))?(?:\s+"([^"]*)"\s*,?\s*"([^"]*)")?(?:\s+l:(\d+))?(?:\s+u:(\d+))?\s*'
)


def service_of(statement: Statement, everywhere: Everywhere, names: Names, seen: Seen) -> Values | None:
    """What a virtual service makes of the definition; None where nothing of it can be taken."""
    book = everywhere.book
    words = last_of_each(tuple(each for each in statement.block or () if not each.keyword.startswith("real")), book)
    try:
        asked = _asked_at(statement, words)
    except ValueError as error:
        book.left(statement, str(error))
        return None
    if asked.key in seen or (asked.needs_persistence and "persistent" not in words):
        book.left(statement, THERE_ALREADY if asked.key in seen else ALL_PORTS)
        return None
    seen.add(asked.key)
    name = names.new(words["servicename"].value if "servicename" in words else asked.name)
    return _Virtual(statement, words, everywhere, Draft(book, name, asked)).read()


def _asked_at(statement: Statement, words: Mapping[str, Statement]) -> Asked:
    """ADDRESS:PORT, or a firewall mark. ValueError says what is wrong."""
    family = "ipv6" if statement.keyword == "virtual6" else "ipv4"
    if statement.value.isdecimal():
        return Asked(fwmark=int(statement.value), family=family)
    named = protocol_of(words["protocol"].value) if "protocol" in words else ""
    asked = asked_at(statement.value, named or "tcp")
    if not named and asked.port == 53:
        asked = asked_at(statement.value, "udp")
    if asked.family != family:
        raise ValueError(f"is for {family} alone: ldirectord has virtual for IPv4 and virtual6 for IPv6")
    return asked


class _Virtual:
    """One virtual service while it is read."""

    def __init__(self, statement: Statement, words: dict[str, Statement], everywhere: Everywhere, draft: Draft) -> None:
        self._statement, self._words, self._everywhere, self._draft = statement, words, everywhere, draft
        self._book = draft.book
        self._checking = Checking(statement, words, everywhere.words, draft.asked, self._book, draft.path)

    def read(self) -> Values | None:
        if self._checking.is_off:
            self._book.left(self._statement, "checktype is off: ldirectord uses none of its real servers")
            return None
        for each in self._statement.block or ():
            if each.keyword in ("real", "real6"):
                self._real(each)
            elif each.keyword.startswith("real"):
                self._book.left(each, UNKNOWN)
        if not self._draft.servers:
            self._book.left(self._statement, "has no real server that can be taken")
            return None
        self._book.imported(self._statement, self._draft.path)
        self._take_words()
        return self._draft.whole()

    def _take_words(self) -> None:
        service, words, everywhere = self._draft.service, self._words, self._everywhere.words
        self._draft.take_persistence(words.get("persistent"), words.get("netmask"))
        own = [each for word, each in words.items() if word not in (*WORDS, "persistent", "netmask", "schedflags")]
        take_by(self._table(), service, own, UNKNOWN)
        service.values.setdefault("scheduler", SCHEDULER)
        if "schedflags" in words:
            self._take_flags(words["schedflags"])
        inherited = Part(self._book, "lvs_services", SERVICE_FIELDS)
        rest = [everywhere[word] for word in self._inherited if word in everywhere and word not in words]
        take_by(self._table(), inherited, rest, UNKNOWN)
        service.values.update(inherited.values)

    @property
    def _inherited(self) -> tuple[str, ...]:
        """What holds for all virtual services that say nothing else."""
        fallback = "fallback" if self._draft.asked.family == "ipv4" else "fallback6"
        return ("quiescent", fallback, "fallbackcommand", "emailalert", "emailalertstatus")

    def _table(self) -> Table:
        protocol = "fwm" if self._draft.asked.fwmark else self._draft.asked.protocol
        return {
            **_VIRTUAL,
            "protocol": usual(protocol, "a service by firewall mark has the protocol fwm"),
            "ops": switch("one_packet", "yes", "no") if protocol == "udp" else usual("no", "does nothing but with UDP"),
            "fallback": self._sorry_server,
            "fallback6": self._sorry_server,
            "fallbackcommand": self._fallback_command,
            "emailalert": self._alert,
        }

    def _real(self, statement: Statement) -> None:
        """ADDRESS[->ADDRESS][:PORT] gate|masq|ipip [WEIGHT] ["REQUEST", "RECEIVE"] [l:THRESHOLD] [u:THRESHOLD]"""
        found = _REAL.fullmatch(statement.value)
        if not found:
            self._book.left(statement, "expected ADDRESS[->ADDRESS][:PORT] gate|masq|ipip [WEIGHT] ...")
            return
        first, _sign, last = found[1].rpartition("->")
        host, named = parted(last)
        try:
            port = port_of(named) if named else 0
            addresses = range_of(first, host) if first else [address_of(host)]
        except ValueError as error:
            self._book.left(statement, str(error))
            return
        pair = Pair(statement, found[4], found[5]) if found[4] is not None else None
        taken = sum(self._server(statement, address, port, found, pair) for address in addresses)
        if taken:
            self._book.imported(statement, f"{self._draft.path}.real_servers")
        if 0 < taken < len(addresses):
            self._book.note(statement, f"{len(addresses) - taken} of its addresses were there already, or are refused")

    def _server(self, statement: Statement, address: str, port: int, found: re.Match[str], pair: Pair | None) -> bool:
        server = self._draft.server(statement, address, port, FORWARDS[found[2]])
        if server is None:
            return False
        for key, entered in {"weight": found[3], "lower_threshold": found[6], "upper_threshold": found[7]}.items():
            if entered:
                server.part.take_some(statement, key, entered)
        server.checks = self._checking.checks(address, port, pair)
        return True

    def _take_flags(self, statement: Statement) -> None:
        service = self._draft.service
        named = [flag_of(word, service.values["scheduler"]) for word in statement.value.split(",")]
        flags = [flag for flag in named if flag]
        if not flags:
            self._book.left(statement, f"does nothing with the scheduler {service.values['scheduler']}")
        elif service.take(statement, "scheduler_flags", flags) and len(flags) < len(named):
            self._book.note(statement, "some of these flags do nothing with this scheduler")

    def _sorry_server(self, part: Part, statement: Statement) -> None:
        """ADDRESS[:PORT] [gate|masq|ipip]"""
        where, _blank, method = statement.value.partition(" ")
        host, named = parted(where)
        sorry = Part(self._book, f"{part.path}.sorry_server", SORRY_SERVER_FIELDS)
        try:
            address, port = address_of(_LOCAL.get(host, host)), port_of(named) if named else 0
        except ValueError as error:
            self._book.left(statement, str(error))
            return
        if family_of(address) != self._draft.asked.family:
            self._book.left(statement, "is of another family than the service")
        elif sorry.take(statement, "address", address):
            self._draft.sorry.values.update(sorry.values)
            self._draft.sorry_port, self._draft.sorry_forward = port, FORWARDS.get(method.strip(), "dr")

    def _fallback_command(self, part: Part, statement: Statement) -> None:
        """do_fallback_command(): with start when the last real server fails, with stop when one is back."""
        asked = self._draft.asked
        where = ":0 fwm" if asked.fwmark else f"{endpoint(asked.address, asked.port)} {asked.protocol}"
        if tells_a_secret(statement.value):
            self._book.left(statement, "has what looks like a secret: write a script that has it, and name that")
        elif part.take(statement, "quorum_down", f"{statement.value} start {where}"):
            part.take(statement, "quorum_up", f"{statement.value} stop {where}")

    def _alert(self, part: Part, statement: Statement) -> None:
        status = self._words.get("emailalertstatus") or self._everywhere.words.get("emailalertstatus")
        if status and status.value == "none":
            self._book.left(statement, "emailalertstatus is none")
        elif self._everywhere.add_receivers(statement):
            part.values["alerts"] = True


def _alert_status(part: Part, statement: Statement) -> None:
    """Of what is told in mails; with none there are no mails."""
    if statement.value in ("all", "none"):
        part.book.imported(statement, f"{part.path}.alerts")
    else:
        part.book.left(statement, "keepalived sends mail when the state of a real server changes")


_LOCAL = {"localhost": "127.0.0.1"}
_VIRTUAL: Table = {
    "scheduler": first_value("scheduler"),
    "quiescent": switch("inhibit_on_failure", "yes", "no"),
    "servicename": imported("lvs_services.name"),
    "comment": without("the definition has no key for it: write it as a comment of YAML"),
    "emailalertfreq": usual("0", "keepalived sends one mail when a state changes, and does not repeat it"),
    "emailalertstatus": _alert_status,
    "smtp": without("the definition has one mail server for all: lvs_cluster.email.server"),
    "cleanstop": usual("yes", "keepalived takes its services out of the kernel's table when it stops"),
    "monitorfile": without("keepalived logs to the system's log"),
    "connecttimeout": without("ldirectord has negotiatetimeout instead, and refuses this"),
}
