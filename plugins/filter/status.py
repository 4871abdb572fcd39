# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter lvs.cluster.status. Documented in status.yml beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..plugin_utils._operate.health import Report, Status, by_key, overview, status


def _status(reports: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What the clusters are whose directors these are; each director knows the view of its own."""
    views = {report["status_view"]["cluster"]: report["status_view"] for report in reports.values()}
    statuses = {}
    for name in sorted(views):
        own = {host: report for host, report in reports.items() if report["status_view"]["cluster"] == name}
        statuses[name] = _of_cluster(views[name], own)
    return overview(statuses)._asdict()


def _of_cluster(view: Mapping[str, Any], reports: Mapping[str, Mapping[str, Any]]) -> Status:
    vips = [vip["address"].partition("/")[0] for vip in view["vips"]]
    told = {director: _report(report, vips) for director, report in reports.items()}
    return status(view["services"], vips, view["names"], told)


def _report(report: Mapping[str, Any], vips: list[str]) -> Report | None:
    """What a director has told, None where it has not answered."""
    kernel, addresses = report.get("status_kernel") or {}, report.get("status_addresses") or {}
    if "services" not in kernel or "missing" not in addresses:
        return None
    missing = {address.partition("/")[0] for address in addresses["missing"]}
    return Report(
        table=by_key(kernel["services"]),
        statistics=by_key(kernel["statistics"]),
        held=frozenset(vips) - missing,
        drained=frozenset(found["path"].rpartition("/")[2] for found in report["status_drained"]["files"]),
    )


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"status": _status}
