# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which rules are asked about what: what hosts have reported by a step of a run, and the themes that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

from .._doctor import answers, bgp, clocks, hosts, limits, processes, sync, tables, vrrp, ways
from .._doctor.examined import Examined
from . import (
    accepted,
    announcing,
    dismissed,
    firewall,
    former_directors,
    handover,
    interfaces,
    joining,
    no_answer,
    owners,
    packages,
    released,
    releases,
    settling,
    several_clusters,
    standby,
    started,
    unknown_peers,
    unknown_words,
    vip_conflicts,
    virtual_routers,
)
from .candidate import Candidate
from .director_reports import DirectorReports
from .dismissed import Dismissed
from .former_directors import FormerDirectors
from .handover import Handover
from .joining import Joining
from .no_answer import Silent
from .released import Released
from .settling import Unsettled
from .several_clusters import ChosenClusters
from .standby import Standby
from .unknown_peers import UnknownPeers
from .unknown_words import Written
from .vip_conflicts import Answers

THEMES: Mapping[type, tuple[ModuleType, ...]] = {
    DirectorReports: (interfaces, virtual_routers, releases),
    Written: (unknown_words,),
    FormerDirectors: (former_directors,),
    Dismissed: (dismissed,),
    Candidate: (packages, owners, started, firewall, accepted, announcing),
    Answers: (vip_conflicts,),
    UnknownPeers: (unknown_peers,),
    Joining: (joining,),
    Unsettled: (settling,),
    Released: (released,),
    ChosenClusters: (several_clusters,),
    Handover: (handover,),
    Standby: (standby,),
    Silent: (no_answer,),
    Examined: (answers, hosts, ways, vrrp, bgp, tables, processes, sync, limits, clocks),
}
