# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the rules advise on a cluster of the samples."""

from __future__ import annotations

from typing import Any

from ansible_collections.lvs.cluster.plugins.plugin_utils._rules import run
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.table import CODES
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import service

PERSISTENT = {"persistence_timeout": 60}
TWO_DIRECTORS = {"lvs_directors": ["lvs1", "lvs2"]}


def weighted(first: int, second: int, **options: Any) -> dict[str, Any]:
    servers = [{"host": "web1", "weight": first}, {"host": "web2", "weight": second}]
    return service(real_servers=servers, **options)


def findings(cluster: Cluster) -> list[str]:
    return [str(found) for found in run.findings(cluster)]


def names(found: list[str]) -> list[str]:
    return [CODES[finding.rpartition(" [")[2].rstrip("]")].name for finding in found]
