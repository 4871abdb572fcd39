# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run for some hosts, where others would have to accept what a director will send."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._host_rules.candidates import VIP, candidate
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import by_mark, service

MAIL = "192.0.2.199"
KNOWN = [
    {"address": VIP, "port": 80, "destinations": []},
    {"fwmark": 1, "family": "ipv4", "destinations": []},
]


def told(table: Any, taking_part: list[str] | None, **mail: Any) -> list[str]:
    """What is said where the services are in the table, and mail is defined beside shop."""
    services = service(), service(name="mail", address=MAIL, **mail)
    found = candidate(*services, ipvs={"services": table}, taking_part=taking_part)
    return [str(each) for each in findings(found, [found.cluster])]


def test_a_new_vip_that_nobody_in_the_run_accepts_is_refused() -> None:
    assert told(KNOWN, ["lvs1"]) == [
        "lvs1: 192.0.2.199 is new to it. It would send packets for it to web1, web2, and none of these real servers "
        "takes part in this run to accept them. Run the playbook for them too: --limit 'lvs1:web1:web2' [LVS761]"
    ]


def test_who_is_left_out_beside_others_is_named() -> None:
    (advice,) = told(KNOWN, ["lvs1", "web1"])
    assert "It will send packets for it to web2 too as soon as a check finds the service there, but they" in advice
    assert advice.endswith(" [LVS762]")


@pytest.mark.parametrize(
    ("table", "taking_part", "mail"),
    [
        (KNOWN, ["lvs1", "web1", "web2"], {}),
        (KNOWN, None, {}),  # nobody knows who takes part
        ([], ["lvs1"], {}),  # set up anew
        ([*KNOWN, {"address": MAIL, "port": 80, "destinations": []}], ["lvs1"], {}),
        (KNOWN, ["lvs1"], {"forward": "nat", "nat_return": "source_nat"}),
    ],
)
def test_there_is_nothing_to_say_where_packets_are_accepted(table: Any, taking_part: Any, mail: Any) -> None:
    assert told(table, taking_part, **mail) == []


def sent(forward: str, **others: Any) -> dict[str, Any]:
    """shop in a table, as it is sent now."""
    tunnel = {"tunnel_type": "ipip", "tunnel_port": 0, "tunnel_checksum": "nocsum", **others}
    servers = [{"address": f"192.0.2.{number}", "port": 80, "forward": forward, **tunnel} for number in (21, 22)]
    return {"address": VIP, "port": 80, "protocol": "tcp", "destinations": servers}


def begins(
    table: Any, taking_part: list[str] | None, cluster: Any = None, source_nat: Sequence[Any] = (), **shop: Any
) -> list[str]:
    ipvs = {"services": [table]}
    found = candidate(service(**shop), cluster=cluster, ipvs=ipvs, taking_part=taking_part, source_nat=source_nat)
    return [str(each) for each in findings(found, [found.cluster]) if each.code == "LVS768"]


GATEWAY = {"vips": [{"address": "192.0.2.1", "gateway": True}]}


def test_another_forwarding_method_needs_the_real_servers() -> None:
    assert begins(sent("dr"), ["lvs1", "web1"], GATEWAY, forward="nat") == [
        "lvs1: It does not forward shop by nat yet. Real servers must be prepared for that first, or clients "
        "get no answer, and this run leaves out web2. Run the playbook for all of them: --limit 'lvs1:web1:web2' "
        "[LVS768]"
    ]
    (both,) = begins(sent("nat"), ["lvs1"], forward="dr")
    assert "this run leaves out web1, web2. Run" in both
    assert begins(sent("dr"), ["lvs1"], forward="tun")
    assert begins(sent("tun", tunnel_type="gre"), ["lvs1"], forward="tun")


@pytest.mark.parametrize(
    ("table", "taking_part", "shop"),
    [
        (sent("dr"), ["lvs1"], {"forward": "dr"}),
        (sent("tun"), ["lvs1"], {"forward": "dr"}),  # they have the VIP already
        (sent("dr"), ["lvs1", "web1", "web2"], {"forward": "tun"}),
        (sent("dr"), None, {"forward": "tun"}),
        (sent("dr"), ["lvs1"], {"forward": "nat", "nat_return": "source_nat"}),
        ({**sent("dr"), "destinations": []}, ["lvs1"], {"forward": "tun"}),  # checks have taken them out
    ],
)
def test_real_servers_that_are_prepared_need_no_part_in_the_run(table: Any, taking_part: Any, shop: Any) -> None:
    assert begins(table, taking_part, **shop) == []


BY_ITS_OWN_ADDRESS = {"kind": "source_nat", "family": "ipv4", "to": "192.0.2.2"}
OF_SHOP = {**BY_ITS_OWN_ADDRESS, "address": VIP, "protocol": "tcp", "port": "80"}


def test_answers_that_went_to_the_director_by_themselves_need_a_route() -> None:
    assert begins(sent("nat"), ["lvs1"], GATEWAY, [OF_SHOP], forward="nat", nat_return="policy_route") == [
        "lvs1: It does not forward shop by nat with nat_return policy_route yet. Real servers must be prepared for "
        "that first, or clients get no answer, and this run leaves out web1, web2. Run the playbook for all of them: "
        "--limit 'lvs1:web1:web2' [LVS768]"
    ]


@pytest.mark.parametrize(
    ("rule", "shop"),
    [
        (OF_SHOP, {"nat_return": "source_nat"}),
        (OF_SHOP, {"nat_return": "none"}),  # the routes are somebody else's
        ({**OF_SHOP, "port": "443"}, {"nat_return": "policy_route"}),
        ({**OF_SHOP, "protocol": "udp"}, {"nat_return": "policy_route"}),
        ({**BY_ITS_OWN_ADDRESS, "mark": 7}, {"nat_return": "policy_route"}),
    ],
)
def test_a_service_whose_answers_go_the_old_way_needs_no_real_servers(rule: Any, shop: Any) -> None:
    assert begins(sent("nat"), ["lvs1"], GATEWAY, [rule], forward="nat", **shop) == []


def test_a_service_by_fwmark_needs_a_route_for_its_answers_too() -> None:
    servers = [{**server, "port": 0} for server in sent("nat")["destinations"]]
    found = candidate(
        by_mark(forward="nat", nat_return="policy_route"),
        cluster=GATEWAY,
        ipvs={"services": [{"fwmark": 1, "family": "ipv4", "destinations": servers}]},
        source_nat=[{**BY_ITS_OWN_ADDRESS, "mark": 1}],
        taking_part=["lvs1"],
    )
    assert [each.code for each in findings(found, [found.cluster])] == ["LVS768"]
