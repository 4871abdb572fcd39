# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What rules are asked about: the parts of a cluster, one at a time."""

from __future__ import annotations

from collections.abc import Iterator

from .._cluster.model import Cluster, RealServer, VirtualService, VrrpInstance


def whole(cluster: Cluster) -> Iterator[tuple[Cluster]]:
    yield (cluster,)


def services(cluster: Cluster) -> Iterator[tuple[VirtualService]]:
    for service in cluster.services:
        yield (service,)


def services_in_cluster(cluster: Cluster) -> Iterator[tuple[Cluster, VirtualService]]:
    for service in cluster.services:
        yield cluster, service


def checked_services(cluster: Cluster) -> Iterator[tuple[VirtualService]]:
    """Those whose real servers are taken out when they fail."""
    return services(cluster) if cluster.has_checks else iter(())


def unchecked_services(cluster: Cluster) -> Iterator[tuple[VirtualService]]:
    return iter(()) if cluster.has_checks else services(cluster)


def moving_instances(cluster: Cluster) -> Iterator[tuple[VrrpInstance]]:
    """Those by which VIPs really move."""
    for instance in cluster.instances:
        yield (instance,)


def name_of(server: RealServer) -> str:
    """How its owner calls a real server."""
    return server.host or server.address
