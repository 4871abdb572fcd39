# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the table that an imported definition makes differs from that of each director that was read. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...module_utils._change import InvalidInput
from ...module_utils._ipvs.model import Table, parse_services
from ...module_utils._ipvs.plan import desired_table
from ...module_utils._ipvs.text import parse_rules, table_lines
from .._cluster.definition import Reading
from .._values.cluster import Cluster
from .._view.director import director_view
from .._view.known import Known
from .imported import Differences


def compared(reading: Reading, tables: Mapping[str, Sequence[str]]) -> Differences:
    """reading: the definition as it was imported. tables: host -> its table, as ipvsadm saves it.

    "- " heads what is there, "+ " what the definition makes.
    """
    return {host: _differences(reading, host, rules) for host, rules in tables.items()}


def _differences(reading: Reading, host: str, rules: Sequence[str]) -> list[str] | None:
    if reading.problems or not reading.cluster.is_director(host):
        return None
    try:
        made = _made(reading.cluster, host)
    except InvalidInput:
        return None
    there, wanted = (set(table_lines(table)) for table in (_there(rules), made))
    return [*_marked("-", there - wanted), *_marked("+", wanted - there)]


def _marked(sign: str, lines: set[str]) -> Iterator[str]:
    return (f"{sign} {line}" for line in sorted(lines))


def _there(rules: Sequence[str]) -> Table:
    """Of all that ipvsadm saves, the services and their real servers."""
    lines = [line for line in rules if line.startswith(("-A ", "-a "))]
    return parse_rules("\n".join(lines), "the table")[0]


def _made(cluster: Cluster, host: str) -> Table:
    services: list[dict[str, Any]] = director_view(cluster, host, Known()).options()["services"]
    return desired_table("overridden", parse_services(services), {})
