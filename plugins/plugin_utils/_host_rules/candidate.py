# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What rules are asked about before a run changes a director: what host_info reports there, beside what is wanted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._values.cluster import Cluster

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Candidate:
    """A host that is to be a director.

    cluster: the one that it directs, None for none. report: what host_info has returned there. view: what resolve has.
    missing_packages: what it needs and is not installed. has_systemd: whether systemd starts its units. is_set_up:
    whether a run has set it up already. taking_part: the hosts of the run, None where that is unknown.
    """

    host: str
    cluster: Cluster | None
    report: Facts = field(default_factory=dict)
    view: Facts = field(default_factory=dict)
    missing_packages: tuple[str, ...] = ()
    has_systemd: bool = True
    is_set_up: bool = False
    taking_part: Collection[str] | None = None


def without_cluster(candidate: Candidate) -> Iterator[tuple[str]]:
    if candidate.cluster is None:
        yield (candidate.host,)


def directors(candidate: Candidate) -> Iterator[tuple[Candidate, Cluster]]:
    if candidate.cluster is not None:
        yield candidate, candidate.cluster


def keepalived_directors(candidate: Candidate) -> Iterator[tuple[Candidate]]:
    if candidate.cluster is not None and candidate.cluster.uses_keepalived:
        yield (candidate,)


def directors_checked_by_keepalived(candidate: Candidate) -> Iterator[tuple[Candidate]]:
    if candidate.cluster is not None and candidate.cluster.checks_by == "keepalived":
        yield (candidate,)


def directors_with_vrrp(candidate: Candidate) -> Iterator[tuple[Candidate]]:
    if candidate.cluster is not None and candidate.cluster.vips_by == "vrrp":
        yield (candidate,)
