# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a director balances, and what it needs beside its network and its packet filter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .._checks.checkers import checker_of
from .._keepalived.configuration import configuration
from .._keepalived.neighbours import advertised_already
from .._values.cluster import Cluster
from .._values.director import Director
from .._values.identity import identity_of
from .._values.real_server import RealServer
from .._values.service import VirtualService
from .._vips.holders import holder_of
from .director_network import persistence_engines
from .entries import Address
from .known import Known

Options = dict[str, Any]


@dataclass(frozen=True)
class DirectorView:
    """All of it is empty on a host that is no director.

    address: by which the director is known. peers: the directors whose packets it must not balance, since it is a real
    server of theirs. vips: the VIPs that it holds, at least now and then. virtual_routers, sync_daemon:
    options of host_info and of ipvs_sync_daemon. keepalived: the text of keepalived.conf, None where there is none, or
    as long as nobody has looked at the host. programs: what has to be installed, by the names of files. announcing:
    what tells routers of the VIPs, as holders have it.
    """

    address: str | None = None
    peers: tuple[str, ...] = ()
    services: tuple[VirtualService, ...] = ()
    timeouts: tuple[tuple[str, int], ...] = ()
    connection_table_bits: int | None = None
    vips: tuple[Address, ...] = ()
    virtual_routers: tuple[Options, ...] = ()
    keepalived: str | None = None
    programs: tuple[str, ...] = ()
    sync_daemon: Options = field(default_factory=dict)
    announcing: Options = field(default_factory=dict)

    def options(self) -> Options:
        """The view as the return values of lvs.cluster.resolve describe it."""
        return {
            "address": self.address,
            "peers": list(self.peers),
            "services": sorted((_service(service) for service in self.services), key=_service_order),
            "schedulers": sorted({service.scheduler for service in self.services}),
            "persistence_engines": persistence_engines(self.services),
            "timeouts": dict(self.timeouts),
            "connection_table_bits": self.connection_table_bits,
            "vips": [vip.options() for vip in self.vips],
            "virtual_routers": list(self.virtual_routers),
            "keepalived": self.keepalived,
            "programs": list(self.programs),
            "sync_daemon": self.sync_daemon,
            "announcing": self.announcing,
        }


def director_view(cluster: Cluster, host: str, known: Known) -> DirectorView:
    """The view of a director of this cluster."""
    director = cluster.director(host)
    holder = holder_of(cluster)
    return DirectorView(
        address=director.addresses[0],
        peers=tuple(cluster.peers_of(host)),
        services=cluster.services,
        timeouts=cluster.timeouts,
        connection_table_bits=cluster.connection_table_bits,
        vips=tuple(holder.place(vip, director) for vip in cluster.held_vips),
        virtual_routers=holder.virtual_routers(cluster, director),
        keepalived=_keepalived(cluster, director, known),
        programs=programs(cluster),
        sync_daemon=_sync_daemon(cluster, director, known),
        announcing=holder.announcing(cluster, director),
    )


def programs(cluster: Cluster) -> tuple[str, ...]:
    """What a director needs, for each axis and at boot: the timeouts and sync daemons in /etc/lvs are ipvsadm's."""
    by_hand = cluster.sync_daemon and not cluster.keepalived_starts_sync_daemon
    at_boot = ("ipvsadm",) if by_hand or cluster.timeouts else ()
    return tuple(sorted({*checker_of(cluster).programs, *holder_of(cluster).programs(cluster), *at_boot}))


def _keepalived(cluster: Cluster, director: Director, known: Known) -> str | None:
    if not cluster.uses_keepalived or not known.interfaces:
        return None
    return configuration(cluster, director, known.interfaces, advertised_already(cluster, known.reports))


def _sync_daemon(cluster: Cluster, director: Director, known: Known) -> Options:
    """The options of ipvs_sync_daemon, but for its roles. Nothing as long as its interface is not known."""
    if cluster.keepalived_starts_sync_daemon:
        return {}
    options = {{"id": "sync_id"}.get(name, name): value for name, value in cluster.sync_daemon}
    interface = options.get("interface") or director.interface or known.interfaces.get(director.addresses[0])
    return {**options, "interface": interface} if options and interface else {}


def _service(service: VirtualService) -> Options:
    """A service as an element of the option `services` of ipvs_services. What does not apply is left out."""
    settings: Options = {
        "scheduler": service.scheduler,
        "scheduler_flags": list(service.scheduler_flags),
        "one_packet": service.one_packet,
        "persistence_timeout": service.persistence_timeout,
    }
    for name in ("persistence_netmask", "persistence_engine"):
        value = getattr(service, name)
        if value is not None:
            settings[name] = value
    destinations = sorted(service.real_servers, key=lambda server: (server.address, server.port))
    return {**identity_of(service), **settings, "destinations": [_destination(server) for server in destinations]}


def _destination(server: RealServer) -> Options:
    names = ["address", "port", "forward", "weight", "upper_threshold", "lower_threshold"]
    if server.forward == "tun":
        names += ["tunnel_type", "tunnel_port", "tunnel_checksum"]
    return {name: getattr(server, name) for name in names}


def _service_order(service: Options) -> tuple[object, ...]:
    return (
        service.get("fwmark", 0),
        service.get("family", ""),
        service.get("address", ""),
        service.get("port", 0),
        service.get("protocol", ""),
    )
