# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tasks have registered on other hosts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .inventory import raw_variables


def taking_part(groups: Mapping[str, Sequence[str]]) -> list[str]:
    """The hosts of the clusters that the playbooks have gathered for this run; none where none of them runs."""
    parts = (groups.get(f"lvs_cluster_{part}", ()) for part in ("directors", "realservers"))
    return [*dict.fromkeys(host for hosts in parts for host in hosts)]


def registered(task_vars: Mapping[str, Any], hosts: Iterable[str], name: str) -> dict[str, Any]:
    """Host -> the variable of this name, of those of the hosts that have it."""
    hostvars = task_vars["hostvars"]
    found = {host: raw_variables(hostvars, host).get(name) for host in hosts if host in hostvars}
    return {host: value for host, value in found.items() if value is not None}


def results(task_vars: Mapping[str, Any], hosts: Iterable[str], name: str) -> dict[str, Any]:
    """The same, of those hosts alone that were reached, and where the task has not failed."""
    found = registered(task_vars, hosts, name)
    return {host: value for host, value in found.items() if not value.get("failed") and not value.get("unreachable")}
