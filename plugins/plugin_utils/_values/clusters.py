# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All clusters of one inventory. A real server may serve several of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .cluster import Cluster


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
