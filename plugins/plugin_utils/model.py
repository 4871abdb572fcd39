# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cluster as values, in the field's words: what definition.py reads, and what lint.py and topology.py look at.

Every default is filled in, addresses have their canonical form, and equal settings compare equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

ENGINES = ("static",)
FAMILIES = ("ipv4", "ipv6")
PROTOCOLS = ("tcp", "udp", "sctp")
FORWARDING_METHODS = ("dr", "nat", "tun")
SCHEDULERS = ("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh", "twos")
SCHEDULER_FLAGS = ("fallback", "port")
SCHEDULERS_WITH_FLAGS = ("sh", "mh")
PERSISTENCE_ENGINES = ("sip",)
TUNNEL_TYPES = ("ipip", "gre", "gue")
TUNNEL_CHECKSUMS = ("nocsum", "csum", "remcsum")
# How a real server that is given the VIP keeps quiet about it, or does without it (redirect).
ARP_METHODS = ("sysctl", "arptables", "nftables", "redirect")
FIREWALLS = ("nftables", "iptables")
# How the answers of nat find their way back through the director.
NAT_RETURNS = ("policy_route", "default_route", "source_nat", "none")
# Where a real server has the VIP: on the loopback interface, or on the one that has its own address.
VIP_PLACES = ("lo", "lan")
# net.ipv4.vs.*, the kernel's documentation in networking/ipvs-sysctl.rst
IPVS_SYSCTLS = tuple(
    "am_droprate amemthresh backup_only cache_bypass conn_lfactor conn_reuse_mode conntrack drop_entry drop_packet "
    "est_cpulist est_nice expire_nodest_conn expire_quiescent_template ignore_tunneled nat_icmp_send pmtu_disc "
    "run_estimation schedule_icmp secure_tcp sloppy_sctp sloppy_tcp snat_reroute svc_lfactor sync_persist_mode "
    "sync_ports sync_qlen_max sync_refresh_period sync_retries sync_sock_size sync_threshold sync_version".split()
)
FTP_PORT = 21
# These methods deliver a packet as it came: the real server sees the VIP and the service's port.
UNTOUCHED = ("dr", "tun")
ADDRESS_BITS = {"ipv4": 32, "ipv6": 128}


@dataclass(frozen=True)
class Vip:
    """A virtual address. interface: the one that the owner asks for, else None. label: its name there, else None.

    gateway: the real servers' gateway, on their side of the director. routed: no host holds it, a router sends its
    packets to the director. on_real_servers: one of VIP_PLACES.
    """

    address: str
    prefix: int
    interface: str | None = None
    label: str | None = None
    gateway: bool = False
    routed: bool = False
    on_real_servers: str = "lo"


@dataclass(frozen=True)
class Director:
    """A host that balances.

    addresses: at most one of each family, the DIP: what the real servers know it by. interface: where its virtual
    addresses shall be, None for the one whose network they are of.
    """

    host: str
    addresses: tuple[str, ...]
    interface: str | None
    priority: int
    firewall: str | None

    def address_of(self, family: str) -> str | None:
        """The DIP of this family, None where it has none."""
        return next((address for address in self.addresses if family_of(address) == family), None)


@dataclass(frozen=True)
class RealServer:
    """A server of one service. host: its inventory name, None where the collection does not manage it.

    port: 0 with a service for all ports or by firewall mark: the port of the request. Thresholds: 0 is none. The
    settings of the tunnel have a meaning with tun alone; tunnel_port is for gue.
    """

    host: str | None
    address: str
    port: int
    forward: str
    weight: int
    upper_threshold: int
    lower_threshold: int
    tunnel_type: str
    tunnel_port: int
    tunnel_checksum: str


@dataclass(frozen=True)
class RealServerHost:
    """What a host is as a real server of whatever services. arp: one of ARP_METHODS."""

    host: str
    arp: str
    firewall: str | None


@dataclass(frozen=True)
class Packets:
    """Packets to a virtual address. protocol: None is any. port: 0 is all."""

    address: str
    protocol: str | None
    port: int

    def selector(self, any_port: bool = False) -> dict[str, Any]:
        """These packets in the words of packet_filter; what does not matter is left out."""
        words: dict[str, Any] = {"address": self.address}
        if self.protocol:
            words["protocol"] = self.protocol
        if self.port and not any_port:
            words["port"] = self.port
        return words


@dataclass(frozen=True)
class VirtualService:
    """What the cluster serves, by address, port and protocol or by fwmark. persistence_timeout: seconds, 0 is none.

    marked: with a fwmark, the packets that the directors mark; empty where the owner marks them in another way.
    nat_return: one of NAT_RETURNS.
    """

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
    nat_return: str
    marked: tuple[Packets, ...]
    real_servers: tuple[RealServer, ...]

    @property
    def packets(self) -> tuple[Packets, ...]:
        """What clients send to it, as far as the definition says so."""
        if self.address is None:
            return self.marked
        return (Packets(self.address, self.protocol, self.port or 0),)

    def forwards_by(self, *methods: str) -> bool:
        """Whether packets to any of its real servers are forwarded by one of these methods."""
        return any(server.forward in methods for server in self.real_servers)

    def answers_of(self, server: RealServer) -> dict[str, Any]:
        """What tells a real server's answers from all else that it sends; nothing where its ports are not known."""
        if self.protocol is None or not server.port or self.is_ftp:
            return {}
        return {"protocol": self.protocol, "source_port": server.port}

    @property
    def is_ftp(self) -> bool:
        """Whether the service is FTP's control connection, whose data connections have other ports."""
        return any(packets.protocol == "tcp" and packets.port == FTP_PORT for packets in self.packets)


@dataclass(frozen=True)
class Cluster:
    """The whole definition. Hosts are sorted by name, services are in their owner's order."""

    engine: str
    install_packages: bool
    open_firewall: bool
    masquerade: bool
    mtu: int
    connection_table_bits: int | None
    timeouts: tuple[tuple[str, int], ...]
    ipvs_sysctls: tuple[tuple[str, str], ...]
    vips: tuple[Vip, ...]
    directors: tuple[Director, ...]
    real_servers: tuple[RealServerHost, ...]
    services: tuple[VirtualService, ...]

    @property
    def realserver_hosts(self) -> tuple[str, ...]:
        return tuple(
            sorted({server.host for service in self.services for server in service.real_servers if server.host})
        )

    def is_director(self, host: str) -> bool:
        return any(director.host == host for director in self.directors)

    def peers_of(self, host: str) -> list[str]:
        """The other directors, where this host is a director and a real server to which they send packets by dr."""
        serves = any(
            server.host == host and server.forward == "dr"
            for service in self.services
            for server in service.real_servers
        )
        others = [director.host for director in self.directors if director.host != host]
        return others if serves and self.is_director(host) else []

    def vips_of(self, service: VirtualService) -> tuple[Vip, ...]:
        """The virtual addresses of a service. One by firewall mark may name none: it has those that no other names."""
        own = {packets.address for packets in service.packets}
        if own:
            return tuple(vip for vip in self.vips if vip.address in own)
        named = {packets.address for other in self.services for packets in other.packets}
        return tuple(
            vip
            for vip in self.vips
            if vip.address not in named and not vip.gateway and family_of(vip.address) == service.family
        )

    def gateway_of(self, family: str) -> str | None:
        """The address through which nat's answers go back: the VIP that is a gateway, or the only director's own."""
        virtual = [vip.address for vip in self.vips if vip.gateway and family_of(vip.address) == family]
        own = [director.address_of(family) for director in self.directors]
        return virtual[0] if virtual else own[0] if len(own) == 1 else None


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
