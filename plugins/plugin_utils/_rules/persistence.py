# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Persistence: what ties a client to one real server, and what that needs."""

from __future__ import annotations

from collections.abc import Iterator

from .._cluster.model import UNTOUCHED, Cluster, VirtualService
from .items import name_of, services, services_in_cluster
from .rule import Note, advice


@advice("LVS144", "templates", each=services_in_cluster)
def templates(cluster: Cluster, service: VirtualService) -> Iterator[Note]:
    """Persistence sends known clients to a real server with weight 0, because the kernel is told to keep its templates.

    Leave `expire_quiescent_template` out, or let it be 1.
    """
    quiesced = [name_of(server) for server in service.real_servers if server.weight == 0]
    keeps = dict(cluster.ipvs_sysctls).get("expire_quiescent_template") == "0"
    if service.persistence_timeout and quiesced and keeps:
        yield Note(
            service.path,
            f"Service {service.name}: {', '.join(quiesced)} with weight 0 still gets new connections of the clients "
            "that persistence ties to it",
            "To move them too, let ipvs_sysctls.expire_quiescent_template be 1",
        )


@advice("LVS145", "ftp", each=services)
def ftp(service: VirtualService) -> Iterator[Note]:
    """FTP's data connections come to ports that the service does not take.

    Give the service port 0 and a `persistence_timeout`, or a fwmark for all its ports.
    """
    if service.is_ftp and service.fwmark is None and service.forwards_by(*UNTOUCHED):
        yield Note(
            service.path,
            f"Service {service.name}: passive FTP opens its data connections to other ports of the VIP, which this "
            "service does not take",
            "Give it port 0 and a persistence_timeout",
        )
