# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who else advertises on the directors' networks: the virtual routers that hosts report, our own and others', and who
was a director until now.

A report is what lvs.cluster.host_info returns of one host.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...module_utils._keepalived.managed import ADVERTISED
from .._values.cluster import Cluster
from .advertised import in_use

Reports = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Former:
    """A director of before. told_by: the director whose configuration still names it. name: "" where only its address
    is known.
    """

    told_by: str
    name: str
    addresses: tuple[str, ...]


def advertised_already(cluster: Cluster, reports: Reports) -> dict[str, str]:
    """Name of instance -> the address that the directors' advertisements name now.

    A running keepalived counts more than a file that nothing has loaded; among equals, the first director by name.
    """
    own = {host: reports[host] for host in sorted(cluster.director_hosts) if host in reports}
    running = [router for report in own.values() if report["keepalived_runs"] for router in report["virtual_routers"]]
    stopped = [
        router for report in own.values() if not report["keepalived_runs"] for router in report["virtual_routers"]
    ]
    return in_use(cluster.keepalived.instances, running, list(_heard_of_our_own(cluster, own)), stopped)


def _heard_of_our_own(cluster: Cluster, reports: Reports) -> Iterator[dict[str, Any]]:
    known = known_addresses(cluster, reports)
    for report in reports.values():
        for heard in report["heard"]:
            if heard["source"] in known:
                (first, *others) = heard["addresses"] or [""]
                advertised = first if first.startswith(ADVERTISED) and not others else ""
                yield {**heard, "name": "", "advertised": advertised}


def former_directors(cluster: Cluster, reports: Reports, elsewhere: Collection[str] = ()) -> list[Former]:
    """Whom the previous configurations of directors name that is no director any more, by no name and no address.

    elsewhere: the names of the other clusters. What the configuration of one of those says is no matter of this one.
    """
    hosts, known = {*cluster.director_hosts}, known_addresses(cluster, reports)
    found: dict[tuple[str, tuple[str, ...]], Former] = {}
    for host in sorted(hosts & {*reports}):
        for name, addresses in _named_by(reports[host], elsewhere):
            if name not in hosts and known.isdisjoint(addresses):
                found.setdefault((name, addresses), Former(host, name, addresses))
    return [found[key] for key in sorted(found)]


def _named_by(report: Mapping[str, Any], elsewhere: Collection[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Name and addresses of each director in a configuration; of a peer that no line names, the address alone."""
    others = report["other_directors"]
    if any(other["cluster"] in elsewhere for other in others):
        return
    yield from ((other["name"], tuple(other["addresses"])) for other in others)
    peers = {peer for router in report["virtual_routers"] for peer in router["peers"]}
    named = {address for other in others for address in other["addresses"]}
    yield from (("", (peer,)) for peer in sorted(peers - named))


def known_addresses(cluster: Cluster, reports: Reports) -> set[str]:
    """All known addresses from which the cluster's directors may advertise."""
    defined = {address for director in cluster.directors for address in director.all_addresses}
    reported = {address for host in {*cluster.director_hosts} & {*reports} for address in reports[host]["addresses"]}
    return defined | reported
