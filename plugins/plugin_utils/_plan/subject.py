# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan is made from: what hosts have reported, and how they differ from the definition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .._doctor.examined import Examined
from .._operate.doctor import all_examined, why_unread
from .._values.clusters import Clusters

Facts = Mapping[str, Any]
Registered = Mapping[str, Facts]


@dataclass(frozen=True)
class Former:
    """The hosts that are in no cluster any more, or no longer direct one, as the decision about former_hosts has them.

    directors, real_servers: those that a roll-out looks at. refused: why it would end there. later: what it leaves for
    another run. names: the hosts by their addresses, as far as directors have sent packets there.
    """

    directors: tuple[str, ...] = ()
    real_servers: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, told: Facts) -> Former:
        """told: what the decision has returned."""
        lists = {name: tuple(told[name]) for name in ("directors", "real_servers", "refused", "later")}
        return cls(names=told["names"], **lists)


@dataclass(frozen=True)
class Subject:
    """clusters: all of the inventory. examined: those that the run is for. reports, compared, unread: of former hosts,
    as Examined has those of the others.
    """

    clusters: Clusters
    examined: tuple[Examined, ...]
    former: Former = Former()
    reports: Registered = field(default_factory=dict)
    compared: Mapping[str, Mapping[str, Facts]] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def taking_part(self) -> list[str]:
        """The hosts of the clusters that take part in the run."""
        return sorted({host for each in self.examined for host in each.views})

    @cached_property
    def every_report(self) -> dict[str, Facts]:
        """What host_info has returned, on all hosts that have answered."""
        return {**self.reports, **{host: report for each in self.examined for host, report in each.reports.items()}}

    @cached_property
    def every_compared(self) -> dict[str, Mapping[str, Facts]]:
        """The parts that host_compare has returned, of all hosts that could be compared."""
        return {**self.compared, **{host: parts for each in self.examined for host, parts in each.compared.items()}}

    @cached_property
    def every_unread(self) -> dict[str, str]:
        """Why a host could not be looked at."""
        return {**self.unread, **{host: why for each in self.examined for host, why in each.unread.items()}}

    @cached_property
    def views(self) -> dict[str, Facts]:
        """What resolve has returned on the hosts that take part."""
        return {host: view for each in self.examined for host, view in each.views.items()}


def subject(clusters: Clusters, told: Iterable[Registered], former: Former) -> Subject:
    """told: what each of doctor.REGISTERED is on hosts that have it. former: as decided before those were looked at."""
    views, completed, reports, compared = told
    chosen = clusters.only(clusters.chosen).every
    hosts = {host for cluster in chosen for host in cluster.hosts if host in views}
    others = sorted({*former.directors, *former.real_servers} - hosts)
    answered = {host: reports[host] for host in others if "hardware_addresses" in reports.get(host, {})}
    done = {host: compared[host]["parts"] for host in answered if "parts" in compared.get(host, {})}
    return Subject(
        clusters,
        tuple(all_examined(clusters, views, completed, reports, compared)),
        former,
        reports=answered,
        compared=done,
        unread={
            host: why_unread((compared if host in answered else reports).get(host, {}))
            for host in others
            if host not in done
        },
    )
