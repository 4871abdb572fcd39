# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Directors: how many there may be, and what they know of each other."""

from __future__ import annotations

from collections.abc import Iterator

from .._cluster.model import Cluster, VirtualService
from .items import unchecked_services, whole
from .rule import Note, advice


@advice("LVS511", "several-directors", each=whole)
def several_directors(cluster: Cluster) -> Iterator[Note]:
    """With the engine `static` all directors answer for every VIP at the same time.

    Keep one director, take the engine `keepalived`, or let a router before them share the packets out (`routed`).
    """
    if not cluster.moves_vips and len(cluster.directors) > 1 and not all(vip.routed for vip in cluster.vips):
        names = ", ".join(director.host for director in cluster.directors)
        yield Note(
            f"groups[{cluster.directors_group}]",
            f"With the engine static each director has every VIP at the same time: {names} all answer ARP for it",
            "Keep one host in lvs_directors, unless a router before them shares the packets out",
        )


@advice("LVS512", "unwatched", each=unchecked_services)
def unwatched(service: VirtualService) -> Iterator[Note]:
    """A sorry server never serves with the engine `static`: nobody notices that real servers fail.

    Take the engine `keepalived`, or leave the sorry server out.
    """
    if service.sorry_server:
        yield Note(
            f"{service.path}.sorry_server",
            f"Service {service.name}: with the engine static nobody notices that real servers fail, so its sorry "
            "server never serves",
        )


@advice("LVS513", "without-synchronisation", each=whole)
def without_synchronisation(cluster: Cluster) -> Iterator[Note]:
    """Directors do not tell each other of connections, so open ones end when the VIPs move.

    Set `lvs_cluster.sync_daemon: {}`.
    """
    several = cluster.has_checks and len(cluster.directors) > 1
    if several and not cluster.sync_daemon and any(service.protocol != "udp" for service in cluster.services):
        yield Note(
            "lvs_cluster.sync_daemon",
            "Open connections end when the VIPs move to another director",
            "With lvs_cluster.sync_daemon: {} directors tell each other of them",
        )
