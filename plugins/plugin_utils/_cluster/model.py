# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cluster as values, in the field's words: what definition.py reads, and what rules and views look at.

Every default is filled in, addresses have their canonical form, and equal settings compare equal.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from ipaddress import IPv4Network
from typing import Any, NamedTuple

from ...module_utils._netlink.address import family_of
from ...module_utils._ports import ALL, Range
from .._schema.words import DIRECTOR_ITSELF
from .packets import Packets, port_words, single
from .unknown import partly_known

# What the collection itself calls the file by which a director hands its VIPs over.
STANDBY = "standby"
# And the one by which a roll-out keeps a director from taking them.
HELD = "held"
# For vrrp.interface: advertisements by unicast take whatever way the routes are.
NO_INTERFACE = "none"
FTP_PORT = 21
FTP_DATA_PORT = 20
# The ways back of nat that lead through a gateway.
THROUGH_GATEWAY = ("policy_route", "default_route")
# These methods deliver a packet as it came: the real server sees the VIP and the service's port.
UNTOUCHED = ("dr", "tun")
BFD_PORT = 3784  # RFC 5881, section 4


@partly_known
@dataclass(frozen=True)
class Vip:
    """A virtual address. interface: the one that the owner asks for, else None. label: its name there, else None.

    gateway: the real servers' gateway, on their side of the director. routed: no host holds it, a router sends its
    packets to the director. next_hop: it serves nothing, routers send there what is for routed addresses.
    on_real_servers: one of VIP_PLACES.
    """

    address: str
    prefix: int
    interface: str | None = None
    label: str | None = None
    gateway: bool = False
    routed: bool = False
    next_hop: bool = False
    on_real_servers: str = "lo"
    path: str = field(default="", compare=False)


@partly_known
@dataclass(frozen=True)
class Director:
    """A host that balances.

    addresses: at most one of each family, the DIP: what the real servers know it by. interface: where its virtual
    addresses go, None for the one whose network they are of. vrrp_addresses: at most one of each family, by
    which the directors hear each other where that is not the DIP. other_addresses: what real servers on other networks
    know it by. connected_to, ssh_port: where Ansible connects to, as far as that is said.
    """

    host: str
    addresses: tuple[str, ...]
    interface: str | None
    priority: int
    firewall: str | None
    vrrp_addresses: tuple[str, ...] = ()
    other_addresses: tuple[str, ...] = ()
    connected_to: str | None = field(default=None, compare=False)
    ssh_port: int | None = field(default=None, compare=False)
    path: str = field(default="", compare=False)

    def address_of(self, family: str) -> str | None:
        """The DIP of this family, None where it has none."""
        return next((address for address in self.addresses if family_of(address) == family), None)

    def vrrp_address_of(self, family: str) -> str | None:
        """The address of this family by which the other directors hear it, None where it has none."""
        own = (address for address in self.vrrp_addresses if family_of(address) == family)
        return next(own, None) or self.address_of(family)

    @property
    def all_addresses(self) -> tuple[str, ...]:
        """All that the definition has of it."""
        return (*self.addresses, *self.vrrp_addresses, *self.other_addresses)

    def addresses_of(self, family: str) -> tuple[str, ...]:
        """All of this family by which real servers know it."""
        return tuple(address for address in (*self.addresses, *self.other_addresses) if family_of(address) == family)


@dataclass(frozen=True)
class HealthCheck:
    """How keepalived asks whether a real server can serve. kind: http, tcp, ... options: those that were given."""

    kind: str
    options: tuple[tuple[str, Any], ...] = ()

    def __getitem__(self, name: str) -> Any:
        return dict(self.options).get(name)


@partly_known
@dataclass(frozen=True)
class Watch:
    """What keepalived does about a service or one of its real servers beside checking; None is keepalived's default.

    alerts: whether it sends mail. raw: lines for this place of keepalived.conf. What follows raw is for services alone.
    """

    inhibit_on_failure: bool | None = None
    virtual_host: str | None = None
    alerts: bool | None = None
    raw: str | None = None
    quorum: int | None = None
    hysteresis: int | None = None
    quorum_up: str | None = None
    quorum_down: str | None = None
    alpha: bool | None = None
    omega: bool | None = None
    suspend_without_vip: bool | None = None

    @property
    def least(self) -> int:
        """The sum of weights below which a service loses its quorum: update_quorum_state() in ipwrapper.c."""
        return (self.quorum or 1) - (self.hysteresis or 0)


@partly_known
@dataclass(frozen=True)
class RealServer:
    """A server of one service. host: its inventory name, None where the collection does not manage it.

    port: 0 with a service for all ports or by firewall mark: the port of the request. Thresholds: 0 is none. The
    settings of the tunnel have a meaning with tun alone; tunnel_port is for gue. checks, watch, notify_up and
    notify_down: for keepalived. gateway: the director's address through which its answers go back, where they do.
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
    checks: tuple[HealthCheck, ...] = ()
    watch: Watch = Watch()
    notify_up: str | None = None
    notify_down: str | None = None
    gateway: str | None = None
    path: str = field(default="", compare=False)

    @property
    def is_director(self) -> bool:
        """Whether it is the director itself that has the VIP: a sorry server alone can be so."""
        return self.address in DIRECTOR_ITSELF.values()


@partly_known
@dataclass(frozen=True)
class RealServerHost:
    """What a host is as a real server of whatever services. arp: one of ARP_METHODS.

    gateways: through which it answers, where its owner says so. connection: how Ansible reaches it, where that is said.
    """

    host: str
    arp: str
    firewall: str | None
    gateways: tuple[str, ...] = field(default=(), compare=False)
    connection: str | None = field(default=None, compare=False)


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
    watch: Watch = Watch()
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


@dataclass(frozen=True)
class Track:
    """What changes an instance's priority, or takes it out of service where weight is 0.

    kind: interface, script or file. name: of the interface, or what the owner calls it. options: those that were given.
    """

    kind: str
    name: str
    weight: int
    options: tuple[tuple[str, Any], ...] = ()

    def __getitem__(self, key: str) -> Any:
        return dict(self.options).get(key)


@partly_known
@dataclass(frozen=True)
class VrrpInstance:
    """Some VIPs that move together from director to director.

    settings: those that were given, by the names of lvs_cluster.vrrp. priorities: director -> priority. path: where it
    stands. own: the keys that it has of itself and not of lvs_cluster.vrrp. strangers: the names in its priorities that
    are no directors.
    """

    name: str
    virtual_router_id: int
    vips: tuple[str, ...]
    priorities: tuple[tuple[str, int], ...]
    sync_group: str | None = None
    tracks: tuple[Track, ...] = ()
    settings: tuple[tuple[str, Any], ...] = ()
    path: str = field(default="", compare=False)
    own: frozenset[str] = field(default=frozenset(), compare=False)
    strangers: tuple[str, ...] = field(default=(), compare=False)

    def __getitem__(self, name: str) -> Any:
        return dict(self.settings).get(name)

    @property
    def family(self) -> str:
        """The family that it advertises in: IPv4 where it has VIPs of both."""
        return min(family_of(address) for address in self.vips)

    def path_of(self, key: str) -> str:
        """Where a setting stands: its own, or what all instances have."""
        return f"{self.path if key in self.own else 'lvs_cluster.vrrp'}.{key}"

    def moves_with(self, other: VrrpInstance) -> bool:
        """Whether the VIPs of both are always on the same director: vrrp_sync_master() and so on in vrrp_sync.c."""
        return self == other or (self.sync_group is not None and self.sync_group == other.sync_group)


@partly_known
@dataclass(frozen=True)
class Keepalived:
    """What concerns keepalived as a whole. authentication: None without a password, which is nobody's business here.

    email, sync_daemon: the options that were given, empty for none. script_user: user and group of what it runs.
    templates: the folder of the owner's own, as named; None for the role's alone.
    """

    instances: tuple[VrrpInstance, ...] = ()
    authentication: str | None = None
    startup_delay: float | None = None
    email: tuple[tuple[str, Any], ...] = ()
    script_user: tuple[str, ...] = ("nobody",)
    raw_global_defs: str | None = None
    raw_file: str | None = None
    templates: str | None = None

    def authentication_of(self, instance: VrrpInstance) -> str | None:
        """How the directors of an instance know each other; IPv6 and version 3 have no authentication."""
        return self.authentication if instance.family == "ipv4" and instance["version"] != 3 else None


class Part(NamedTuple):
    """What a host is in one service: the service, and the host as its real server."""

    service: VirtualService
    server: RealServer

    @property
    def outside(self) -> str:
        """The family in which a tunnel comes."""
        return family_of(self.server.address)


@partly_known
@dataclass(frozen=True)
class Cluster:
    """The whole definition of one cluster. Hosts are sorted by name, services are in their owner's order.

    name: what tells it from the other clusters of the inventory. directors_group: the group of its directors.
    sync_daemon: the options of the daemons that hand connections over, empty for none. silenced: the codes of advice
    that nobody is to be told, each with the reason. vips: those of services, and the others that are listed.
    listed_vips: as their owner lists them, twice or not.
    """

    name: str
    directors_group: str
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
    keepalived: Keepalived = Keepalived()
    sync_daemon: tuple[tuple[str, Any], ...] = ()
    silenced: tuple[tuple[str, str], ...] = ()
    listed_vips: tuple[Vip, ...] = field(default=(), compare=False)

    @cached_property
    def realserver_hosts(self) -> tuple[str, ...]:
        return tuple(
            sorted({server.host for service in self.services for server in service.all_servers if server.host})
        )

    @cached_property
    def balanced_hosts(self) -> tuple[str, ...]:
        """Those that clients are sent to, without those that only say sorry."""
        return tuple(
            sorted({server.host for service in self.services for server in service.real_servers if server.host})
        )

    @property
    def ends_connections_at_once(self) -> bool:
        """Whether a connection ends with its first packet after a check has taken its real server out of the table.

        A client of UDP that sends from one port is scheduled anew then, and would else stay for up to 300 seconds, the
        kernel's timeout, with a real server that has failed: its packets are dropped (ip_vs_in_hook() in ip_vs_core.c).
        But it ends connections of TCP too that would have outlived it: when keepalived is restarted, or takes the VIPs
        back before its checks have succeeded. So not where directors hand connections over for just that.
        """
        tied = self.has_checks and any(service.ties_datagrams for service in self.services)
        return tied and not (self.sync_daemon and any(service.carries_streams for service in self.services))

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """All hosts that take part in it."""
        return tuple(sorted({*self.realserver_hosts, *(director.host for director in self.directors)}))

    @property
    def own_addresses_served(self) -> tuple[str, ...]:
        """The addresses of services that nobody has to hold: the only director has them of itself."""
        served = {address for service in self.services for address in service.named_addresses}
        return tuple(sorted(served - {vip.address for vip in self.vips}))

    @property
    def checks_by(self) -> str:
        """Who checks the real servers, and balances: one of _checks/checkers.py."""
        return {"keepalived": "keepalived", "static": "none"}[self.engine]

    @property
    def vips_by(self) -> str:
        """Who holds the virtual addresses: one of _vips/holders.py."""
        return {"keepalived": "vrrp", "static": "static"}[self.engine]

    @property
    def has_checks(self) -> bool:
        """Whether real servers that fail are taken out of the table."""
        return self.checks_by != "none"

    @property
    def moves_vips(self) -> bool:
        """Whether a virtual address is on one director at a time, and goes to another when that one fails."""
        return self.vips_by != "static"

    @property
    def instances(self) -> tuple[VrrpInstance, ...]:
        """What moves the virtual addresses; empty where nothing does."""
        return self.keepalived.instances if self.vips_by == "vrrp" else ()

    def director(self, host: str) -> Director:
        """The director of this name. KeyError where there is none."""
        return {director.host: director for director in self.directors}[host]

    @cached_property
    def _parts(self) -> dict[str, tuple[Part, ...]]:
        parts: dict[str, list[Part]] = defaultdict(list)
        for service in self.services:
            for server in service.all_servers:
                if server.host:
                    parts[server.host].append(Part(service, server))
        return {host: tuple(of_host) for host, of_host in parts.items()}

    @cached_property
    def _real_servers_by_host(self) -> dict[str, RealServerHost]:
        return {each.host: each for each in self.real_servers}

    def real_server_host(self, host: str) -> RealServerHost | None:
        """What a host is as a real server; None where it is none of this inventory."""
        return self._real_servers_by_host.get(host)

    def parts_of(self, host: str) -> tuple[Part, ...]:
        """What a host is in each service for which it is a real server, or says sorry."""
        return self._parts.get(host, ())

    def is_director(self, host: str) -> bool:
        return any(director.host == host for director in self.directors)

    def peers_of(self, host: str) -> list[str]:
        """The other directors, where this host is a director and a real server to which they send packets by dr."""
        serves = any(part.server.forward == "dr" for part in self.parts_of(host))
        others = [director.host for director in self.directors if director.host != host]
        return others if serves and self.is_director(host) else []

    def vips_of(self, service: VirtualService) -> tuple[Vip, ...]:
        """The virtual addresses of a service. One by firewall mark may name none: it has those that no other names."""
        own = {*service.named_addresses}
        if own or service.takes_any_address:
            return tuple(vip for vip in self.vips if vip.address in own)
        named = {address for other in self.services for address in other.named_addresses}
        return tuple(
            vip
            for vip in self.vips
            if vip.address not in named
            and not vip.gateway
            and not vip.next_hop
            and family_of(vip.address) == service.family
        )

    def gateways_of(self, family: str) -> tuple[str, ...]:
        """The directors' addresses through which the answers of nat go back."""
        return tuple(
            sorted({gateway for service in self.services for gateway in service.gateways if service.family == family})
        )


def ipv4_netmask(netmask: str) -> str | None:
    """The dotted form of a netmask or of a prefix length; None where it is neither."""
    try:
        quad = str(IPv4Network(f"0.0.0.0/{netmask}").netmask)
    except ValueError:
        return None
    # IPv4Network takes 0.0.0.255 for a mask too, the inverted one
    return quad if quad != "0.0.0.0" and (netmask.isdecimal() or netmask == quad) else None
