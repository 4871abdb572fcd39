# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.digest import digest
from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.inventory import read_clusters
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import GROUPS, HOSTS, service

KEEPALIVED = {"vrrp": {"virtual_router_id": 51, "password": "0ld-Pass"}}


def of(cluster: Mapping[str, Any] | None = None, host: Mapping[str, Any] | None = None, **changed: Any) -> str:
    definition = {"lvs_cluster": cluster or KEEPALIVED, "lvs_services": [service(**changed)]}
    hosts = {**HOSTS, "web1": {**HOSTS["web1"], **(host or {})}}
    seen = {name: {**definition, **hosts[name]} for name in hosts}
    variables = {"inventory_hostname": "lvs1", "groups": GROUPS, "hostvars": seen, **seen["lvs1"]}
    (cluster_read,) = read_clusters(variables, lambda value: value).every
    return digest(cluster_read)


def test_what_says_the_same_has_the_same_digest() -> None:
    assert of() == of(scheduler="wlc") == of({"engine": "keepalived", **KEEPALIVED})


@pytest.mark.parametrize(
    "other",
    [
        {"scheduler": "rr"},
        {"host": {"lvs_weight": 7}},
        {"cluster": {"vrrp": {"virtual_router_id": 52, "password": "0ld-Pass"}}},
    ],
)
def test_what_says_something_else_has_another(other: dict[str, Any]) -> None:
    assert of(**other) != of()


def test_a_password_has_no_part_in_it() -> None:
    assert of({"vrrp": {"virtual_router_id": 51, "password": "n3w-Pass"}}) == of()


def test_it_is_the_same_in_every_process() -> None:
    program = f"import runpy; print(runpy.run_path({__file__!r})['of']())"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True
        )
        assert done.stdout.strip() == of()
