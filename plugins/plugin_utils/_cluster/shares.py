# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clusters taken apart: what every host goes by, and what one real server has beside.

What a real server must be follows from the directors, the VIPs and the services, and from itself as a server of these;
no other real server matters. A director needs all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from .._values.cluster import Cluster
from .._values.clusters import Clusters
from .._values.real_server import RealServer, RealServerHost
from .._values.service import VirtualService

SORRY = -1


class Seat(NamedTuple):
    """A server's place in a service: of which cluster, of which of its services, which of the real servers there.

    position: SORRY for the sorry server.
    """

    cluster: int
    service: int
    position: int
    server: RealServer


@dataclass
class Share:
    """All that clusters have of one real server. hosts: by the cluster's place, what the host is there."""

    hosts: dict[int, RealServerHost] = field(default_factory=dict)
    seats: list[Seat] = field(default_factory=list)


def frame_of(clusters: Clusters) -> Clusters:
    """The clusters without any real server."""
    return replace(clusters, every=tuple(map(_without_servers, clusters.every)))


def shares_of(clusters: Clusters) -> dict[str | None, Share]:
    """The share of each real server of the inventory; of all others together with None."""
    shares: dict[str | None, Share] = defaultdict(Share)
    for place, cluster in enumerate(clusters.every):
        for host in cluster.real_servers:
            shares[host.host].hosts[place] = host
        for number, service in enumerate(cluster.services):
            for position, server in enumerate(service.real_servers):
                shares[server.host].seats.append(Seat(place, number, position, server))
            if service.sorry_server:
                shares[service.sorry_server.host].seats.append(Seat(place, number, SORRY, service.sorry_server))
    return dict(shares)


def with_shares(frame: Clusters, shares: Iterable[Share]) -> Clusters:
    """The clusters with these real servers and no others."""
    hosts: dict[int, list[RealServerHost]] = defaultdict(list)
    seats: dict[tuple[int, int], list[Seat]] = defaultdict(list)
    for share in shares:
        for place, host in share.hosts.items():
            hosts[place].append(host)
        for seat in share.seats:
            seats[seat.cluster, seat.service].append(seat)
    every = (
        replace(
            cluster,
            real_servers=tuple(sorted(hosts[place], key=lambda one: one.host)),
            services=tuple(
                _seated(service, seats[place, number]) if (place, number) in seats else service
                for number, service in enumerate(cluster.services)
            ),
        )
        for place, cluster in enumerate(frame.every)
    )
    return replace(frame, every=tuple(every))


def _without_servers(cluster: Cluster) -> Cluster:
    services = tuple(replace(service, real_servers=(), sorry_server=None) for service in cluster.services)
    return replace(cluster, real_servers=(), services=services)


def _seated(service: VirtualService, seats: list[Seat]) -> VirtualService:
    by_position = {seat.position: seat.server for seat in seats}
    sorry = by_position.pop(SORRY, None)
    return replace(service, real_servers=tuple(by_position[each] for each in sorted(by_position)), sorry_server=sorry)
