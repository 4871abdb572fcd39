# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Virtual servers of keepalived.conf, and their real servers: check_parser.c. Pure.

What keepalived corrects while it reads (validate_check_config() in check_data.c) is corrected here as well, and noted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...module_utils._ipvs.model import CHECKSUMS_OF_TUNNEL
from .._schema.real_server import REAL_SERVER_FIELDS, SORRY_SERVER_FIELDS
from .._schema.service import SERVICE_FIELDS
from .._schema.words import TCP_CHECKS, UDP_CHECKS
from .account import Account
from .keepalived_checks import INHERITED, TYPES, Known, checks_of, inherited
from .keepalived_endpoints import Endpoint, asked_at, endpoint_of, endpoints_of
from .keepalived_words import alone, command, keep, keywords, note_rest, take_all, value
from .names import Names
from .part import Part
from .scheduler_flags import FLAGS, flag_of
from .statement import Statement
from .takers import Table, Taker, without

PERSISTENCE = 360  # seconds: IPVS_SVC_PERSISTENT_TIMEOUT in ip_vs.h
Service = dict[str, Any]


def services_of(
    statement: Statement,
    groups: Mapping[str, list[Endpoint]],
    known: Known,
    names: Names,
    book: Account,
    given: str = "",
) -> list[Service]:
    """The services of one virtual_server: several where its group has several ports, marks or families.

    given: the name that the collection has written there.
    """
    endpoints = endpoints_of(statement, groups, book)
    if endpoints is None:
        return []
    group = statement.values[1] if statement.values[0] == "group" else ""
    name = names.new(given or _snmp_name(statement) or group or _name_of(endpoints[0]))
    common = _Virtual(statement, endpoints, known, book, f"lvs_services.{name}").read()
    if not common:
        return []
    book.imported(statement, f"lvs_services.{name}")
    services = []
    for index, at in enumerate(asked_at(endpoints)):
        suffixed = name if not index else names.new(f"{name}-{at.get('port') or at.get('fwmark')}")
        services.append({"name": suffixed, **at, **_corrected(common, at)})
    return services


def _snmp_name(statement: Statement) -> str:
    return next((each.values[0] for each in statement.block or () if each.keyword == "snmp_name" and each.values), "")


def _name_of(endpoint: Endpoint) -> str:
    return f"fwmark-{endpoint.fwmark}" if endpoint.fwmark else f"{endpoint.address}-{endpoint.port or 'all'}"


def _corrected(common: Service, at: Service) -> Service:
    """What is the same for all endpoints of a virtual server, as it is for this one."""
    service = {key: value_ for key, value_ in common.items() if key != "protocol" or "fwmark" not in at}
    sorry = service.get("sorry_server")
    if sorry and sorry.get("port") == at.get("port"):
        service["sorry_server"] = {key: value_ for key, value_ in sorry.items() if key != "port"}
    if at.get("port") == 0 and not common.get("persistence_timeout"):
        service["persistence_timeout"] = PERSISTENCE
    servers = [_corrected_server(server, common, at) for server in service.pop("real_servers")]
    checks = servers[0]["checks"]
    if any(server["checks"] != checks for server in servers):
        return {**service, "real_servers": servers}
    for server in servers:
        del server["checks"]
    return {**service, **({"checks": checks} if checks else {}), "real_servers": servers}


def _corrected_server(server: Service, common: Service, at: Service) -> Service:
    """A port of its own is for NAT alone. By another method packets keep the client's, but checks go there."""
    nat = server.get("forward", common["forward"]) == "nat"
    port = server.get("port") if server.get("port") != at.get("port") else None
    checks = [_at_port(check, None if nat else port) for check in server["checks"]]
    bare = {key: value_ for key, value_ in server.items() if key != "port"}
    return {**bare, "checks": checks, **({"port": port} if nat and port else {})}


def _at_port(check: dict[str, Any], port: int | None) -> dict[str, Any]:
    needs_one = check["type"] in (*TCP_CHECKS, *UDP_CHECKS) and "port" not in check
    return {**check, "port": port} if needs_one and port else check


class _Virtual:
    """One block virtual_server while it is read."""

    def __init__(
        self, statement: Statement, endpoints: Sequence[Endpoint], known: Known, book: Account, path: str
    ) -> None:
        self._statement, self._endpoint, self._known, self._book = statement, endpoints[0], known, book
        self._has_mark = any(each.fwmark for each in endpoints)
        self._service = Part(book, path, SERVICE_FIELDS)
        self._for_checks = Part(book, f"{path}.checks", INHERITED)
        self._flags: list[tuple[Statement, str]] = []
        self._sorry = Part(book, f"{path}.sorry_server", SORRY_SERVER_FIELDS)
        self._weight: int | None = None
        self._servers: dict[tuple[str, int], dict[str, Any]] = {}

    def read(self) -> Service:
        """The keys of the service but for name, address and port. Empty where keepalived ignores the virtual server."""
        block, sorry = self._statement.block or (), self._sorry_words()
        later = ("real_server", *sorry)
        take_all(self._table(), self._service, [each for each in block if each.keyword not in later])
        self._take_flags()
        for each in block:
            if each.keyword == "real_server":
                self._real_server(each)
        take_all(sorry, self._service, [each for each in block if each.keyword in sorry])
        if not self._servers:
            self._book.left(self._statement, "has no real server, so that keepalived ignores it")
            return {}
        return self._whole()

    def _whole(self) -> Service:
        service = self._service.values
        for key, otherwise in {"scheduler": "wlc", "forward": "nat"}.items():
            if key not in service:
                self._book.note(self._statement, f"says no {key}: keepalived takes {otherwise}")
            service.setdefault(key, otherwise)
        if "persistence_netmask" in service:
            service.setdefault("persistence_timeout", PERSISTENCE)
        self._correct_protocol(service)
        servers = list(self._servers.values())
        for server in (*servers, self._sorry.values):
            _keep_tunnel(server, service)
        self._add_sorry_server(service)
        self._correct_ports(servers)
        self._limit_quorum(service, servers)
        if not any(server["checks"] for server in servers):
            for each in self._statement.block or ():
                if each.keyword in _FOR_CHECKS:
                    self._book.left(each, "there is no check that it is for")
        return {**service, "real_servers": servers}

    def _add_sorry_server(self, service: Service) -> None:
        sorry = self._sorry.values
        if sorry:
            service["sorry_server"] = sorry
            if sorry.get("forward", service["forward"]) != "nat":
                sorry.pop("port", None)

    def _correct_protocol(self, service: Service) -> None:
        """Without a word it is UDP; single packets are for UDP alone; a service by firewall mark is never suspended."""
        if self._has_mark and service.pop("suspend_without_vip", False):
            self._book.note(self._statement, "keepalived ignores ha_suspend where there is a firewall mark")
        if self._endpoint.fwmark:
            return
        if not self._says_protocol:
            self._book.note(self._statement, "says no protocol: keepalived takes UDP, not TCP")
            service["protocol"] = "udp"
        if service.get("protocol") != "udp" and service.pop("one_packet", False):
            self._book.note(self._statement, "keepalived ignores ops for all but UDP")

    @property
    def _says_protocol(self) -> bool:
        known = ("TCP", "UDP", "SCTP")
        block = self._statement.block or ()
        return any(each.keyword == "protocol" and "".join(each.values[:1]).upper() in known for each in block)

    def _table(self) -> Table:
        asked_by_mark = bool(self._endpoint.fwmark)
        return {
            **_SERVICE,
            **{word: _into(self._for_checks, taker) for word, taker in _FOR_CHECKS.items()},
            **dict.fromkeys(FLAGS, self._flag),
            "weight": self._default_weight,
            "snmp_name": lambda part, each: part.book.imported(each, f"{part.path}.name"),
            "ip_family": _take_family if asked_by_mark else without("the address says which family it is"),
            **({"protocol": without("a service by firewall mark has no protocol")} if asked_by_mark else {}),
        }

    def _sorry_words(self) -> Table:
        """Of the sorry server: read when the real servers are known."""
        return {
            "sorry_server": self._sorry_server,
            "sorry_server_inhibit": self._sorry_inhibit,
            "sorry_server_lvs_method": self._sorry_method,
        }

    def _flag(self, _part: Part, statement: Statement) -> None:
        self._flags.append((statement, statement.keyword))

    def _take_flags(self) -> None:
        """lbflags_handler(): flags of a scheduler that comes later, or of another one, do nothing."""
        scheduler, taken = self._service.values.get("scheduler"), []
        for statement, word in self._flags:
            name = flag_of(word, scheduler)
            if name is None:
                self._book.left(statement, f"does nothing with the scheduler {scheduler}")
            else:
                taken.append(name)
                self._service.take(statement, "scheduler_flags", list(dict.fromkeys(taken)))

    def _default_weight(self, part: Part, statement: Statement) -> None:
        probe = Part(part.book, part.path, {"weight": REAL_SERVER_FIELDS["weight"]})
        if statement.values and probe.take(statement, "weight", statement.values[0]):
            self._weight = probe.values["weight"]
            part.book.imported(statement, f"{part.path}.real_servers.weight")

    def _sorry_server(self, part: Part, statement: Statement) -> None:
        try:
            endpoint = endpoint_of(statement.values)
        except (ValueError, IndexError) as error:
            part.book.left(statement, f"{error}, so that keepalived ignores it")
            return
        if self._key(endpoint, self._statement, "sorry_server_lvs_method") in self._servers:
            part.book.left(statement, "is a real server of this service, which a definition has once")
        elif self._sorry.take(statement, "address", endpoint.address) and endpoint.port:
            self._sorry.take(statement, "port", endpoint.port)

    def _sorry_inhibit(self, part: Part, statement: Statement) -> None:
        if self._sorry.values:
            self._sorry.take(statement, "inhibit_on_failure", True)
        else:
            part.book.left(statement, _NO_SORRY_SERVER)

    def _sorry_method(self, part: Part, statement: Statement) -> None:
        if self._sorry.values:
            _method(self._sorry, statement)
        else:
            part.book.left(statement, _NO_SORRY_SERVER)

    def _real_server(self, statement: Statement) -> None:
        try:
            endpoint = endpoint_of(statement.values)
        except (ValueError, IndexError) as error:
            self._book.left(statement, f"{error}, so that keepalived ignores it")
            return
        key = self._key(endpoint, statement, "lvs_method")
        if key in self._servers:
            self._book.left(statement, "is there already, so that keepalived ignores it")
            return
        if endpoint.family != self._endpoint.family and self._forward(statement, "lvs_method") != "tun":
            self._book.left(statement, "is of another family than the virtual server, so that keepalived ignores it")
            return
        path = f"{self._service.path}.real_servers.{endpoint.address}"
        part = Part(self._book, path, REAL_SERVER_FIELDS)
        if not part.take(statement, "address", endpoint.address):
            return
        self._book.imported(statement, path)
        for_checks = Part(self._book, f"{path}.checks", INHERITED)
        block = statement.block or ()
        checks = [each for each in block if each.keyword in TYPES]
        words = {word: _into(for_checks, taker) for word, taker in _FOR_CHECKS.items()}
        take_all({**_SERVER, **words}, part, [each for each in block if each.keyword not in TYPES])
        server = {**part.values, **({"port": endpoint.port} if endpoint.port else {})}
        if self._weight is not None:
            server.setdefault("weight", self._weight)
        server["checks"] = list(self._checks(checks, part, for_checks))
        if server.get("weight") == 1:
            del server["weight"]
        self._servers[key] = server

    def _key(self, endpoint: Endpoint, statement: Statement, keyword: str) -> tuple[str, int]:
        """What tells a real server from the others of this service: a port of its own is for NAT alone."""
        by_nat = self._forward(statement, keyword) == "nat"
        return endpoint.address, (endpoint.port or self._endpoint.port) if by_nat else 0

    def _forward(self, statement: Statement, keyword: str) -> str:
        """How packets are forwarded: what the block of a statement says by a keyword, or else what the service says."""
        own = [_FORWARD.get("".join(each.values[:1])) for each in statement.block or () if each.keyword == keyword]
        return next(filter(None, reversed(own)), self._service.values.get("forward", "nat"))

    def _checks(self, statements: Sequence[Statement], part: Part, own: Part) -> Iterator[dict[str, Any]]:
        for each in statements:
            found = checks_of(each, self._known, self._book, part.path)
            if found is None:
                part.keep(each)
            for check in found or ():
                check = {**inherited(check["type"], own.values, self._for_checks.values), **check}
                yield {"type": check.pop("type"), **check}

    def _correct_ports(self, servers: Sequence[dict[str, Any]]) -> None:
        """A port that only NAT could reach is not the one that keepalived uses."""
        if self._endpoint.fwmark:
            wanted = {server["port"] for server in servers if server.get("port")}
            if wanted and self._service.values["forward"] != "nat":
                self._book.note(self._statement, "keepalived takes no port of real servers here: it is the client's")
            return
        for server in servers:
            port, forward = server.get("port"), server.get("forward", self._service.values["forward"])
            if port and port != self._endpoint.port and forward != "nat" and self._statement.values[0] != "group":
                self._book.note(
                    self._statement,
                    f"keepalived takes port {self._endpoint.port} for {server['address']} as well, not {port}",
                )

    def _limit_quorum(self, service: Service, servers: Sequence[dict[str, Any]]) -> None:
        whole = sum(server.get("weight", 1) for server in servers)
        if service.get("quorum", 1) > max(whole, 1):
            self._book.note(
                self._statement,
                f"the quorum {service['quorum']} is more than all weights, {whole}, which keepalived takes instead",
            )
            service["quorum"] = max(whole, 1)
        if service.get("hysteresis", 0) >= service.get("quorum", 1):
            limit = service.get("quorum", 1) - 1
            self._book.note(self._statement, f"the hysteresis is not below the quorum: keepalived takes {limit}")
            service["hysteresis"] = limit
        for key, usual in {"quorum": 1, "hysteresis": 0}.items():
            if service.get(key) == usual:
                del service[key]


def _into(other: Part, taker: Taker) -> Taker:
    return lambda _part, statement: taker(other, statement)


def _take_family(part: Part, statement: Statement) -> None:
    part.book.imported(statement, f"{part.path}.family")


def _method(part: Part, statement: Statement) -> None:
    """lvs_method NAT|DR|TUN [type ipip|gue|gre] [port N] [nocsum|csum|remcsum]: svr_forwarding_handler()"""
    words = list(statement.values)
    if not words or not part.take(statement, "forward", _FORWARD.get(words[0], words[0])):
        return
    if words[0] != "TUN":
        note_rest(part, statement, 1)
        return
    tunnel, fault = _tunnel(words[1:])
    if fault:
        part.book.note(statement, f"{fault}: keepalived takes a tunnel of type ipip")
        return
    for key, entered in tunnel.items():
        if not part.take(statement, key, entered):
            return


def _tunnel(words: Sequence[str]) -> tuple[dict[str, str], str]:
    """How packets are packed, without what is usual; and what is wrong with it, for which keepalived ignores it all."""
    said = {"tunnel_type": "ipip", "tunnel_checksum": "nocsum"}
    rest = iter(words)
    for word in rest:
        if word in ("type", "port"):
            said[f"tunnel_{word}"] = next(rest, "")
        else:
            said["tunnel_checksum"] = word
    kind, checksum = said["tunnel_type"], said["tunnel_checksum"]
    if kind not in CHECKSUMS_OF_TUNNEL:
        return {}, f"{kind or 'nothing'} is no type of tunnel"
    if checksum not in CHECKSUMS_OF_TUNNEL[kind]:
        return {}, f"{kind} does not support {checksum}"
    if (kind == "gue") != ("tunnel_port" in said):
        return {}, "gue needs a port" if kind == "gue" else f"{kind} has no port"
    return {key: value_ for key, value_ in said.items() if _USUAL_TUNNEL.get(key) != value_}, ""


def _keep_tunnel(server: dict[str, Any], service: Service) -> None:
    """Say what is usual where a service says something else: what a real server says of tunnels is all that counts."""
    if server.get("forward") != "tun" or service["forward"] != "tun":
        return
    for key, usual in _USUAL_TUNNEL.items():
        if service.get(key, usual) != server.get(key, usual):
            server.setdefault(key, usual)


def _protocol(part: Part, statement: Statement) -> None:
    if part.take(statement, "protocol", statement.values[0].lower() if statement.values else ""):
        note_rest(part, statement, 1)
        if part.values["protocol"] == "tcp":
            del part.values["protocol"]


def _persistence(part: Part, statement: Statement) -> None:
    entered = statement.values[0] if statement.values else PERSISTENCE
    if entered == "0":
        part.book.left(statement, "0 is no time that keepalived takes: it ignores it")
    elif part.take(statement, "persistence_timeout", entered):
        note_rest(part, statement, 1)


_FORWARD = {"NAT": "nat", "DR": "dr", "TUN": "tun"}
_USUAL_TUNNEL = {"tunnel_type": "ipip", "tunnel_checksum": "nocsum"}
_NO_SORRY_SERVER = "comes before the sorry server, or there is none, so that keepalived ignores it"
_FOR_CHECKS: Table = keywords(INHERITED)
_SERVER: Table = {
    **keywords(
        REAL_SERVER_FIELDS,
        ("forward", "tunnel_type", "tunnel_port", "tunnel_checksum", "notify_up", "notify_down"),
    ),
    "lvs_method": _method,
    "notify_up": command("notify_up"),
    "notify_down": command("notify_down"),
    "alpha": keep,
    "snmp_name": keep,
}
_SERVICE: Table = {
    **keywords(
        SERVICE_FIELDS,
        (
            *("fwmark", "family", "scheduler", "forward", "tunnel_type", "tunnel_port", "tunnel_checksum"),
            *("protocol", "one_packet", "persistence_timeout", "real_servers", "sorry_server"),
            *("quorum_up", "quorum_down", "alpha", "omega", "suspend_without_vip", "inhibit_on_failure"),
        ),
    ),
    **dict.fromkeys(["lvs_sched", "lb_algo"], value("scheduler")),
    **dict.fromkeys(["lvs_method", "lb_kind"], _method),
    "protocol": _protocol,
    "persistence_timeout": _persistence,
    "ops": alone("one_packet"),
    "alpha": alone("alpha"),
    "omega": alone("omega"),
    "ha_suspend": alone("suspend_without_vip"),
    "inhibit_on_failure": alone("inhibit_on_failure"),
    "quorum_up": command("quorum_up"),
    "quorum_down": command("quorum_down"),
    "hashed": without("does nothing: no scheduler has this flag"),
    "nat_mask": without("does nothing: keepalived has ignored it since 1.2"),
}
