# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what the playbook status has registered on directors to the status of each of their clusters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._values.cluster import moves_vips, takes_failed_out
from .._values.vip import without_prefix
from .director_state import DirectorState, state_of
from .health import status
from .status import ClusterStatus

View = Mapping[str, Any]


def statuses(views: Mapping[str, View], reports: Mapping[str, Mapping[str, Any]]) -> list[ClusterStatus]:
    """views: director -> what resolve has returned. reports: director -> what host_info has, if it was reached."""
    clusters = {view["cluster"]: view for view in views.values()}
    return [
        _of_cluster(clusters[name], {host: reports.get(host, {}) for host in views if views[host]["cluster"] == name})
        for name in sorted(clusters)
    ]


def _of_cluster(view: View, reports: Mapping[str, Mapping[str, Any]]) -> ClusterStatus:
    return status(
        view["services"],
        [without_prefix(vip["address"]) for vip in view["vips"]],
        view["names"],
        {director: _state(told) for director, told in reports.items()},
        checked=takes_failed_out(view["checks_by"]),
        moving=moves_vips(view["vips_by"]),
        cluster=view["cluster"],
        unread={
            director: str(told["msg"])
            for director, told in reports.items()
            if "ipvs" not in told and "msg" in told and not told.get("unreachable")
        },
    )


def _state(told: Mapping[str, Any]) -> DirectorState | None:
    """What a director has, None where it has not answered."""
    return state_of(told) if "ipvs" in told else None
