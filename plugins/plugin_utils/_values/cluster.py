# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole definition of one cluster.

Every default is filled in, addresses have their canonical form, and equal settings compare equal.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from ...module_utils._netlink.address import family_of
from .._schema.words import ENGINES
from .bgp import Bgp
from .director import Director
from .real_server import RealServer, RealServerHost
from .service import VirtualService
from .unknown import partly_known
from .vip import Vip
from .vrrp import Keepalived, VrrpInstance


def takes_failed_out(checks_by: str) -> bool:
    """Whether real servers that fail are taken out of the table."""
    return checks_by != "none"


def moves_vips(vips_by: str) -> bool:
    """Whether a VIP is on one director at a time, and goes to another when that one fails."""
    return vips_by == "vrrp"


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
    checks_by: who checks the real servers, and balances (_checks/checkers.py). vips_by: who holds the VIPs
    (_vips/holders.py). given_engine: the word for both, where their owner has given it.
    bgp: how directors announce the VIPs, None where nothing is said of it.
    listed_vips: as their owner lists them, twice or not. take_over_from: what has had the services until now.
    """

    name: str
    directors_group: str
    checks_by: str
    vips_by: str
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
    keepalived: Keepalived = field(default_factory=Keepalived)
    sync_daemon: tuple[tuple[str, Any], ...] = ()
    silenced: tuple[tuple[str, str], ...] = ()
    take_over_from: tuple[str, ...] = ()
    bgp: Bgp | None = None
    listed_vips: tuple[Vip, ...] = field(default=(), compare=False)
    given_engine: str | None = field(default=None, compare=False)

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

        A UDP client that sends from one port is then scheduled again. Otherwise it would stay for up to 300 seconds,
        the kernel's timeout, with a real server that has failed: its packets are dropped (ip_vs_in_hook() in
        ip_vs_core.c). But this also ends TCP connections that would have survived, when keepalived is restarted or
        takes the VIPs back before its checks have succeeded. So it is off where directors share their connections.
        """
        tied = self.has_checks and any(service.ties_datagrams for service in self.services)
        return tied and not (self.sync_daemon and any(service.carries_streams for service in self.services))

    @property
    def tracks_connections(self) -> bool:
        """Whether the packet filter has to see the connections of IPVS, which it does only where it is told to
        (ip_vs_nfct.c).
        """
        return any(service.forwards_by("nat") and service.nat_return == "source_nat" for service in self.services)

    @property
    def director_hosts(self) -> tuple[str, ...]:
        """The hosts that are its directors."""
        return tuple(director.host for director in self.directors)

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """All hosts that take part in it."""
        return tuple(sorted({*self.realserver_hosts, *self.director_hosts}))

    @property
    def held_vips(self) -> tuple[Vip, ...]:
        """The VIPs that directors have on an interface, at least now and then."""
        return tuple(vip for vip in self.vips if not vip.routed)

    @property
    def own_addresses_served(self) -> tuple[str, ...]:
        """The addresses of services that nobody has to hold: the only director has them of itself."""
        served = {address for service in self.services for address in service.named_addresses}
        return tuple(sorted(served - {vip.address for vip in self.vips}))

    @property
    def engine(self) -> str | None:
        """The word for both who checks and who holds the VIPs; None where there is none for the two."""
        own = {"checks_by": self.checks_by, "vips_by": self.vips_by}
        return next((engine for engine, axes in ENGINES.items() if axes == own), None)

    @property
    def has_checks(self) -> bool:
        return takes_failed_out(self.checks_by)

    @property
    def moves_vips(self) -> bool:
        return moves_vips(self.vips_by)

    @property
    def instances(self) -> tuple[VrrpInstance, ...]:
        """What moves the VIPs; empty where nothing does."""
        return self.keepalived.instances if self.vips_by == "vrrp" else ()

    @property
    def announces(self) -> bool:
        """Whether each director announces to routers the VIPs that it serves."""
        return self.vips_by == "bgp"

    @property
    def moves_together(self) -> bool:
        """Whether all VIPs are on the same director at any time."""
        return all(self.instances[0].moves_with(other) for other in self.instances)

    @property
    def services_of_keepalived(self) -> tuple[VirtualService, ...]:
        """The services that stand in keepalived.conf."""
        return self.services if self.checks_by == "keepalived" else ()

    @property
    def services_asked_through_path(self) -> tuple[VirtualService, ...]:
        """The services whose VIPs real servers are asked at, and answer from."""
        return tuple(service for service in self.services_of_keepalived if service.asked_at_vip)

    @property
    def uses_keepalived(self) -> bool:
        return self.checks_by == "keepalived" or self.vips_by == "vrrp"

    @property
    def keepalived_starts_sync_daemon(self) -> bool:
        """Whether keepalived hands connections over: its part for VRRP with one instance, else its part for checks."""
        by_vrrp = bool(self.sync_daemon and self.instances)
        return by_vrrp and (self.moves_together or bool(self.services_of_keepalived))

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
        return host in self.director_hosts

    def peers_of(self, host: str) -> list[str]:
        """The other directors, where this host is a director and a real server to which they send packets by dr."""
        serves = any(part.server.forward == "dr" for part in self.parts_of(host))
        others = [director for director in self.director_hosts if director != host]
        return others if serves and self.is_director(host) else []

    def vips_of(self, service: VirtualService) -> tuple[Vip, ...]:
        """The VIPs of a service. One by firewall mark may name none: it has those that no other names."""
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
