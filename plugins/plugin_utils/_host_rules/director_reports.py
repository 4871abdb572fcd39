# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What rules are asked about when a director is configured: what all directors of its cluster have reported."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from .._keepalived.neighbours import Reports
from .._values.cluster import Cluster


@dataclass(frozen=True)
class DirectorReports:
    """host: the director. reports: what host_info has returned on each director that has answered.

    interfaces: address -> interface of the director; empty where nobody has looked. elsewhere: the names of the other
    clusters. gone: former directors that are down, by name or address.
    """

    host: str
    cluster: Cluster
    reports: Reports
    interfaces: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Collection[str] = ()
    gone: Collection[str] = ()
