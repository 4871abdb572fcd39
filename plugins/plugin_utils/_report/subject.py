# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a report is about: a cluster as it was examined, its status, and what the doctor has found. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from .._doctor.examined import Examined
from .._operate.answer import DEGRADED, DOWN, WELL
from .._operate.doctor import ClusterFindings, found_in, judged, mutes_of
from .._operate.status import ClusterStatus, RealServerStatus
from .._operate.statuses import statuses
from .._rules.finding import ERROR

NOBODY = "No director took part in this run, so the tables are not known"


@dataclass(frozen=True)
class Subject:
    examined: Examined
    status: ClusterStatus
    findings: ClusterFindings

    @property
    def word(self) -> str:
        """The status, which is not called healthy where the doctor has found something."""
        return DEGRADED if self.status.word == WELL and self.findings.counting else self.status.word

    @cached_property
    def networks(self) -> list[IPv4Network | IPv6Network]:
        """Those that hosts have reported, without the ones that every host has; the smallest first."""
        placed = [each for report in self.examined.reports.values() for each in report.get("placed", ())]
        found = {ip_network(f"{each['address']}/{each['prefix']}", strict=False) for each in placed}
        known = [each for each in found if each.num_addresses > 1 and not (each.is_loopback or each.is_link_local)]
        return sorted(known, key=lambda each: (-each.prefixlen, str(each)))

    def network_of(self, address: str) -> str:
        """The network of an address, "" where no host has told of it."""
        try:
            own = ip_address(address)
        except ValueError:
            return ""
        return next((str(each) for each in self.networks if own.version == each.version and own in each), "")

    def holders(self, vip: str) -> list[str] | None:
        """The directors that have a VIP; None where it is none that directors hold."""
        listed = {each.address: [holder.director for holder in each.holders] for each in self.status.vips}
        return listed.get(vip)

    @cached_property
    def servers(self) -> dict[str, list[RealServerStatus]]:
        """Address of a real server -> how it is in each of its services."""
        found: dict[str, list[RealServerStatus]] = {}
        for each in self.status.real_servers:
            found.setdefault(each.address, []).append(each)
        return found

    def errors_and_warnings(self, host: str) -> tuple[int, int]:
        """How many findings name a host, without those that operators have muted."""
        own = [each for each in self.findings.counting if host in each.host.split(", ")]
        errors = sum(each.severity == ERROR for each in own)
        return errors, len(own) - errors


def subject_of(examined: Examined, reports: Mapping[str, Mapping[str, Any]], now: float) -> Subject:
    """reports: host -> what host_info has returned, of those too that could not be read. now: seconds since 1970."""
    views = {host: examined.views[host] for host in examined.cluster.director_hosts if host in examined.views}
    told = statuses(views, reports)
    name = examined.cluster.name
    status = told[0] if told else ClusterStatus(name, DOWN, [NOBODY], (), (), (), ())
    return Subject(examined, status, judged(name, found_in(examined), mutes_of(examined), now))
