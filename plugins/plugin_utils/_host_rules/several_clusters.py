# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A failover in an inventory of several clusters, of which one is meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .._rules.rule import Note, error, seen, whole


@dataclass(frozen=True)
class ChosenClusters:
    """names: of the clusters that a failover is for."""

    names: Sequence[str]


@error("LVS789", "several-clusters", each=whole)
def several_clusters(chosen: ChosenClusters) -> Iterator[Note]:
    """A failover is for one cluster, and the inventory has several.

    Name one with `-e lvs_cluster_name=NAME`.
    """
    if len(chosen.names) > 1:
        yield seen(
            ", ".join(chosen.names),
            "This inventory has several clusters",
            "A failover is for one of them",
            "Say which one you mean: -e lvs_cluster_name=NAME",
        )
