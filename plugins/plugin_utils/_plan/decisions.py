# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a roll-out would decide, from what has been examined: what rollout, readiness and others decide, in advance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .._doctor.examined import Examined
from .._host_rules.director_reports import DirectorReports
from .._host_rules.run import findings
from .._host_rules.vip_conflicts import Answers
from .._operate import dismissal, partial, readiness, rollout
from .._rules.finding import Finding
from .._values.cluster import Cluster
from .._values.vrrp import VrrpInstance
from .subject import Facts, Subject

NOTHING: Facts = {"added": [], "changed": [], "removed": []}


@dataclass(frozen=True)
class Decisions:
    """By host. order: of the directors. ready, turns: of directors that have answered. reports: of those that a
    roll-out can set up, as they will be when former directors have handed over. dismissed: of former directors.
    settled: of real servers. leads: whether answers of a real server already have a way back before the directors are
    set up. found: all findings of rules that would end a roll-out, or that it warns of.
    """

    order: rollout.Order = field(default_factory=rollout.Order)
    ready: Mapping[str, readiness.Readiness] = field(default_factory=dict)
    reports: Mapping[str, rollout.Report] = field(default_factory=dict)
    turns: Mapping[str, rollout.Turn] = field(default_factory=dict)
    dismissed: Mapping[str, dismissal.Dismissal] = field(default_factory=dict)
    settled: Mapping[str, partial.Settling] = field(default_factory=dict)
    leads: Mapping[str, bool] = field(default_factory=dict)
    found: tuple[Finding, ...] = ()


def decisions(subject: Subject) -> Decisions:
    ready = {
        host: each for examined in subject.examined for host, each in _ready(examined, subject.taking_part).items()
    }
    dismissed = _dismissed(subject)
    reports = {
        host: report
        for examined in subject.examined
        for host, report in _handed_over(examined.cluster, _reports(examined, ready), subject, dismissed).items()
    }
    order = rollout.Order(
        tuple(host for host in ready if not reports[host].held), tuple(host for host in ready if reports[host].held)
    )
    turns = {
        host: rollout.turn(examined.cluster, host, order, _of(examined.cluster, reports))
        for examined in subject.examined
        for host in examined.directors
        if host in ready
    }
    settled = {host: _settled(subject, host, ready) for host in real_servers(subject)}
    found = [
        *(each for host in ready for each in (*ready[host].found, *turns[host].found)),
        *(each for former in dismissed.values() for each in former.found),
        *(each for settling in settled.values() for each in settling.found),
        *_on_the_wire(subject),
    ]
    return Decisions(
        order,
        ready,
        reports,
        turns,
        dismissed,
        settled,
        leads={host: _leads(subject, host, reports) for host in real_servers(subject)},
        found=tuple(dict.fromkeys(found)),
    )


def real_servers(subject: Subject) -> list[str]:
    """The hosts that take part as real servers alone: one that directs a cluster is set up as a director."""
    directors = {host for examined in subject.examined for host in examined.cluster.director_hosts}
    return [host for host in subject.taking_part if host not in directors]


def tested(parts: Mapping[str, Facts], report: Facts) -> Facts:
    """What host_compare has found in the network of a host, as a roll-out tests it. Nothing where it was not read."""
    network = parts.get("network", {})
    return {
        "plan": network.get("plan", NOTHING),
        "systemd": network.get("systemd", True),
        "hardware_addresses": report["hardware_addresses"],
    }


def _ready(examined: Examined, taking_part: Iterable[str]) -> dict[str, readiness.Readiness]:
    return {
        host: readiness.readiness(
            examined.cluster,
            host,
            report,
            examined.views[host],
            tested(examined.compared.get(host, {}), report),
            taking_part=[*taking_part],
        )
        for host, report in examined.directors.items()
    }


def _reports(examined: Examined, ready: Mapping[str, readiness.Readiness]) -> dict[str, rollout.Report]:
    return {
        host: rollout.report_of(
            examined.cluster.director(host).addresses[0],
            report,
            tested(examined.compared.get(host, {}), report),
            forwards=bool(ready[host].forwarding["sysctls"]),
        )
        for host, report in examined.directors.items()
    }


def _of(cluster: Cluster, reports: Mapping[str, rollout.Report]) -> dict[str, rollout.Report]:
    return {host: report for host, report in reports.items() if cluster.is_director(host)}


def _dismissed(subject: Subject) -> dict[str, dismissal.Dismissal]:
    told = {examined.cluster.name: examined.directors for examined in subject.examined}
    every = subject.every_report
    return {
        host: dismissal.dismissal(subject.clusters, host, every[host], told)
        for host in subject.former.directors
        if host in every
    }


def _handed_over(
    cluster: Cluster,
    reports: Mapping[str, rollout.Report],
    subject: Subject,
    dismissed: Mapping[str, dismissal.Dismissal],
) -> dict[str, rollout.Report]:
    """The reports as they will be when the VIPs of former directors have gone to those that remain."""
    then = dict(reports)
    for host, each in dismissed.items():
        for instance in cluster.instances if each.hands_over else ():
            vips = {*instance.vips}.intersection(subject.every_report[host]["addresses"])
            host_after = taker(instance, then)
            if vips and host_after:
                then[host_after] = replace(then[host_after], held=then[host_after].held | vips)
    return then


def taker(instance: VrrpInstance, reports: Mapping[str, rollout.Report]) -> str:
    """The director that gets the VIPs of an instance when all directors are there, "" where none may."""
    able = [
        (priority, host) for host, priority in instance.priorities if host in reports and not reports[host].in_standby
    ]
    return max(able, default=(0, ""))[1]


def _settled(subject: Subject, host: str, ready: Mapping[str, readiness.Readiness]) -> partial.Settling:
    parts = subject.every_compared.get(host, {})
    report = subject.every_report.get(host, {"hardware_addresses": {}})
    network = {"routes": subject.views[host]["network"]["routes"]}
    plan = tested(parts, report)["plan"]
    return partial.settling(host, subject.clusters.of_host(host), [*ready], network, plan)


def _leads(subject: Subject, host: str, reports: Mapping[str, rollout.Report]) -> bool:
    own = [report for cluster in subject.clusters.of_host(host) for report in _of(cluster, reports).values()]
    gateways: list[str] = [route["gateway"] for route in subject.views[host]["network"]["routes"]]
    return rollout.has_return_path(gateways, own)


def _on_the_wire(subject: Subject) -> list[Finding]:
    """Who else has VIPs or virtual routers of a cluster."""
    found: list[Finding] = []
    reports: dict[str, Any] = subject.every_report
    for examined in subject.examined:
        for host, report in examined.directors.items():
            heard = DirectorReports(
                host, examined.cluster, examined.directors, report["interfaces"], examined.elsewhere
            )
            found += findings(heard, [examined.cluster])
        found += findings(Answers(examined.cluster.director_hosts, reports), [examined.cluster])
    return found
