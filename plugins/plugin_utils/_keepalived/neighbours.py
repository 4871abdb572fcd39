# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who else advertises on the directors' networks: the virtual routers that hosts report, our own and others'.

A report is what lvs.cluster.host_info returns of one host.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ...module_utils._keepalived.managed import ADVERTISED
from .._values.cluster import Cluster
from .._values.vrrp import VrrpInstance
from .advertised import in_use

Reports = Mapping[str, Mapping[str, Any]]


class VirtualRouterConflicts(NamedTuple):
    """A sentence for each master that advertises one of our virtual routers from an address that no director has.

    certain: it is not a director of the cluster. possible: it may be one that has not reported its addresses.
    """

    certain: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()


def advertised_already(cluster: Cluster, reports: Reports) -> dict[str, str]:
    """Name of instance -> the address that the directors' advertisements name now.

    A running keepalived counts more than a file that nothing has loaded; among equals, the first director by name.
    """
    own = {host: reports[host] for host in sorted(_directors(cluster)) if host in reports}
    running = [router for report in own.values() if report["keepalived_runs"] for router in report["virtual_routers"]]
    stopped = [
        router for report in own.values() if not report["keepalived_runs"] for router in report["virtual_routers"]
    ]
    return in_use(cluster.keepalived.instances, running, list(_heard_of_our_own(cluster, own)), stopped)


def _heard_of_our_own(cluster: Cluster, reports: Reports) -> Iterator[dict[str, Any]]:
    known = _addresses(cluster, reports)
    for report in reports.values():
        for heard in report["heard"]:
            if heard["source"] in known:
                (first, *others) = heard["addresses"] or [""]
                advertised = first if first.startswith(ADVERTISED) and not others else ""
                yield {**heard, "name": "", "advertised": advertised}


def virtual_router_conflicts(cluster: Cluster, host: str, reports: Reports) -> VirtualRouterConflicts:
    """Which hosts, other than our directors, this host hears advertise our virtual routers."""
    known = _addresses(cluster, reports)
    unasked = sorted(_directors(cluster) - {*reports})
    sentences = []
    for heard in reports.get(host, {}).get("heard", ()):
        instance = next((each for each in cluster.keepalived.instances if _is_of(heard, each)), None)
        if instance and heard["source"] not in known:
            sentences.append(_conflict(host, instance, heard, unasked))
    found = tuple(sentences)
    return VirtualRouterConflicts(possible=found) if unasked else VirtualRouterConflicts(certain=found)


def former_peers(cluster: Cluster, host: str, reports: Reports) -> list[str]:
    """The peers of the previous configuration that are no longer directors, by address."""
    routers = reports.get(host, {}).get("virtual_routers", ())
    before = {peer for router in routers for peer in router.get("peers", ())}
    return sorted(before - _addresses(cluster, reports))


def former_directors(
    host: str, peers: Iterable[str], outsiders: Mapping[str, Collection[str]], gone: Collection[str]
) -> list[str]:
    """A sentence for each former peer that may still run.

    After this run nobody advertises to it, so it would take the VIPs while another director holds them. outsiders: the
    addresses of hosts of the inventory that are in no cluster. gone: what the operator has stopped, by name or address.
    """
    sentences = []
    for peer in peers:
        name = next((each for each, addresses in sorted(outsiders.items()) if peer in addresses), "")
        if not {peer, name} & {*gone}:
            sentences.append(_still_there(host, peer, name))
    return sentences


def _still_there(host: str, peer: str, name: str) -> str:
    stop = f"take the cluster off it (lvs.cluster.remove --limit {name})" if name else "stop its keepalived"
    return (
        f"{host} has advertised to {peer}{f' ({name})' if name else ''} until now, which is no longer a director. "
        "After this run it would hear no advertisements and take the VIPs while another director holds them. First "
        f"{stop}, or make sure that it is down; then run again with -e gone_directors={name or peer}. If it is a "
        "director whose address has changed, run the playbook for all directors."
    )


def _is_of(heard: Mapping[str, Any], instance: VrrpInstance) -> bool:
    return (heard["virtual_router_id"], heard["family"]) == (instance.virtual_router_id, instance.family)


def _conflict(host: str, instance: VrrpInstance, heard: Mapping[str, Any], unasked: list[str]) -> str:
    whose = "is not a director of this cluster"
    if unasked:
        whose = f"is not known to be a director of this cluster ({', '.join(unasked)} did not take part in this run)"
    return (
        f"{host} hears another host on {heard['interface']} advertise the virtual router {instance.virtual_router_id} "
        f"of the instance {instance.name}: {heard['source']}, by VRRP version {heard['version']}, with priority "
        f"{heard['priority']}, for {', '.join(heard['addresses']) or 'no address'}. It {whose}. Two clusters on one "
        "network need different numbers, or one of them never gets its VIPs: set virtual_router_id in "
        "lvs_cluster.vrrp, or in its instance, to a number that is not used there. If it is a former director, stop "
        "its keepalived."
    )


def _directors(cluster: Cluster) -> set[str]:
    return {director.host for director in cluster.directors}


def _addresses(cluster: Cluster, reports: Reports) -> set[str]:
    """All known addresses from which the cluster's directors may advertise."""
    defined = {address for director in cluster.directors for address in director.all_addresses}
    reported = {address for host in _directors(cluster) & {*reports} for address in reports[host]["addresses"]}
    return defined | reported
