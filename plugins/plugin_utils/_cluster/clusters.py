# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All clusters of one inventory, and what must not be between them. A real server may serve several clusters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from .._schema.fields import Problem, nearest
from .model import Cluster


@dataclass(frozen=True)
class Clusters:
    """every: all clusters, sorted by name. chosen: the names of those that this run is for."""

    every: tuple[Cluster, ...]
    chosen: tuple[str, ...]

    @classmethod
    def of(cls, *clusters: Cluster, wanted: str | None = None) -> Clusters:
        """wanted: the names of those that are chosen, with commas between them; None for all."""
        every = tuple(sorted(clusters, key=lambda cluster: cluster.name))
        names = [cluster.name for cluster in every] if wanted is None else wanted.split(",")
        return cls(every, tuple(name.strip() for name in names if name.strip()))

    def of_host(self, host: str) -> tuple[Cluster, ...]:
        """The clusters in which a host takes part."""
        return tuple(cluster for cluster in self.every if host in cluster.hosts)

    def directed_by(self, host: str) -> Cluster | None:
        """The cluster of a director, None for other hosts."""
        return next((cluster for cluster in self.every if cluster.is_director(host)), None)

    def only(self, names: Iterable[str]) -> Clusters:
        return replace(self, every=tuple(cluster for cluster in self.every if cluster.name in names))

    def without(self, names: Iterable[str]) -> Clusters:
        return replace(self, every=tuple(cluster for cluster in self.every if cluster.name not in names))


def problems_between(clusters: Clusters) -> Iterator[Problem]:
    """What is wrong with clusters together, each of them right by itself."""
    names = [cluster.name for cluster in clusters.every]
    for wanted in clusters.chosen:
        if wanted not in names:
            yield Problem("lvs_cluster_name", f"{wanted!r} is not a cluster of this inventory{nearest(wanted, names)}")
    yield from _half_chosen(clusters)
    for first, second in _pairs(clusters.every):
        if first.name == second.name:
            yield Problem(
                "lvs_cluster.name",
                f"the clusters of the groups {first.directors_group} and {second.directors_group} are both called "
                f"{first.name}; give one of them another name",
            )
        for host in sorted(_director_names(first) & _director_names(second)):
            yield Problem(
                f"groups[{second.directors_group}]",
                f"{host} is a director of the cluster {first.name} already, and a host can direct one cluster only; "
                "take it out of one of the two groups, or make one cluster of both",
            )
        for address in sorted(_held(first) & _held(second)):
            yield Problem(
                "lvs_services",
                f"the clusters {first.name} and {second.name} both have the VIP {address}: directors of both would "
                "answer for it. Leave it to one of them",
            )


def advice_between(clusters: Clusters) -> Iterator[str]:
    """What may not work between two clusters: it depends on networks that no definition tells of."""
    for first, second in _pairs(clusters.every):
        shared = sorted(_virtual_routers(first) & _virtual_routers(second))
        if shared:
            yield (
                f"The clusters {first.name} and {second.name} use the same virtual_router_id, "
                f"{', '.join(map(str, shared))}. If they share a network, give one of them another number. "
                "[shared-virtual-router]"
            )


def _half_chosen(clusters: Clusters) -> Iterator[Problem]:
    """A director has one boot file and one packet filter for all clusters that it serves: they go together."""
    for chosen in clusters.only(clusters.chosen).every:
        for other in clusters.without(clusters.chosen).every:
            for host in sorted(_director_names(other) & {*chosen.realserver_hosts}):
                yield Problem(
                    "lvs_cluster_name",
                    f"{host} is a real server of {chosen.name} and a director of {other.name}, so both clusters are "
                    f"set up together: name {other.name} too",
                )


def _pairs(clusters: tuple[Cluster, ...]) -> Iterator[tuple[Cluster, Cluster]]:
    return ((first, second) for index, first in enumerate(clusters) for second in clusters[index + 1 :])


def _director_names(cluster: Cluster) -> set[str]:
    return {director.host for director in cluster.directors}


def _held(cluster: Cluster) -> set[str]:
    return {vip.address for vip in cluster.vips}


def _virtual_routers(cluster: Cluster) -> set[int]:
    return {instance.virtual_router_id for instance in cluster.instances}
