# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run for some hosts of a cluster (--limit): what needs the others is left for a later run, with the reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._host_rules.run import findings
from .._host_rules.settling import Unsettled
from .._rules.finding import Finding
from .._values.cluster import Cluster
from .planned import may_have, words

View = Mapping[str, Any]


@dataclass(frozen=True)
class Settling:
    """The last step of a real server. state: replaced, or merged where it must not remove anything yet. way_back:
    whether routes and rules back to the directors are set. found: what is left for another run.
    """

    state: str = "replaced"
    way_back: bool = True
    found: tuple[Finding, ...] = ()


def settling(host: str, clusters: Iterable[Cluster], set_up: Collection[str], network: View, plan: View) -> Settling:
    """clusters: those that the host serves. set_up: the directors that this run has set up. network: what the host is
    to have. plan: what would change for that, as host_network reported before anything was changed.
    """
    clusters = [*clusters]
    missing = sorted({host for cluster in clusters for host in cluster.director_hosts} - {*set_up})
    if not missing:
        return Settling()
    # A default route through a director that does not forward would cut the host off, even from Ansible.
    risky = {route["gateway"] for route in network["routes"] if route.get("gateway") and not route.get("table")}
    new_routes = may_have((*plan["added"], *plan["changed"]), lambda change: change["kind"] == "route")
    left = Unsettled(host, missing, words(plan["removed"]), sorted(risky) if new_routes else ())
    return Settling("merged", not risky, tuple(findings(left, clusters)))
