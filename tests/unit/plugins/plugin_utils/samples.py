# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small inventory, and what the tests change of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rules import parse as rules
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import DefinitionError
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.clusters import Clusters
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.host import host_view
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.known import Known

GROUPS: Mapping[str, Sequence[str]] = {
    "all": ["lvs1", "lvs2", "web1", "web2", "six1", "named"],
    "lvs_directors": ["lvs1"],
    "web": ["web1", "web2"],
    "six": ["six1"],
    "empty": [],
}
HOSTS: Mapping[str, Mapping[str, object]] = {
    "lvs1": {"ansible_host": "192.0.2.2"},
    "lvs2": {"ansible_host": "192.0.2.3"},
    "web1": {"ansible_host": "192.0.2.21"},
    "web2": {"ansible_host": "192.0.2.22", "lvs_weight": 2},
    "six1": {"lvs_address": "2001:db8::21"},
    "named": {"ansible_host": "named.example.net"},
    "dual": {"lvs_address": "192.0.2.23", "lvs_ipv6_address": "2001:db8::23"},
}


def service(**options: object) -> dict[str, Any]:
    """A service that is right, but for the options given."""
    return {"name": "shop", "address": "192.0.2.198", "port": 80, "real_servers": "web", **options}


def by_mark(**options: object) -> dict[str, Any]:
    return {"name": "marked", "fwmark": 1, "real_servers": "web", **options}


def parse(
    *services: object,
    cluster: object = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    hosts: Mapping[str, Mapping[str, object]] | None = None,
    engine: str | None = "static",
) -> Cluster:
    """Parse a definition; groups and hosts are given where they differ from the small inventory.

    The engine is static where cluster does not say it: most of a definition is the same for both.
    """
    if engine and (cluster is None or isinstance(cluster, Mapping)):
        cluster = {"engine": engine, **(cluster or {})}
    return rules.parse(cluster, list(services), {**GROUPS, **(groups or {})}, {**HOSTS, **(hosts or {})})


def problems(*services: object, **inventory: Any) -> list[str]:
    """What is wrong with a definition, each problem as a line without its code. Arguments: those of parse()."""
    with pytest.raises(DefinitionError) as caught:
        parse(*services, **inventory)
    lines = [f"{problem.path}: {problem.sentence}" for problem in caught.value.problems]
    codes = [problem.code for problem in caught.value.problems]
    assert str(caught.value).splitlines() == [f"{line} [{code}]" for line, code in zip(lines, codes, strict=True)]
    return lines


def view(cluster: Cluster | Clusters, host: str, known: Known | None = None) -> dict[str, Any]:
    """What the modules on a host are given."""
    clusters = cluster if isinstance(cluster, Clusters) else Clusters.of(cluster)
    return host_view(clusters, host, known).options()
