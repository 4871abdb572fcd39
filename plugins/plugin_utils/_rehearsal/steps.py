# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of a rehearsal: what is done to the clusters, on which host, and what clients may notice of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .._values.cluster import Cluster
from .._values.service import VirtualService

BOOT, ROLL_OUT, CHANGE, AGAIN = "boot", "roll_out", "change", "again"
DRAIN, SERVICE_DIES, FAILOVER, REBOOT = "drain", "service_dies", "failover", "reboot"
# The checks that ask what a stand-in serves.
_ASKS = ("http", "tcp", "udp")
# Of the laws of traffic (laws.py), what a step may break, and why.
_UNTIL_NOTICED = {"requests": "a check has to notice first", "connections": "a check has to notice first"}
_UNDER_WAY = "what is under way when VIPs move may be lost"
_MOVING = {"requests": _UNDER_WAY, "connections": _UNDER_WAY}
_NO_OTHER = {"requests": "no other director takes over", "connections": "no other director takes over"}


@dataclass(frozen=True)
class Step:
    """kind: one of the words above. cluster: the name of the one that it is about, empty for all. host: of that.

    moves: how often a VIP may go from one director to another, None for any number. breaks: see laws.nothing_lost().
    """

    kind: str
    title: str
    cluster: str = ""
    host: str = ""
    moves: int | None = 0
    breaks: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_traffic(self) -> bool:
        """Whether a client asks meanwhile: not before there is something that answers."""
        return self.kind not in (BOOT, ROLL_OUT)


def steps(clusters: Sequence[Cluster], hosts: Collection[str], machines: int, changes: bool) -> list[Step]:
    """All steps in order. hosts: those that have a machine. machines: how many there are. changes: whether there is
    another inventory that is rolled out first.
    """
    first = "Roll out the inventory that was before" if changes else "Roll out the inventory"
    return [
        Step(BOOT, f"Boot {machines} machines"),
        Step(ROLL_OUT, first),
        *([Step(CHANGE, "Change to the inventory of now", moves=None)] if changes else []),
        Step(AGAIN, "Roll out again, which must change nothing"),
        *(step for cluster in clusters for step in _of_cluster(cluster, hosts, len(clusters) > 1)),
    ]


def left_out(clusters: Iterable[Cluster], hosts: Collection[str]) -> Iterator[str]:
    """Which steps there are not, and why, as sentences."""
    for cluster in clusters:
        if not _drainable(cluster, hosts):
            yield f"Nothing is drained in {cluster.name}: no real server there can be spared"
        if not any(_is_noticed(cluster, host) for host in cluster.balanced_hosts):
            yield f"No service dies in {cluster.name}: no check asks the services, so nobody would notice"
        if not _can_hand_over(cluster):
            only = "it has one director" if len(cluster.directors) == 1 else "its VIPs do not move"
            yield f"No failover in {cluster.name}: {only}"


def _of_cluster(cluster: Cluster, hosts: Collection[str], is_named: bool) -> Iterator[Step]:
    where = f" ({cluster.name})" if is_named else ""
    spare = _drainable(cluster, hosts)
    if spare:
        yield Step(DRAIN, f"Drain {spare[0]}, and make it active again{where}", cluster.name, spare[0])
        noticed = [host for host in spare if _is_noticed(cluster, host)]
        if noticed:
            title = f"Stop what serves on {noticed[-1]}, and start it again{where}"
            yield Step(SERVICE_DIES, title, cluster.name, noticed[-1], breaks=_UNTIL_NOTICED)
    first = max(cluster.directors, key=lambda director: director.priority).host
    if _can_hand_over(cluster):
        yield Step(FAILOVER, f"Move the VIPs away from {first}, and back{where}", cluster.name, first, 2, _MOVING)
        yield Step(REBOOT, f"Reboot {first}{where}", cluster.name, first, 2, _MOVING)
    else:
        yield Step(REBOOT, f"Reboot {first}{where}", cluster.name, first, 0, _NO_OTHER)


def _is_noticed(cluster: Cluster, host: str) -> bool:
    """Whether a check asks a service of a host itself, and not only whether the host is there."""
    checks = [check for part in cluster.parts_of(host) for check in part.server.checks]
    return cluster.has_checks and any(check.kind in _ASKS for check in checks)


def _can_hand_over(cluster: Cluster) -> bool:
    return cluster.moves_vips and len(cluster.directors) > 1


def _drainable(cluster: Cluster, hosts: Collection[str]) -> list[str]:
    """The real servers that no service needs: without one of them, each still has its quorum."""
    return [
        host
        for host in cluster.balanced_hosts
        if host in hosts
        and all(_serves_without(part.service, host, hosts) for part in cluster.parts_of(host))
        and any(part.server.weight for part in cluster.parts_of(host))
    ]


def _serves_without(service: VirtualService, host: str, hosts: Collection[str]) -> bool:
    rest = sum(server.weight for server in service.real_servers if server.host in hosts and server.host != host)
    return rest >= max(1, service.watch.least) or not any(server.host == host for server in service.real_servers)
