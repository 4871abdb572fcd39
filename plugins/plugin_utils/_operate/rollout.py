# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order of a roll-out, and what is special for each director, from what they reported before any change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...module_utils._netlink.address import canonical
from ...module_utils._places import IPVS_RULES, STANDBY
from .._host_rules.joining import Joining
from .._host_rules.released import Released
from .._host_rules.run import findings
from .._rules.finding import Finding
from .._values.cluster import Cluster
from .._values.vip import without_prefix
from .._values.vrrp import VrrpInstance
from .planned import may_have

# Two seconds lie between two looks at the VIPs; a director that starts waits for startup_delay before it takes any.
TRIES, PAUSE_S = 15, 2
# The tasks between the configuration of keepalived and the first look at its VIPs, on a slow host.
START_S = 30


@dataclass(frozen=True)
class Report:
    """What a director has reported.

    held: the VIPs that it has. in_standby: whether an operator has set it to take none. without_vrrp: whether it has no
    virtual router, so that its VIPs may be on other directors too. ways: its own addresses through
    which it already forwards packets. sends_to: the real servers in its table, by address. hardware_address: of the
    interface by which the others know it, None where that is unknown. joins: whether no run has set it up yet. drains:
    what operators have done to weights there, name of file -> text.
    """

    held: frozenset[str] = frozenset()
    in_standby: bool = False
    without_vrrp: bool = False
    ways: frozenset[str] = frozenset()
    sends_to: frozenset[str] = frozenset()
    hardware_address: str | None = None
    joins: bool = False
    drains: Mapping[str, str] = field(default_factory=dict)


Reports = Mapping[str, Report]
Facts = Mapping[str, Any]


def report_of(address: str, told: Facts, tested: Facts, forwards: bool = False) -> Report:
    """address: by which the others know the director. told: what host_info has returned there. tested: what
    host_network has, in check mode: where no sysctl would change, it already forwards packets. forwards: whether the
    run has seen to that since then.
    """
    leads = forwards or not may_have(tested["plan"]["changed"], lambda change: change["kind"] == "sysctl")
    return Report(
        held=frozenset(map(without_prefix, told["held"])),
        in_standby=STANDBY in told["files"],
        without_vrrp=not told["virtual_routers"],
        ways=frozenset(tested["hardware_addresses"]) if leads else frozenset(),
        sends_to=sent_to(told),
        hardware_address=tested["hardware_addresses"].get(address),
        joins=not told["keepalived_is_own"] and IPVS_RULES not in told["files"],
        drains=told["drains"],
    )


def sent_to(told: Facts) -> frozenset[str]:
    """The real servers in the table of a director, by address. told: what host_info has returned there."""
    return frozenset(server["address"] for service in told["ipvs"]["services"] for server in service["destinations"])


@dataclass(frozen=True)
class Order:
    """The directors that take part in a run: those that wait are set up first, those that clients reach after them."""

    waiting: tuple[str, ...] = ()
    active: tuple[str, ...] = ()

    def of(self, cluster: Cluster) -> Order:
        """The same, of the directors of one cluster alone."""
        waiting, active = (
            tuple(host for host in hosts if cluster.is_director(host)) for hosts in (self.waiting, self.active)
        )
        return Order(waiting, active)

    @property
    def hosts(self) -> tuple[str, ...]:
        return (*self.waiting, *self.active)


@dataclass(frozen=True)
class Turn:
    """What is special when it is one director's turn.

    hold: whether it must take no VIP while it does not hear the others. apart: the directors of the cluster that do not
    take part in the run. awaited: the VIPs that it must have after keepalived has read its configuration; tries: how
    often to look. joins: whether no run has set it up yet. hardware_addresses: of those directors whose packets it must
    tell from clients'. drains: what operators have said about weights before it has joined. state: of its network and
    its packet filter, merged where nothing may be removed yet. found: what rules find.
    """

    hold: bool = False
    apart: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()
    tries: int = TRIES
    joins: bool = False
    hardware_addresses: Mapping[str, str] = field(default_factory=dict)
    drains: Mapping[str, str] = field(default_factory=dict)
    state: str = "replaced"
    found: tuple[Finding, ...] = ()

    @property
    def lent_s(self) -> int:
        """For how many seconds at most the loopback interface stands in for a keepalived that begins without VIPs."""
        return self.tries * PAUSE_S + START_S


def turn(cluster: Cluster, host: str, order: Order, reports: Reports) -> Turn:
    """order: the directors that take part. reports: of those that can be set up, whether or not they take part."""
    own = order.of(cluster)
    apart = tuple(host for host in cluster.director_hosts if host not in reports)
    joins = host in reports and reports[host].joins
    return Turn(
        # The last one goes on serving; where none serves yet, none has to wait.
        hold=cluster.moves_vips and bool(own.active) and own.hosts[-1:] != (host,),
        apart=apart,
        awaited=tuple(sorted(_awaited(cluster, host, own, reports))),
        tries=TRIES + int(cluster.keepalived.startup_delay or 0),
        joins=joins,
        hardware_addresses=macs_of_peers(
            cluster, host, {other: report.hardware_address for other, report in reports.items()}
        ),
        drains=_drains_of_others(reports) if joins else {},
        state="merged" if _still_serves(cluster, host, reports) else "replaced",
        found=tuple(findings(Joining(host, apart), [cluster])) if joins else (),
    )


def macs_of_peers(cluster: Cluster, host: str, macs: Mapping[str, str | None]) -> dict[str, str]:
    """Of the MAC addresses of hosts those of directors whose packets a director must tell from clients'."""
    return {peer: mac for peer in cluster.peers_of(host) if (mac := macs.get(peer))}


def _still_serves(cluster: Cluster, host: str, reports: Reports) -> bool:
    """Whether other directors may still send packets to a director that is no real server any more."""
    own = frozenset(cluster.director(host).addresses)
    sent_to = (report.sends_to for other, report in reports.items() if other != host)
    return host not in cluster.realserver_hosts and any(own & addresses for addresses in sent_to)


def _drains_of_others(reports: Reports) -> dict[str, str]:
    """What operators have said to the directors that were there before; where they differ, to the first by name."""
    before = [reports[host].drains for host in sorted(reports, reverse=True) if not reports[host].joins]
    return {name: content for drains in before for name, content in drains.items()}


def _awaited(cluster: Cluster, host: str, order: Order, reports: Reports) -> frozenset[str]:
    """The VIPs that a director has after its turn. What others hold stays there."""
    own = reports.get(host, Report())
    if cluster.announces and not own.in_standby:
        return own.held.intersection(vip.address for vip in cluster.held_vips)
    if not cluster.moves_vips or own.in_standby:
        return frozenset()
    if own.without_vrrp and len(order.active) > 1:
        return frozenset()  # without VRRP every director had them; from now on only one does
    if _begins(cluster, host, order):
        return frozenset(vip.address for vip in cluster.held_vips)
    return frozenset(
        address
        for instance in cluster.instances
        for address in own.held.intersection(instance.vips)
        if not _is_taken_from(host, instance, reports)
    )


def _begins(cluster: Cluster, host: str, order: Order) -> bool:
    """Whether it is set up first and no director has a VIP, so that it gets all of them."""
    everybody = {*cluster.director_hosts}
    return {*order.waiting} == everybody and order.waiting[0] == host


def _is_taken_from(host: str, instance: VrrpInstance, reports: Reports) -> bool:
    """Whether another director takes the VIPs of an instance as soon as both know the definition."""
    if instance["preempt"] is False:
        return False
    priorities = dict(instance.priorities)
    standby = {other for other, report in reports.items() if report.in_standby}
    return any(priority > priorities[host] for other, priority in priorities.items() if other not in standby)


def released_by_all(cluster: Cluster, reports: Reports) -> tuple[frozenset[str], list[Finding]]:
    """The real servers that no director of a cluster sends to any more, by address; and what is said where one may."""
    found = frozenset().union(*(released(cluster, report) for report in reports.values()))
    apart = sorted({*cluster.director_hosts} - {*reports})
    doubts = findings(Released(sorted(found), apart), [cluster])
    return frozenset() if apart else found, doubts


def released(cluster: Cluster, report: Report) -> frozenset[str]:
    """The real servers to which a director no longer sends packets, by address."""
    servers = {server.address for service in cluster.services for server in service.all_servers}
    sorry = {
        server.address
        for service in cluster.services
        for server in map(service.sorry_server_of, cluster.directors)
        if server
    }
    return report.sends_to - servers - sorry


def left(outsiders: Mapping[str, Iterable[str]], addresses: Iterable[str]) -> tuple[str, ...]:
    """The hosts among the real servers to which no director sends packets any more.

    outsiders: the addresses of each host that is in no cluster; it may be known by its name alone.
    """
    gone = {*addresses}
    return tuple(sorted(host for host, own in outsiders.items() if not gone.isdisjoint(map(spelled, own))))


def spelled(name: object) -> str:
    """The one spelling of an address; a name as it is."""
    try:
        return canonical(str(name))
    except ValueError:
        return str(name)


def has_return_path(gateways: Iterable[str], reports: Iterable[Report]) -> bool:
    """Whether a real server can send answers through these gateways already.

    A route through a director that does not forward yet would cut the host off, even from Ansible.
    """
    return frozenset(gateways) <= frozenset().union(*(report.ways for report in reports))
