# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the rules of one director make of the table of virtual services: process_options() in ipvsadm.c. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from .account import IMPORTED, Account
from .cluster_parts import ClusterParts
from .drafts import ALL_PORTS, THERE_ALREADY, Asked, Draft, Server, asked_at
from .endpoints import NamedHost, address_of, is_netmask, parted, port_of
from .imported import Values
from .ipvsadm_words import Command, command_of
from .names import Names
from .scheduler_flags import flag_of
from .shell import Script, variables_of
from .statement import Statement

PERSISTENCE = 360  # seconds, where -p says none: parse_timeout()
_PROTOCOLS = {"t": "tcp", "u": "udp", "sctp-service": "sctp"}
_FORWARDS = {"g": "dr", "m": "nat", "i": "tun"}
_DAEMON = {
    "mcast-interface": "interface",
    "syncid": "id",
    "mcast-group": "group",
    "mcast-port": "port",
    "mcast-ttl": "ttl",
    "sync-maxlen": "max_length",
}
_SERVER = {"w": "weight", "x": "upper_threshold", "y": "lower_threshold", "tun-type": "tunnel_type"}
_CHECKSUMS = {f"tun-{name}": name for name in ("nocsum", "csum", "remcsum")}
_SAVE = "import what ipvsadm -S -n saves"
_USUAL_TUNNEL = {"tunnel_type": "ipip", "tunnel_checksum": "nocsum"}
_LEFT = {
    **dict.fromkeys("CDd", "removes something: the definition says what there is"),
    **dict.fromkeys("LlSZhv", "shows something, and changes nothing that a definition says"),
    "R": "reads rules from elsewhere: import those",
    "stop-daemon": "stops something: the definition says what there is",
}
_OTHER_PROGRAMS = {
    **dict.fromkeys(["ifconfig", "ip", "route", "ifup", "arping"], "the playbooks give the directors their VIPs"),
    **dict.fromkeys(["iptables", "ip6tables", "nft"], "the playbooks mark the packets of services that name them"),
    **dict.fromkeys(["sysctl", "modprobe", "echo"], "the playbooks set what the kernel needs for the services"),
}


class Table:
    """Services while they are read from commands, of which later ones change what earlier ones have added."""

    def __init__(self, book: Account) -> None:
        self._book, self._names = book, Names()
        self._drafts: dict[tuple[object, ...], Draft] = {}
        self._added: dict[str, Statement] = {}  # name of a service -> what has added it
        self.cluster = ClusterParts(book)

    def read(self, script: Script) -> None:
        """The commands of a file."""
        self._book.expect(script.statements)
        for statement in script.statements:
            if statement not in script.assigned:
                self._command(statement)
        used = self._used(script)
        for statement in script.assigned:
            if statement.keyword in used:
                self._book.imported(statement, "in the commands that use it")
            else:
                self._book.left(statement, "nothing that is imported uses it")

    def services(self) -> list[Values]:
        """The services that have real servers."""
        found = []
        for draft in self._drafts.values():
            if draft.servers:
                found.append(draft.whole())
            else:
                self._book.left(self._added[draft.name], "has no real server that can be taken")
        return found

    def _used(self, script: Script) -> set[str]:
        """The variables of commands that have been imported, and those in the values of these."""
        taken = {entry.statement.key for entry in self._book.told(IMPORTED)}
        used = {name for each in script.statements if each.key in taken for name in variables_of(each)}
        for statement in reversed(script.assigned):
            if statement.keyword in used:
                used |= variables_of(statement)
        return used

    def _command(self, statement: Statement) -> None:
        words = list(statement.words)
        program = words[0].rpartition("/")[2]
        if program == "ipvsadm":
            words.pop(0)
        elif not words[0].startswith("-"):
            self._book.left(statement, _OTHER_PROGRAMS.get(program, "is no command of ipvsadm"))
            return
        unknown = next((word for word in words if "$" in word or "`" in word), "")
        if unknown:
            self._book.left(statement, f"only a running shell knows what {unknown} is: {_SAVE}")
            return
        try:
            self._take(statement, command_of(words) if words else Command("L", {}, ()))
        except NamedHost as error:
            self._book.left(statement, f"{error}, or {_SAVE}")
        except ValueError as error:
            self._book.left(statement, str(error))

    def _take(self, statement: Statement, command: Command) -> None:
        """ValueError says why a command is not taken."""
        if command.word in ("A", "E"):
            self._service(statement, command)
        elif command.word in ("a", "e"):
            self._server(statement, command)
        elif command.word == "set":
            self._timeouts(statement, command.values)
        elif command.word == "start-daemon":
            self._sync_daemon(statement, command.options)
        else:
            raise ValueError(_LEFT[command.word])

    def _service(self, statement: Statement, command: Command) -> None:
        asked = _asked_at(command.options)
        draft = self._drafts.get(asked.key)
        if command.word == "E" and draft is None:
            raise ValueError("changes a service that no line before has added")
        if asked.needs_persistence and "p" not in command.options:
            raise ValueError(ALL_PORTS)
        if command.word == "A" and draft is not None:
            raise ValueError(THERE_ALREADY)
        if draft is None:
            draft = self._drafts[asked.key] = Draft(self._book, self._names.new(asked.name), asked)
            self._added[draft.name] = statement
        self._book.imported(statement, draft.path)
        draft.service.values.clear()  # a change sets all: set_option() in ipvsadm.c
        self._settings(statement, draft, command.options)

    def _settings(self, statement: Statement, draft: Draft, options: Mapping[str, str]) -> None:
        service = draft.service
        if "s" in options:
            service.take_some(statement, "scheduler", options["s"])
        if "p" in options:
            service.take_some(statement, "persistence_timeout", options["p"] or PERSISTENCE)
        if "M" in options and "persistence_timeout" not in service.values:
            self._book.note(statement, "-M does nothing without -p")
        elif "M" in options and not is_netmask(options["M"], draft.asked.family):
            self._book.note(statement, f"{options['M']} is no netmask of {draft.asked.family}")
        elif "M" in options:
            service.take_some(statement, "persistence_netmask", options["M"])
            draft.drop_full_netmask()
        if "pe" in options:
            service.take_some(statement, "persistence_engine", options["pe"])
        if "o" in options:
            service.take_some(statement, "one_packet", True)
        flags = [flag_of(word, options.get("s")) for word in options.get("b", "").split(",") if word]
        known = [flag for flag in flags if flag]
        if known:
            service.take_some(statement, "scheduler_flags", known)
        if len(known) < len(flags):
            self._book.note(statement, "not all flags after -b do something with this scheduler")

    def _server(self, statement: Statement, command: Command) -> None:
        draft = self._drafts.get(_asked_at(command.options).key)
        if draft is None:
            raise ValueError("no line before has added its service, or that is not taken")
        host, named = parted(command.options.get("r", ""))
        address, port = address_of(host), port_of(named) if named else draft.asked.port
        forward = next((_FORWARDS[option] for option in command.options if option in _FORWARDS), "dr")
        if forward != "nat" and not draft.asked.fwmark:
            port = draft.asked.port
        if command.word == "e" and not draft.drop_server(address, port, forward):
            raise ValueError("changes a real server that no line before has added")
        server = draft.server(statement, address, port, forward)
        if server:
            self._book.imported(statement, server.part.path)
            _take_options(statement, server, command.options)

    def _timeouts(self, statement: Statement, values: tuple[str, ...]) -> None:
        if len(values) != 3:
            raise ValueError("expected --set TCP TCPFIN UDP, three numbers of seconds")
        self._book.imported(statement, self.cluster.timeouts.path)
        for key, value in zip(("tcp", "tcpfin", "udp"), values, strict=True):
            if value != "0":  # leaves the timeout as it is
                self.cluster.timeouts.take_some(statement, key, value)

    def _sync_daemon(self, statement: Statement, options: Mapping[str, str]) -> None:
        """Directors in both states have the same settings, and the definition one set of them."""
        self.cluster.shares_connections = True
        self._book.imported(statement, self.cluster.sync_daemon.path)
        for option, key in _DAEMON.items():
            if option in options:
                self.cluster.sync_daemon.take_some(statement, key, options[option])


def _asked_at(options: Mapping[str, str]) -> Asked:
    """ValueError says what is wrong."""
    if "f" in options:
        if not options["f"].isdecimal():
            raise ValueError(f"{options['f']} is no firewall mark")
        return Asked(fwmark=int(options["f"]), family="ipv6" if "6" in options else "ipv4")
    for option, protocol in _PROTOCOLS.items():
        if option in options:
            return asked_at(options[option], protocol, 0)
    raise ValueError("names no service: -t, -u, --sctp-service or -f")


def _take_options(statement: Statement, server: Server, options: Mapping[str, str]) -> None:
    part = server.part
    for option, key in _SERVER.items():
        if option in options:
            part.take_some(statement, key, options[option])
    if options.get("tun-port", "0") != "0":
        part.take_some(statement, "tunnel_port", options["tun-port"])
    for option, checksum in _CHECKSUMS.items():
        if option in options:
            part.take_some(statement, "tunnel_checksum", checksum)
    for key, usual in _USUAL_TUNNEL.items():
        if part.values.get(key) == usual:
            del part.values[key]
