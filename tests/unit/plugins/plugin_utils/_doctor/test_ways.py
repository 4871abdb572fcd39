# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The packets for whose ways hosts ask, and what the doctor says of the answers."""

from __future__ import annotations

from typing import Any

from ansible_collections.lvs.cluster.plugins.plugin_utils._doctor.examined import Examined
from ansible_collections.lvs.cluster.plugins.plugin_utils._doctor.packets import A_CLIENT, asked_ways
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._doctor.clusters import (
    CLUSTER,
    COMPARED,
    planned,
    reported,
    running,
    way,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

GATEWAY = "192.0.2.9"
NAT = parse(
    service(forward="nat"),
    cluster={"sync_daemon": {"id": 51}, "vips": [{"address": GATEWAY, "gateway": True}]},
    groups={"lvs_directors": ["lvs1", "lvs2"]},
    engine=None,
)
ANSWER = {"to": A_CLIENT["ipv4"], "source": "192.0.2.21", "protocol": "tcp", "source_port": 80}


def test_directors_ask_for_real_servers_and_those_of_nat_for_a_client() -> None:
    assert asked_ways("lvs1", [CLUSTER]) == [{"to": "192.0.2.21"}, {"to": "192.0.2.22"}]
    assert asked_ways("web1", [CLUSTER]) == []
    assert asked_ways("lvs1", [NAT]) == asked_ways("lvs1", [CLUSTER, NAT])
    assert asked_ways("web1", [NAT]) == [ANSWER]


def test_a_way_that_takes_less_than_its_interface_is_told() -> None:
    for mtu, codes in ((None, []), (1500, []), (1400, ["LVS815"])):
        subject = reported("lvs1", ways=[way("192.0.2.21", mtu=mtu), way("192.0.2.22")])
        assert [found.code for found in findings(subject, [])] == codes


def answering(**told: Any) -> Examined:
    """What the kernel of web1 says of an answer."""
    of_web2 = {**ANSWER, "source": "192.0.2.22"}
    return running(
        NAT,
        {
            "web1": {"ways": [way(**{**ANSWER, "gateway": GATEWAY, **told})]},
            "web2": {"ways": [way(**of_web2, gateway=GATEWAY)]},
        },
    )


def told(subject: Examined) -> list[tuple[str, str]]:
    return [(found.host, found.observed) for found in findings(subject, []) if found.code == "LVS816"]


def test_answers_of_nat_must_go_to_the_director() -> None:
    assert told(answering()) == []
    assert told(answering(gateway="192.0.2.1")) == [("web1", "Its answers to clients of shop go to 192.0.2.1 by eth1")]
    assert told(answering(gateway="")) == [("web1", "Its answers to clients of shop go to their own network by eth1")]
    refused = answering(gateway="", refused="cannot find the way to 203.0.113.1: Network is unreachable (ENETUNREACH)")
    assert told(refused)[0][1].endswith("cannot find the way to 203.0.113.1: Network is unreachable (ENETUNREACH)")


def test_the_line_asks_the_kernel_the_same() -> None:
    (found,) = [each for each in findings(answering(gateway="192.0.2.1"), []) if each.code == "LVS816"]
    assert found.fix == "ip route get 203.0.113.1 from 192.0.2.21 ipproto tcp sport 80; ip rule"


def test_routes_of_the_cluster_that_are_missing_are_told_as_such() -> None:
    subject = answering(gateway="192.0.2.1")
    missing = {**COMPARED, "web1": {**COMPARED["web1"], "network": planned("rule", "5080: from 192.0.2.21")}}
    codes = {found.code for found in findings(Examined(NAT, subject.views, subject.reports, missing), [])}
    assert codes & {"LVS813", "LVS816"} == {"LVS813"}
