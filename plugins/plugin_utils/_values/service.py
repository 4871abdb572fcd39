# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a cluster serves.

Every default is filled in, addresses have their canonical form, and equal settings compare equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network
from typing import Any

from ...module_utils._ports import ALL, Range
from .director import Director
from .health_check import Watch
from .packets import Packets, port_words, single
from .real_server import UNTOUCHED, RealServer
from .unknown import partly_known

FTP_PORT = 21
FTP_DATA_PORT = 20
# The ways back of nat that lead through a gateway.
THROUGH_GATEWAY = ("policy_route", "default_route")


@partly_known
@dataclass(frozen=True)
class Entry:
    """What an owner wrote to identify a service, before it became one or several.

    ports: as they are listed. protocols, addresses: those that were given. usable: the addresses that were not refused.
    """

    addresses: tuple[str, ...] = ()
    family: str | None = None
    ports: tuple[Range, ...] = ()
    protocols: tuple[str, ...] = ()
    usable: tuple[str, ...] = ()


@partly_known
@dataclass(frozen=True)
class VirtualService:
    """What the cluster serves, by address, port and protocol or by fwmark. persistence_timeout: seconds, 0 is none.

    marked: with a fwmark, the packets that the directors mark; empty where the owner marks them in another way.
    addresses: with a fwmark, the VIPs that they go to, each by itself where marked has a network.
    nat_return: one of NAT_RETURNS. sorry_server: what serves while too few real servers can; keepalived alone has it.
    left_out: hosts that serve for the same entry in the other family, and have no address of this one. path: where its
    entry stands. entry: what that says.
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
    sorry_server: RealServer | None = None
    watch: Watch = field(default_factory=Watch)
    left_out: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    path: str = field(default="", compare=False)
    entry: Entry = field(default=Entry(), compare=False)

    @property
    def takes_any_address(self) -> bool:
        """Whether its packets are known by protocol and port alone, as those for transparent proxies."""
        return any(packets.go_anywhere for packets in self.marked)

    @property
    def named_addresses(self) -> tuple[str, ...]:
        """The VIPs that it names."""
        return (self.address,) if self.address else self.addresses

    @property
    def ties_datagrams(self) -> bool:
        """Whether it keeps a client of UDP with one real server, though a check may take that out."""
        by_udp = self.protocol == "udp" or any(packets.protocol == "udp" for packets in self.packets)
        return by_udp and not self.one_packet and any(server.checks for server in self.real_servers)

    @property
    def floor(self) -> int:
        """How many real servers checks leave in the table, failed or not; 0 for no floor, or where nothing checks."""
        checked = any(server.checks for server in self.real_servers)
        entered = (self.watch.depool_floor or 0) if checked else 0
        if isinstance(entered, int):
            return entered
        weighted = sum(1 for server in self.real_servers if server.weight)
        return -(-weighted * int(entered.rstrip("%")) // 100)

    @property
    def asked_at_vip(self) -> tuple[RealServer, ...]:
        """The real servers that are checked at the VIP, as it comes to them by dr and tun."""
        return tuple(
            server
            for server in self.real_servers
            if server.forward in UNTOUCHED and any(check.goes_through_path for check in server.checks)
        )

    @property
    def carries_streams(self) -> bool:
        """Whether it has connections that last, those of TCP or SCTP, or may have them."""
        protocols = {packets.protocol for packets in self.packets} or {self.protocol}
        return protocols != {"udp"}

    @property
    def all_servers(self) -> tuple[RealServer, ...]:
        """The real servers, and the sorry server where there is one: all that packets may leave a director for."""
        sorry = self.sorry_server
        return (*self.real_servers, *([sorry] if sorry and not sorry.is_director else []))

    def sorry_server_of(self, director: Director) -> RealServer | None:
        """The sorry server of one director. It serves itself at its own address (DIP), which works by dr and by nat.

        ip_vs_nat_xmit() in ip_vs_xmit.c lets nothing from outside pass to a loopback address.
        """
        sorry, own = self.sorry_server, director.address_of(self.family)
        return replace(sorry, address=own) if sorry and sorry.is_director and own else sorry

    @property
    def packets(self) -> tuple[Packets, ...]:
        """What clients send to it, as far as the definition says so."""
        if self.address is None:
            return self.marked
        return (Packets(self.address, self.protocol, single(self.port)),)

    @property
    def packets_to_addresses(self) -> tuple[Packets, ...]:
        """Those that are known by their address."""
        return () if self.takes_any_address else self.packets

    def forwards_by(self, *methods: str) -> bool:
        """Whether packets to any of its real servers are forwarded by one of these methods."""
        return any(server.forward in methods for server in self.all_servers)

    @property
    def gateways(self) -> tuple[str, ...]:
        """The directors' addresses through which real servers of the inventory send their answers."""
        return tuple(sorted({server.gateway for server in self.all_servers if server.gateway}))

    def arriving_at(self, server: RealServer) -> tuple[Packets, ...]:
        """What comes to a real server's own address by nat. FTP's data connections come to ports that nobody knows."""
        known = self.packets or (Packets("", self.protocol),)
        arriving = (
            Packets(
                server.address,
                packets.protocol,
                ALL if self.is_ftp or packets.protocol is None else single(server.port) or packets.ports,
            )
            for packets in known
        )
        return tuple(dict.fromkeys(arriving))

    def answers_of(self, server: RealServer) -> tuple[dict[str, Any], ...]:
        """What tells a real server's answers from all else that it sends, as far as the definition says so."""
        return tuple(
            {
                **({"protocol": packets.protocol} if packets.protocol else {}),
                **({"source_port": port_words((ports,))} if ports else {}),
            }
            for packets in self.arriving_at(server)
            for ports in packets.ports or (None,)
        )

    @property
    def is_ftp(self) -> bool:
        """Whether the service is FTP's control connection, whose data connections have other ports."""
        return any(packets.protocol == "tcp" and packets.names_port(FTP_PORT) for packets in self.packets)


def ipv4_netmask(netmask: str) -> str | None:
    """The dotted form of a netmask or of a prefix length; None where it is neither."""
    try:
        quad = str(IPv4Network(f"0.0.0.0/{netmask}").netmask)
    except ValueError:
        return None
    # IPv4Network takes 0.0.0.255 for a mask too, the inverted one
    return quad if quad != "0.0.0.0" and (netmask.isdecimal() or netmask == quad) else None
