# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Former directors: which of them a run has to look at, and from which it removes the cluster.

A former director that goes on answers beside those that remain, so it is stopped before any of them is changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...module_utils._places import HELD, KEEPALIVED_UNIT, STANDBY
from .._host_rules.dismissed import Dismissed
from .._host_rules.former_directors import FormerDirectors
from .._host_rules.run import findings
from .._keepalived.neighbours import Former
from .._rules.finding import Finding
from .._values.cluster import Cluster
from .._values.clusters import Clusters
from .rollout import spelled

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Search:
    """hosts: the former directors that the run looks at. found: what rules say of those that it cannot look at."""

    hosts: tuple[str, ...] = ()
    found: tuple[Finding, ...] = ()


def search(
    former: Iterable[Former], inventory: Mapping[str, Iterable[str]], gone: Collection[str], run: Collection[str]
) -> Search:
    """inventory: the addresses of its hosts. gone: what the operator has stopped, by name or address. run: the hosts
    that take part in a run that stops former directors.
    """
    named = [(each, _name(each, inventory)) for each in former]
    down = {*map(spelled, gone)}
    there = [(each, host) for each, host in named if not {host, each.name, *map(spelled, each.addresses)} & down]
    return Search(
        hosts=tuple(sorted({host for _each, host in there if host in run})),
        found=tuple(findings(FormerDirectors([(each, host) for each, host in there if host not in run]), [])),
    )


def _name(former: Former, inventory: Mapping[str, Iterable[str]]) -> str:
    """The name of a former director in the inventory, "" where it is not there."""
    if former.name in inventory:
        return former.name
    addresses = {*map(spelled, former.addresses)}
    return next((host for host in sorted(inventory) if not addresses.isdisjoint(map(spelled, inventory[host]))), "")


@dataclass(frozen=True)
class Dismissal:
    """What a run does with a former director.

    found: what rules find; with an error nothing is done. removes: whether the cluster is removed from it. hands_over:
    whether it has VIPs, which others take then. serves: whether it is a real server.
    """

    found: tuple[Finding, ...] = ()
    removes: bool = False
    hands_over: bool = False
    serves: bool = False


def dismissal(clusters: Clusters, host: str, told: Facts, reports: Mapping[str, Mapping[str, Facts]]) -> Dismissal:
    """told: what host_info has returned on the host. reports: the same of the directors, by the names of the clusters
    that the run is for.
    """
    directed = clusters.directed_by(host)
    left = [
        cluster
        for cluster in clusters.only(reports).every
        if cluster != directed and _acts_in(cluster, told, reports[cluster.name], clusters)
    ]
    subjects = [
        Dismissed(
            host=host,
            cluster=cluster.name,
            directs=directed.name if directed else "",
            is_own=told["keepalived_is_own"],
            vips=_vips(cluster, told),
            successors=tuple(_successors(reports[cluster.name])),
        )
        for cluster in left
    ]
    return Dismissal(
        found=tuple(finding for subject in subjects for finding in findings(subject, left)),
        removes=bool(left),
        hands_over=any(subject.vips for subject in subjects),
        serves=bool(clusters.of_host(host)),
    )


def _acts_in(cluster: Cluster, told: Facts, reports: Mapping[str, Facts], clusters: Clusters) -> bool:
    """Whether keepalived runs there, or will at the next boot, as that of a director of this cluster."""
    at_boot = told["owners"]["units"].get(KEEPALIVED_UNIT, {}).get("at_boot")
    if not told["keepalived_runs"] and not at_boot:
        return False
    own = {other["cluster"] for other in told["other_directors"]}
    if own & ({each.name for each in clusters.every} - {cluster.name}):
        return False  # it has the configuration of another cluster
    shares = any(_shares(told, report) for report in reports.values())
    return cluster.name in own or shares or bool(told["keepalived_runs"] and _vips(cluster, told))


def _shares(one: Facts, other: Facts) -> bool:
    """Whether two configurations have a virtual router in common; see plugin_utils/_keepalived/advertised.py."""
    return any(
        (mine["virtual_router_id"], mine["family"]) == (its["virtual_router_id"], its["family"])
        and (mine["advertised"] == its["advertised"] or "" in (mine["advertised"], its["advertised"]))
        for mine in one["virtual_routers"]
        for its in other["virtual_routers"]
    )


def _vips(cluster: Cluster, told: Facts) -> tuple[str, ...]:
    return tuple(sorted({vip.address for vip in cluster.held_vips}.intersection(told["addresses"])))


def _successors(reports: Mapping[str, Facts]) -> Iterator[str]:
    """The directors that take VIPs that become free."""
    for director, report in sorted(reports.items()):
        if report["keepalived_runs"] and {STANDBY, HELD}.isdisjoint(report["files"]):
            yield director
