# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter lvs.cluster.strangers. Documented in strangers.yml beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..plugin_utils._operate.claimed import strangers


def _strangers(directors: Sequence[str], variables: Mapping[str, Mapping[str, Any]]) -> list[str]:
    reports = {}
    for host in variables:
        found = variables[host]
        report = found.get("director_preflight") or found.get("realserver_preflight")
        if report and "hardware_addresses" in report:
            reports[host] = report
    return strangers(directors, reports)


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"strangers": _strangers}
