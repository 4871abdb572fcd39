# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter lvs.cluster.vip_conflicts. Documented in vip_conflicts.yml beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..plugin_utils._host_rules.run import findings
from ..plugin_utils._host_rules.vip_conflicts import Answers


def _vip_conflicts(directors: Sequence[str], variables: Mapping[str, Mapping[str, Any]]) -> list[str]:
    reports = {}
    for host in variables:
        found = variables[host]
        report = found.get("director_preflight") or found.get("realserver_preflight")
        if (found.get("director_dismissal") or {}).get("hands_over"):
            report = found["director_dismissed"]  # it answers until the run removes the cluster from it
        if report and "hardware_addresses" in report:
            reports[host] = report
    return list(map(str, findings(Answers(directors, reports), [])))


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"vip_conflicts": _vip_conflicts}
