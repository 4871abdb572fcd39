# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which hosts a run is for, by their part, and the groups of the run that playbooks go by."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

from .._values.clusters import Clusters
from .host import members


def overview(clusters: Clusters, playing: Container[str]) -> dict[str, Any]:
    """Its length grows with the number of hosts, so one task of a run asks for it. playing: the hosts of its play."""
    chosen = clusters.only(clusters.chosen)
    mine, others = _hosts(chosen), _hosts(clusters.without(clusters.chosen))
    parts = members(chosen.every)
    directors = {*parts["directors"]}
    return {
        **parts,
        "shared": sorted(mine & others),
        "everybody": sorted(mine | others),
        "complete": sorted(
            host
            for cluster in chosen.every
            if all(director in playing for director in cluster.director_hosts)
            for host in cluster.director_hosts
        ),
        "gathered": [
            {"host": host, "groups": list(_groups(host in directors, host in others))}
            for host in sorted(mine)
            if host in playing
        ],
    }


def _hosts(clusters: Clusters) -> set[str]:
    return {host for cluster in clusters.every for host in cluster.hosts}


def _groups(directs: bool, shared: bool) -> Iterator[str]:
    """A director that is a real server too is set up as a director."""
    part = "directors" if directs else "realservers"
    yield f"lvs_cluster_{part}"
    if shared:
        yield f"lvs_cluster_shared_{part}"
