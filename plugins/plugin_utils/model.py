# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cluster as values, in the field's words: what definition.py reads, and what lint.py and topology.py look at.

Every default is filled in, addresses have their canonical form, and equal settings compare equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

ENGINES = ("static",)
FAMILIES = ("ipv4", "ipv6")
PROTOCOLS = ("tcp", "udp", "sctp")
FORWARDING_METHODS = ("dr", "nat", "tun")
SCHEDULERS = ("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh", "twos")
SCHEDULER_FLAGS = ("fallback", "port")
SCHEDULERS_WITH_FLAGS = ("sh", "mh")
PERSISTENCE_ENGINES = ("sip",)
# These methods deliver a packet as it came: the real server sees the VIP and the service's port.
UNTOUCHED = ("dr", "tun")
ADDRESS_BITS = {"ipv4": 32, "ipv6": 128}


@dataclass(frozen=True)
class Vip:
    """A virtual address. interface: the one that the owner asks for, else None. label: its name there, else None."""

    address: str
    prefix: int
    interface: str | None
    label: str | None


@dataclass(frozen=True)
class Director:
    """A host that balances. interface: where its virtual addresses shall be, None for the one that has its address."""

    host: str
    address: str
    interface: str | None
    priority: int


@dataclass(frozen=True)
class RealServer:
    """A server of one service. host: its inventory name, None where the collection does not manage it.

    port: 0 with a service for all ports or by firewall mark: the port of the request. Thresholds: 0 is none.
    """

    host: str | None
    address: str
    port: int
    forward: str
    weight: int
    upper_threshold: int
    lower_threshold: int


@dataclass(frozen=True)
class VirtualService:
    """What the cluster serves, by address, port and protocol or by fwmark. persistence_timeout: seconds, 0 is none."""

    name: str
    family: str
    address: str | None
    port: int | None
    protocol: str | None
    fwmark: int | None
    scheduler: str
    scheduler_flags: tuple[str, ...]
    one_packet: bool
    persistence_timeout: int
    persistence_netmask: str | None
    persistence_engine: str | None
    real_servers: tuple[RealServer, ...]


@dataclass(frozen=True)
class Cluster:
    """The whole definition. Hosts are sorted by name, services are in their owner's order."""

    engine: str
    install_packages: bool
    vips: tuple[Vip, ...]
    directors: tuple[Director, ...]
    services: tuple[VirtualService, ...]

    @property
    def realserver_hosts(self) -> tuple[str, ...]:
        return tuple(
            sorted({server.host for service in self.services for server in service.real_servers if server.host})
        )

    def vips_of(self, service: VirtualService) -> tuple[Vip, ...]:
        """The virtual addresses of a service. One by firewall mark names none: it has those that no other names."""
        if service.address is not None:
            return tuple(vip for vip in self.vips if vip.address == service.address)
        named = {other.address for other in self.services}
        return tuple(vip for vip in self.vips if vip.address not in named and family_of(vip.address) == service.family)


def family_of(address_text: str) -> str:
    return "ipv6" if ":" in address_text else "ipv4"


def ipv4_netmask(netmask: str) -> str | None:
    """The dotted form of a netmask or of a prefix length; None where it is neither."""
    try:
        quad = str(IPv4Network(f"0.0.0.0/{netmask}").netmask)
    except ValueError:
        return None
    # IPv4Network takes 0.0.0.255 for a mask too, the inverted one
    return quad if quad != "0.0.0.0" and (netmask.isdecimal() or netmask == quad) else None
