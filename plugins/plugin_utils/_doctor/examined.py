# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the rules of the doctor judge: what all hosts of a running cluster have reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._operate.planned import DIFFERENCES, entries
from .._values.cluster import Cluster
from .._values.vip import without_prefix

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Examined:
    """A cluster that runs. Everything is by host.

    views: what resolve has returned. reports: what host_info has, of those that have answered. compared: the parts that
    host_compare has. unread: why a host, or how it differs from the definition, could not be looked at. elsewhere: the
    names of the other clusters.
    """

    cluster: Cluster
    views: Mapping[str, Facts] = field(default_factory=dict)
    reports: Mapping[str, Facts] = field(default_factory=dict)
    compared: Mapping[str, Mapping[str, Facts]] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)
    elsewhere: tuple[str, ...] = ()

    @property
    def directors(self) -> dict[str, Facts]:
        """The reports of the directors."""
        return {host: self.reports[host] for host in self.cluster.director_hosts if host in self.reports}

    @property
    def vips(self) -> list[str]:
        """The addresses that directors hold."""
        return list(
            dict.fromkeys(without_prefix(vip["address"]) for view in self.views.values() for vip in view["vips"])
        )

    @property
    def hosts_of_macs(self) -> dict[str, str]:
        return {mac: host for host, report in self.reports.items() for mac in report["hardware_addresses"].values()}

    def holders(self, vip: str) -> list[str]:
        """The directors that have a VIP."""
        return [host for host, report in self.directors.items() if vip in map(without_prefix, report["held"])]

    def answers(self, vip: str) -> dict[str, list[str]]:
        """Who has asked for a VIP -> the MAC addresses that have answered there."""
        asked = {host: report.get("answers", {}) for host, report in self.reports.items()}
        return {host: answers[vip] for host, answers in asked.items() if vip in answers}

    def answering(self, vip: str) -> set[str]:
        """The MAC addresses that answer for a VIP, whoever has asked."""
        return {mac for macs in self.answers(vip).values() for mac in macs}

    def differences(self, host: str, part: str, kind: str | None = None) -> Iterator[Facts]:
        """What a roll-out would add, change or remove in a part of a host. kind: of these alone."""
        plan = self.compared.get(host, {}).get(part, {}).get("plan", {})
        listed = (entry for name in DIFFERENCES for entry in entries(plan.get(name, ())))
        return (entry for entry in listed if kind is None or entry["kind"] == kind)


def each_vip(examined: Examined) -> Iterator[tuple[Examined, str]]:
    """Each VIP that hosts ask for on their network; one that is announced to routers is on none."""
    if not examined.cluster.announces:
        yield from ((examined, vip) for vip in examined.vips)


def each_host(examined: Examined) -> Iterator[tuple[Examined, str]]:
    """Each host that has answered."""
    yield from ((examined, host) for host in sorted(examined.reports))


def each_director(examined: Examined) -> Iterator[tuple[Examined, str, Facts]]:
    yield from ((examined, host, report) for host, report in sorted(examined.directors.items()))


def roll_out(host: str) -> str:
    """The line that sets a host up as defined."""
    return f"ansible-playbook lvs.cluster.site --limit {host}"


def stopped(report: Facts) -> bool:
    """Whether keepalived does not run, which LVS851 reports."""
    return not report["keepalived_runs"]
