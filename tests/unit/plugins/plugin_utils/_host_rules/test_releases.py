# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a known fault of a director's release is told; which one is known stands in test_known_faults.py."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.director_reports import DirectorReports
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.table import CODES
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

ON_ETH0 = {"192.0.2.2": "eth0"}
KEPT = parse(service(), engine=None)
SORRY = parse(service(sorry_server={"address": "192.0.2.29"}), engine=None)


def told(cluster: Cluster, version: str | None = None, kernel: str | None = None) -> list[str]:
    reports = {"lvs1": {"keepalived_version": version, "kernel_release": kernel, "addresses": []}}
    return [str(found) for found in findings(DirectorReports("lvs1", cluster, reports, ON_ETH0), [cluster])]


def test_a_fault_of_keepalived_is_told_with_its_releases_and_the_way_round() -> None:
    cluster = parse(service(checks={"type": "udp", "port": 53, "payload": "00ff"}), engine=None)
    assert told(cluster, "2.2.7") == [
        "lvs1: has keepalived 2.2.7. Service shop: the payload '00ff' ends in ff. keepalived before 2.3.3 refuses a "
        "last byte ff. Choose another payload or reply, check by a command of your own ({type: misc, command: ...}), "
        "or install a newer keepalived [LVS771]"
    ]


def test_a_fault_of_the_kernel_is_told_with_the_kernel_that_runs() -> None:
    cluster = parse(service(forward="tun", tunnel_type="gre"))
    (sentence,) = told(cluster, kernel="4.18.0-553.el8_10.x86_64")
    assert sentence.startswith(
        "lvs1: runs kernel 4.18.0. There are tunnels of type gue or gre in service shop. A kernel before 5.3 "
    )
    assert told(cluster, kernel="5.14.0-570.el9.x86_64") == []


def codes(cluster: Cluster, version: str) -> list[str]:
    return [sentence.rpartition("[")[2].rstrip("]") for sentence in told(cluster, version)]


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("2.1.5", ["LVS773"]),
        ("2.2.0", []),
        ("2.2.8", []),
        ("2.3.0", ["LVS774", "LVS775"]),
        ("2.3.2", ["LVS774", "LVS775"]),
        ("2.3.3", ["LVS775"]),
        ("2.3.4", []),
        ("2.4.3", []),
    ],
)
def test_releases_with_faults_that_the_definition_would_meet_are_named(version: str, expected: list[str]) -> None:
    assert codes(SORRY, version) == expected
    assert codes(KEPT, version) == [code for code in expected if code != "LVS775"]
    assert codes(parse(service(), cluster={"checks_by": "none", "vips_by": "vrrp"}, engine=None), version) == []


def test_one_sentence_tells_of_many_services() -> None:
    names = ["shop", "mail", "news", "chat", "wiki"]
    many = [
        service(name=name, port=port, sorry_server={"address": "192.0.2.29"}) for port, name in enumerate(names, 80)
    ]
    (sentence,) = told(parse(*many, engine=None), "2.3.3")
    assert "There is a sorry server in services shop, mail, news and 2 more. keepalived from 2.3.0 on" in sentence


def test_a_rule_has_its_meaning_from_the_table() -> None:
    code = CODES["LVS775"]
    assert code.meaning.startswith(
        "A service has a sorry server, which may be removed one day. keepalived from 2.3.0 on and before 2.3.4 has a "
    )
    assert code.remedy == "Remove a sorry server only while it does not serve, or install a newer release."
