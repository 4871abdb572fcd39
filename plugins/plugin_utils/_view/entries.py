# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host can be asked for, one by one: the values of which its view is built.

The fields have the names and the meaning of the options of host_network and packet_filter; None is an option that is
left out. Entries are equal when they ask for the same, so that a view has each of them once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from ...module_utils._netlink.address import family_of
from .._values.packets import Packets

# What a host can have once only, in words, and what it would be.
Claim = tuple[tuple[object, ...], object]


@dataclass(frozen=True)
class Entry:
    """One thing that a cluster asks of a host."""

    def options(self) -> dict[str, Any]:
        """The entry in the words of the module that sets it up."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values if value is not None}

    @property
    def claim(self) -> Claim | None:
        """What no other cluster can ask to be something else on the same host. None where all have room."""
        return None


@dataclass(frozen=True)
class Address(Entry):
    """An address on an interface: the one that is named, or the one that has the address `beside`."""

    address: str
    prefix: int
    announce: bool
    interface: str | None = None
    beside: str | None = None
    label: str | None = None

    def options(self) -> dict[str, Any]:
        options = super().options()
        prefix = options.pop("prefix")
        return {**options, "address": f"{self.address}/{prefix}"}


@dataclass(frozen=True)
class Tunnel(Entry):
    """A device that unpacks what comes by tunnel. checksum: True, or None for none."""

    name: str
    kind: str
    local: str
    checksum: bool | None = None

    @property
    def claim(self) -> Claim:
        return ("the tunnel", self.name), tuple(sorted(self.options().items()))


@dataclass(frozen=True)
class Listener(Entry):
    """A UDP port at which GUE arrives."""

    port: int
    family: str


@dataclass(frozen=True)
class Route(Entry):
    """A route; family where the gateway does not tell it, table where it is not the main one."""

    destination: str
    gateway: str | None = None
    family: str | None = None
    kind: str | None = None
    interface: str | None = None
    table: int | None = None

    @property
    def claim(self) -> Claim:
        family = family_of(self.gateway) if self.gateway else self.family or "ipv4"
        return ("the route", family, self.destination, "in table", self.table or "main"), self.gateway


@dataclass(frozen=True)
class RoutingRule(Entry):
    """Which packets are routed by which table."""

    priority: int
    table: int
    family: str
    source: str | None = None
    destination: str | None = None
    mark: int | None = None
    protocol: str | None = None
    source_port: Any = None

    @property
    def claim(self) -> Claim:
        selector = (self.family, self.source, self.destination, self.mark, self.protocol, self.source_port)
        given = (value for value in selector if value is not None)
        return ("the routing table for packets of", self.priority, *given), self.table


@dataclass(frozen=True)
class Sysctl(Entry):
    """A kernel parameter. name: as sysctl(8) writes it; an address in brackets stands for its interface."""

    name: str
    value: str

    @property
    def claim(self) -> Claim:
        return ("the sysctl", self.name), self.value


@dataclass(frozen=True)
class KernelModule(Entry):
    """A kernel module that has to be there, with the options that it gets when it is loaded the next time."""

    name: str
    parameters: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class RefusedGateway(Entry):
    """An address through which the host's default route must not go."""

    address: str


@dataclass(frozen=True)
class RefusedAddress(Entry):
    """A VIP that others must not have put on the host's interfaces."""

    address: str


@dataclass(frozen=True)
class HandedOver(Entry):
    """An address that something else manages: keepalived, or the host itself."""

    address: str


@dataclass(frozen=True)
class Firewall(Entry):
    """The tool of the packet filter that the owner wants."""

    tool: str

    @property
    def claim(self) -> Claim:
        return ("firewall",), self.tool


@dataclass(frozen=True)
class ArpFirewall(Entry):
    """The tool that keeps the host quiet about VIPs."""

    tool: str

    @property
    def claim(self) -> Claim:
        return ("arp_firewall",), self.tool


@dataclass(frozen=True)
class FilterRule(Entry):
    """A rule of the packet filter. Ports are a number, a range as text, or several of both."""

    kind: str
    hook: str | None = None
    mark: int | None = None
    source: str | None = None
    address: str | None = None
    protocol: str | None = None
    port: Any = None
    source_port: Any = None
    connection: str | None = None
    mac: str | None = None
    to: str | None = None
    mss: int | None = None
    instead: str | None = None

    @classmethod
    def for_packets(cls, kind: str, packets: Packets, any_port: bool = False, **others: Any) -> FilterRule:
        """The rule for these packets. any_port: whatever their ports are."""
        selector = packets.selector(any_port)
        several = {name: tuple(value) for name, value in selector.items() if isinstance(value, list)}
        return cls(kind, **{**selector, **several, **others})
