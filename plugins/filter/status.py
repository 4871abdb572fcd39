# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter lvs.cluster.status. Documented in status.yml beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..plugin_utils.health import Report, by_key, status


def _status(view: Mapping[str, Any], reports: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    vips = [vip["address"].partition("/")[0] for vip in view["vips"]]
    told = {director: _report(report, vips) for director, report in reports.items()}
    return status(view["services"], vips, view["names"], told)._asdict()


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
