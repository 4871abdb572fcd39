# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Services while they are read from files that say them line by line: lvs.cf, ldirectord.cf, rules of ipvsadm. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...module_utils._ipvs.model import full_netmask
from ...module_utils._netlink.address import family_of
from .._schema.real_server import REAL_SERVER_FIELDS, SORRY_SERVER_FIELDS
from .._schema.record import Field
from .._schema.service import SERVICE_FIELDS
from .account import Account
from .endpoints import address_of, is_netmask, parted, port_of
from .imported import Values
from .part import Part
from .statement import Statement

Checks = list[dict[str, Any]]
Seen = set[tuple[object, ...]]  # Asked.key of services
THERE_ALREADY = "a service before is for the same packets"
ALL_PORTS = "port 0 is all ports, which the kernel takes with persistence alone"


@dataclass(frozen=True)
class Asked:
    """What a service is asked at: an address, a port (0 for all) and a protocol, or a firewall mark of a family.

    With both, the directors give the mark to packets for the address.
    """

    address: str = ""
    port: int = 0
    protocol: str = "tcp"
    fwmark: int = 0
    family: str = "ipv4"

    @property
    def key(self) -> tuple[object, ...]:
        """What no other service may have: the kernel has one for each mark, and for each address, port and protocol."""
        return (self.family, self.fwmark) if self.fwmark else (self.protocol, self.address, self.port)

    @property
    def needs_persistence(self) -> bool:
        return not (self.port or self.fwmark)

    @property
    def name(self) -> str:
        """What to call a service that has no name."""
        if self.fwmark:
            return f"fwmark-{self.fwmark}{'-ipv6' if self.family == 'ipv6' else ''}"
        protocol = "" if self.protocol == "tcp" else f"-{self.protocol}"
        return f"{self.address}-{self.port or 'all'}{protocol}"

    def values(self) -> Values:
        mark: Values = {"fwmark": self.fwmark} if self.fwmark else {}
        if not self.address:
            return {**mark, **({"family": "ipv6"} if self.family == "ipv6" else {})}
        protocol = {"protocol": self.protocol} if self.fwmark or self.protocol != "tcp" else {}
        return {"address": self.address, **mark, "port": self.port, **protocol}

    @property
    def usual_checks(self) -> Checks | None:
        """What checks the definition has where it says nothing of them; None where that is not for certain."""
        if self.fwmark:
            return None
        return [{"type": "tcp"}] if self.protocol == "tcp" else []


def asked_at(word: str, protocol: str, usual_port: int | None = None) -> Asked:
    """From ADDRESS:PORT. usual_port: what holds without a port. ValueError says what is wrong."""
    host, port = parted(word)
    if not port and usual_port is None:
        raise ValueError(f"{word} has no port")
    address = address_of(host)
    return Asked(address, port_of(port) if port else usual_port or 0, protocol, family=family_of(address))


@dataclass
class Server:
    """A real server. port: 0 is the service's. checks: None are those that the definition has by itself."""

    part: Part
    statement: Statement
    forward: str
    port: int = 0
    checks: Checks | None = None


@dataclass
class Draft:
    """A service. sorry_port, sorry_forward: of its sorry server, if it has one."""

    book: Account
    name: str
    asked: Asked
    servers: dict[tuple[str, int], Server] = field(default_factory=dict)
    sorry_port: int = 0
    sorry_forward: str = ""

    def __post_init__(self) -> None:
        self.path = f"lvs_services.{self.name}"
        self.service = Part(self.book, self.path, SERVICE_FIELDS)
        self.sorry = Part(self.book, f"{self.path}.sorry_server", SORRY_SERVER_FIELDS)

    def server(self, statement: Statement, address: str, port: int, forward: str) -> Server | None:
        """A real server, to be filled in; None where the service takes none like that."""
        part = Part(self.book, f"{self.path}.real_servers.{address}", REAL_SERVER_FIELDS)
        key = self._key(address, port, forward)
        if key in self.servers:
            self.book.left(statement, f"{address} is a real server of this service already")
        elif family_of(address) != self.asked.family and forward != "tun":
            self.book.left(statement, "is of another family than the service")
        elif part.take(statement, "address", address):
            self.servers[key] = Server(part, statement, forward, port)
            return self.servers[key]
        return None

    def drop_server(self, address: str, port: int, forward: str) -> bool:
        """Forget a real server. Whether it was there."""
        return self.servers.pop(self._key(address, port, forward), None) is not None

    def _key(self, address: str, port: int, forward: str) -> tuple[str, int]:
        """A port that is the service's, or that only nat could reach, tells no real servers apart."""
        return address, port if forward == "nat" and port != self.asked.port else 0

    def take_persistence(self, timeout: Statement | None, netmask: Statement | None) -> None:
        """How long clients stay, and which clients count as one."""
        lasting = timeout is not None and self.service.take(timeout, "persistence_timeout", timeout.value)
        if netmask is None:
            return
        if not lasting or not self.service.values["persistence_timeout"]:
            self.book.left(netmask, "does nothing without persistence")
        elif not is_netmask(netmask.value, self.asked.family):
            self.book.left(netmask, f"{netmask.value or 'nothing'} is no netmask of {self.asked.family}")
        elif self.service.take(netmask, "persistence_netmask", netmask.value):
            self.drop_full_netmask()

    def drop_full_netmask(self) -> None:
        if str(self.service.values.get("persistence_netmask")) == full_netmask(self.asked.family):
            del self.service.values["persistence_netmask"]

    def whole(self) -> Values:
        """The service as the definition writes it, without what is so anyway."""
        servers = [*self.servers.values()]
        forward = Counter(server.forward for server in servers).most_common(1)[0][0]
        checks = [server.checks for server in servers]
        alike = all(each == checks[0] for each in checks)
        values = {
            **self.service.values,
            "name": self.name,
            **self.asked.values(),
            "forward": forward,
            "real_servers": [self._server(server, forward, alike) for server in servers],
        }
        if alike and checks[0] is not None and checks[0] != self.asked.usual_checks:
            values["checks"] = checks[0]
        if self.sorry.values:
            values["sorry_server"] = self._sorry(forward)
        return said(values, SERVICE_FIELDS)

    def _server(self, server: Server, forward: str, alike: bool) -> Values:
        values = dict(server.part.values)
        if server.forward != forward:
            values["forward"] = server.forward
        if server.port and server.port != self.asked.port:
            if server.forward == "nat":
                values["port"] = server.port
            elif not self.asked.fwmark:
                self.book.note(
                    server.statement,
                    f"port {server.port} does nothing: packets reach a real server at the service's port, but with nat",
                )
        if not alike and server.checks is not None:
            values["checks"] = server.checks
        if values.get("weight") == 1:
            del values["weight"]
        return said(values, REAL_SERVER_FIELDS)

    def _sorry(self, forward: str) -> Values:
        values = dict(self.sorry.values)
        own = self.sorry_forward or forward
        if own != forward:
            values["forward"] = own
        if self.sorry_port and self.sorry_port != self.asked.port and own == "nat":
            values["port"] = self.sorry_port
        return values


def said(values: Mapping[str, Any], fields: Mapping[str, Field]) -> Values:
    """What is not so anyway, in the order of the reference."""
    return {
        key: values[key]
        for key, each in fields.items()
        if key in values and (each.default is None or values[key] != each.default)
    }


def last_of_each(statements: tuple[Statement, ...], book: Account) -> dict[str, Statement]:
    """Word -> its statement, where a later one counts instead of an earlier one."""
    found: dict[str, Statement] = {}
    for statement in statements:
        if statement.keyword in found:
            book.left(found[statement.keyword], f"line {statement.line} says {statement.keyword} again, which counts")
        found[statement.keyword] = statement
    return found
