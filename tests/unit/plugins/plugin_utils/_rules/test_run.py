# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import DefinitionError
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._rules.advice import findings
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, problems, service


def test_a_plain_cluster_gets_no_advice() -> None:
    assert findings(parse(service())) == []


@pytest.mark.parametrize(
    "unknown",
    [
        {"real_servers": "wbe"},
        {"real_servers": "empty"},
        {"real_servers": [{"host": "wbe1"}]},
        {"sorry_server": {"host": "wbe1"}},
    ],
)
def test_what_the_inventory_does_not_have_has_a_code_of_its_own(unknown: dict[str, Any]) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse(service(**unknown))
    assert {problem.code for problem in caught.value.problems} == {"LVS003"}


@pytest.mark.parametrize("group", ["empty", "wbe"])
def test_so_does_a_group_of_directors_without_hosts(group: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse(service(), cluster={"directors": group})
    assert {problem.code for problem in caught.value.problems} == {"LVS003"}


def test_a_value_that_was_refused_is_refused_once() -> None:
    """What follows from a wrong value is no second problem."""
    hosts = {"web1": {"lvs_address": "192.0.2.300"}, "lvs1": {"lvs_address": "192.0.2.2", "lvs_interface": "eth 1"}}
    found = problems(
        service(port=80.5, persistence_timeout="x", real_servers=[{"host": "web1", "port": 99}]),
        hosts=hosts,
        cluster={"vips": [{"address": "192.0.2.198", "prefix": 33, "label": "eth1 1"}]},
    )
    assert sorted(line.split(": ")[0] for line in found) == [
        "hostvars[lvs1].lvs_interface",
        "hostvars[web1].lvs_address",
        "lvs_cluster.vips[0].label",
        "lvs_cluster.vips[0].prefix",
        "lvs_services[0].persistence_timeout",
        "lvs_services[0].port",
    ]
