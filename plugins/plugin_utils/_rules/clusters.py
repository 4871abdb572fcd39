# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Between the clusters of an inventory: what cannot be, or may not work, each of them right by itself."""

from __future__ import annotations

from collections.abc import Iterator

from .._schema.sentences import nearest
from .._values.cluster import Cluster
from .._values.clusters import Clusters
from .rule import Note, advice, error, whole

Pair = tuple[Cluster, Cluster]


def pairs(clusters: Clusters) -> Iterator[Pair]:
    every = clusters.every
    return ((first, second) for index, first in enumerate(every) for second in every[index + 1 :])


@error("LVS601", "unknown-cluster", each=whole)
def unknown_cluster(clusters: Clusters) -> Iterator[Note]:
    """The run names a cluster that the inventory does not define.

    Write the name of a cluster of the inventory.
    """
    names = [cluster.name for cluster in clusters.every]
    for wanted in clusters.chosen:
        if wanted not in names:
            yield Note("lvs_cluster_name", f"{wanted!r} is not a cluster of this inventory{nearest(wanted, names)}")


@error("LVS602", "cluster-missing-from-run", each=whole)
def cluster_missing_from_run(clusters: Clusters) -> Iterator[Note]:
    """A director of another cluster is a real server of the one in this run, and would be only half set up.

    Name both clusters: a director has one boot file and one packet filter for all clusters that it serves.
    """
    for chosen in clusters.only(clusters.chosen).every:
        for other in clusters.without(clusters.chosen).every:
            for host in sorted({*other.director_hosts} & {*chosen.realserver_hosts}):
                yield Note(
                    "lvs_cluster_name",
                    f"{host} is a real server of {chosen.name} and a director of {other.name}, so both clusters are "
                    f"set up together: name {other.name} too",
                )


@error("LVS603", "duplicate-cluster-name", each=pairs)
def duplicate_cluster_name(first: Cluster, second: Cluster) -> Iterator[Note]:
    """Two clusters have the same name.

    Give one of them another name (`lvs_cluster.name`).
    """
    if first.name == second.name:
        yield Note(
            "lvs_cluster.name",
            f"the clusters of the groups {first.directors_group} and {second.directors_group} are both called "
            f"{first.name}",
            "give one of them another name",
        )


@error("LVS604", "director-of-two-clusters", each=pairs)
def director_of_two_clusters(first: Cluster, second: Cluster) -> Iterator[Note]:
    """A host is a director of two clusters.

    Remove it from one of the two groups, or merge both clusters into one.
    """
    for host in sorted({*first.director_hosts} & {*second.director_hosts}):
        yield Note(
            f"groups[{second.directors_group}]",
            f"{host} is a director of the cluster {first.name} already, and a host can direct one cluster only",
            "take it out of one of the two groups, or make one cluster of both",
        )


@error("LVS605", "vip-of-two-clusters", each=pairs)
def vip_of_two_clusters(first: Cluster, second: Cluster) -> Iterator[Note]:
    """Two clusters have the same VIP, so that directors of both would answer for it.

    Leave the VIP to one of them.
    """
    for address in sorted(_held(first) & _held(second)):
        yield Note(
            "lvs_services",
            f"the clusters {first.name} and {second.name} both have the VIP {address}: directors of both would answer "
            "for it",
            "Leave it to one of them",
        )


@advice("LVS611", "shared-virtual-router-id", each=pairs)
def shared_virtual_router_id(first: Cluster, second: Cluster) -> Iterator[Note]:
    """Two clusters have the same virtual_router_id: on one network they would take each other for their own.

    If they share a network, give one of them another number.
    """
    # It depends on networks that no definition tells of.
    shared = sorted(_virtual_routers(first) & _virtual_routers(second))
    if shared:
        yield Note(
            "lvs_cluster.vrrp.virtual_router_id",
            f"The clusters {first.name} and {second.name} use the same virtual_router_id, "
            f"{', '.join(map(str, shared))}",
            "If they share a network, give one of them another number",
        )


def _held(cluster: Cluster) -> set[str]:
    return {vip.address for vip in cluster.vips}


def _virtual_routers(cluster: Cluster) -> set[int]:
    return {instance.virtual_router_id for instance in cluster.instances}
