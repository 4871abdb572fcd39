# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter lvs.cluster.status. Documented in status.yml beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..plugin_utils._operate.health import Report, Status, by_key, overview, status
from ..plugin_utils._operate.readiness import names_of
from ..plugin_utils._operate.rollout import without_prefix


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
    told = {director: _report(report) for director, report in reports.items()}
    checked, moving = view["checks_by"] != "none", view["vips_by"] != "static"
    return status(view["services"], vips, view["names"], told, checked, moving)


def _report(report: Mapping[str, Any]) -> Report | None:
    """What a director has told, None where it has not answered."""
    told = report.get("status_report") or {}
    if "ipvs" not in told:
        return None
    return Report(
        table=by_key(told["ipvs"]["services"]),
        statistics=by_key(told["ipvs"]["statistics"]),
        held=frozenset(map(without_prefix, told["held"])),
        drained=names_of(told["files"]),
    )


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"status": _status}
