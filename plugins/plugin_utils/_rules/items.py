# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What rules are asked about: the parts of a cluster, one at a time, as far as they are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from .._values.cluster import Cluster
from .._values.director import Director
from .._values.real_server import RealServer
from .._values.service import VirtualService
from .._values.unknown import Unknown, is_known
from .._values.vip import Vip
from .._values.vrrp import VrrpInstance

Item = TypeVar("Item")
Part = TypeVar("Part")


def services(cluster: Cluster) -> Iterator[tuple[VirtualService]]:
    for service in cluster.services:
        yield (service,)


def services_in_cluster(cluster: Cluster) -> Iterator[tuple[Cluster, VirtualService]]:
    for service in cluster.services:
        yield cluster, service


def checked_services(cluster: Cluster) -> Iterator[tuple[VirtualService]]:
    """Those whose real servers are taken out when they fail."""
    if cluster.has_checks:
        yield from services(cluster)


def unchecked_services(cluster: Cluster) -> Iterator[tuple[VirtualService]]:
    if not cluster.has_checks:
        yield from services(cluster)


def servers(cluster: Cluster) -> Iterator[tuple[RealServer]]:
    for service in cluster.services:
        for server in servers_of(service):
            yield (server,)


def servers_in_service(cluster: Cluster) -> Iterator[tuple[VirtualService, RealServer]]:
    for service in cluster.services:
        for server in servers_of(service):
            yield service, server


def servers_in_cluster(cluster: Cluster) -> Iterator[tuple[Cluster, VirtualService, RealServer]]:
    for service in cluster.services:
        for server in servers_of(service):
            yield cluster, service, server


def tunnelled_servers(cluster: Cluster) -> Iterator[tuple[RealServer]]:
    for server, forward in known((server for (server,) in servers(cluster)), lambda server: server.forward):
        if forward == "tun":
            yield (server,)


def listed_vips(cluster: Cluster) -> Iterator[tuple[Vip]]:
    for vip in cluster.listed_vips:
        yield (vip,)


def listed_vips_in_cluster(cluster: Cluster) -> Iterator[tuple[Cluster, Vip]]:
    for vip in cluster.listed_vips:
        yield cluster, vip


def directors(cluster: Cluster) -> Iterator[tuple[Director]]:
    for director in cluster.directors:
        yield (director,)


def directors_in_cluster(cluster: Cluster) -> Iterator[tuple[Cluster, Director]]:
    for director in cluster.directors:
        yield cluster, director


def instances(cluster: Cluster) -> Iterator[tuple[VrrpInstance]]:
    for instance in cluster.keepalived.instances:
        yield (instance,)


def instances_in_cluster(cluster: Cluster) -> Iterator[tuple[Cluster, VrrpInstance]]:
    for instance in cluster.keepalived.instances:
        yield cluster, instance


def moving_instances(cluster: Cluster) -> Iterator[tuple[VrrpInstance]]:
    """Those by which VIPs really move."""
    for instance in cluster.instances:
        yield (instance,)


def servers_of(service: VirtualService) -> Iterator[RealServer]:
    """All that a director may send packets to: the real servers of a service, and its sorry server."""
    if is_known(service, "real_servers"):
        yield from service.real_servers
    if is_known(service, "sorry_server") and service.sorry_server:
        yield service.sorry_server


def known(items: Iterable[Item], part: Callable[[Item], Part]) -> Iterator[tuple[Item, Part]]:
    """Each item with a part of it; those are left out of which that is unknown."""
    for item in items:
        try:
            found = part(item)
        except Unknown:
            continue
        yield item, found


def name_of(server: RealServer) -> str:
    """How its owner calls a real server."""
    return server.host or server.address
