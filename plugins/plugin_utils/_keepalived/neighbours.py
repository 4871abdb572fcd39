# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who else advertises on the directors' networks: the virtual routers that hosts report, our own and others'.

A report is what lvs.cluster.host_info returns of one host.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...module_utils._keepalived.managed import ADVERTISED
from .._values.cluster import Cluster
from .advertised import in_use

Reports = Mapping[str, Mapping[str, Any]]


def advertised_already(cluster: Cluster, reports: Reports) -> dict[str, str]:
    """Name of instance -> the address that the directors' advertisements name now.

    A running keepalived counts more than a file that nothing has loaded; among equals, the first director by name.
    """
    own = {host: reports[host] for host in sorted(director_hosts(cluster)) if host in reports}
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


def former_peers(cluster: Cluster, host: str, reports: Reports) -> list[str]:
    """The peers of the previous configuration that are no longer directors, by address."""
    routers = reports.get(host, {}).get("virtual_routers", ())
    before = {peer for router in routers for peer in router.get("peers", ())}
    return sorted(before - known_addresses(cluster, reports))


def director_hosts(cluster: Cluster) -> set[str]:
    return {director.host for director in cluster.directors}


def known_addresses(cluster: Cluster, reports: Reports) -> set[str]:
    """All known addresses from which the cluster's directors may advertise."""
    defined = {address for director in cluster.directors for address in director.all_addresses}
    reported = {address for host in director_hosts(cluster) & {*reports} for address in reports[host]["addresses"]}
    return defined | reported
