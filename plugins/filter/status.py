# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter lvs.cluster.status. Documented in status.yml beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..plugin_utils._operate.health import DirectorState, Status, overview, state_of, status
from ..plugin_utils._operate.rollout import without_prefix
from ..plugin_utils._values.cluster import moves_vips, takes_failed_out


def _status(reports: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What the clusters are whose directors these are; each director knows the view of its own."""
    views = {report["status_view"]["cluster"]: report["status_view"] for report in reports.values()}
    statuses = {}
    for name in sorted(views):
        own = {host: report for host, report in reports.items() if report["status_view"]["cluster"] == name}
        statuses[name] = _of_cluster(views[name], own)
    return overview(statuses)._asdict()


def _of_cluster(view: Mapping[str, Any], reports: Mapping[str, Mapping[str, Any]]) -> Status:
    vips = [without_prefix(vip["address"]) for vip in view["vips"]]
    states = {director: _state(report) for director, report in reports.items()}
    checked, moving = takes_failed_out(view["checks_by"]), moves_vips(view["vips_by"])
    return status(view["services"], vips, view["names"], states, checked, moving)


def _state(report: Mapping[str, Any]) -> DirectorState | None:
    """What a director has, None where it has not answered."""
    told = report.get("status_report") or {}
    return state_of(told) if "ipvs" in told else None


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"status": _status}
