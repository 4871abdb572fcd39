# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the doctor says of directors that announce their VIPs to a router."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._places import STANDBY
from ansible_collections.lvs.cluster.plugins.plugin_utils._doctor.examined import Examined
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._doctor.clusters import ON, VIP, planned, running
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

ROUTER = "192.0.2.1"
UNIT = "lvs-announcer.service"


def announcing(standby_med: int | None = None, **more: Any) -> Examined:
    """Two directors that announce a VIP. more: what lvs1 reports otherwise."""
    bgp: dict[str, Any] = {"local_as": 64520, "neighbours": [{"address": ROUTER, "remote_as": 64500}]}
    if standby_med:
        bgp["standby_med"] = standby_med
    groups = {"lvs_directors": ["lvs1", "lvs2"]}
    cluster = parse(service(), cluster={"vips_by": "bgp", "bgp": bgp}, groups=groups, engine=None)
    well = {
        "held": [f"{VIP}/32"],
        "bgp": {"program": "frr", "sessions": [session()]},
        "owners": {"units": {UNIT: ON}},
        "ipvs": {"sync_daemons": {}},
    }
    # Its table has a weight of 1 and one of 2.
    return running(cluster, {"lvs1": {**well, **more}, "lvs2": well})


def session(state: str = "Established", *announced: str) -> dict[str, Any]:
    known = {"neighbour": ROUTER, "remote_as": 64500, "state": state}
    return {**known, "announced": [*announced] if announced else [f"{VIP}/32"] if state == "Established" else []}


def found(subject: Examined) -> list[tuple[str, str, str]]:
    return [(each.code, each.host, each.observed) for each in findings(subject, [])]


def test_directors_that_announce_are_well() -> None:
    assert found(announcing()) == []


def test_each_session_must_be_there() -> None:
    down = announcing(bgp={"program": "frr", "sessions": [session("Active")]})
    assert found(down) == [("LVS822", "lvs1", f"Its session with {ROUTER} (AS 64500) is Active")]
    other = announcing(bgp={"program": "frr", "sessions": [{**session(), "neighbour": "192.0.2.77"}]})
    assert found(other) == [("LVS822", "lvs1", f"Its session with {ROUTER} (AS 64500) is not there")]


def test_a_program_that_does_not_run_is_told_once() -> None:
    assert found(announcing(bgp={"program": "bird", "sessions": []})) == [
        ("LVS822", "lvs1", "bird does not run, or has no session")
    ]
    (none,) = findings(announcing(bgp=None), [])
    assert (none.code, none.observed) == ("LVS822", "Nothing is set up to announce VIPs")
    assert none.fix == "ansible-playbook lvs.cluster.site --limit lvs1"


def test_what_it_does_not_run_with_is_no_other_difference() -> None:
    missing = planned("neighbour", ROUTER)
    down = announcing(bgp={"program": "frr", "sessions": []})
    compared = {**down.compared, "lvs1": {**down.compared["lvs1"], "bgp": missing}}
    assert [code for code, _host, _text in found(replace(down, compared=compared))] == ["LVS822"]
    up = replace(announcing(), compared=compared)
    assert found(up) == [("LVS813", "lvs1", f"It differs from the definition in neighbour {ROUTER}")]


def withdrawn(**more: Any) -> Examined:
    return announcing(held=[], bgp={"program": "frr", "sessions": [{**session(), "announced": []}]}, **more)


def test_why_a_vip_is_withdrawn_is_told() -> None:
    assert found(withdrawn()) == [("LVS823", "lvs1", f"It does not announce {VIP}: the reason is not known")]
    stopped = withdrawn(owners={"units": {UNIT: {**ON, "active": False}}})
    assert found(stopped) == [("LVS823", "lvs1", f"It does not announce {VIP}: its announcer does not run")]


def test_a_quorum_that_is_lost_withdraws_a_vip() -> None:
    subject = withdrawn()
    empty = [{**each, "destinations": []} for each in subject.reports["lvs1"]["ipvs"]["services"]]
    lost = withdrawn(ipvs={"services": empty, "sync_daemons": {}})
    (told,) = [each for each in findings(lost, []) if each.code == "LVS823"]
    assert told.observed == f"It does not announce {VIP}: tcp {VIP}:80 has no quorum"


def test_without_keepalived_the_vip_goes_and_only_that_is_told() -> None:
    assert [code for code, _host, _text in found(withdrawn(keepalived_runs=False))] == ["LVS851"]


def test_a_director_in_standby_announces_nothing() -> None:
    assert found(withdrawn(files=[STANDBY])) == []
    assert found(announcing(files=[STANDBY])) == [("LVS824", "lvs1", f"It announces {VIP}, and is in standby")]


def test_with_a_med_for_it_a_director_in_standby_announces_from_another_interface() -> None:
    assert found(announcing(standby_med=500, files=[STANDBY], held=[])) == []
    on_both = announcing(standby_med=500, files=[STANDBY])
    assert [code for code, _host, _text in found(on_both)] == ["LVS824"]


def test_what_a_director_does_not_have_it_must_not_announce() -> None:
    told = [text for code, _host, text in found(announcing(held=[])) if code == "LVS824"]
    assert told == [f"It announces {VIP}, and does not have it"]


def test_routers_must_be_told() -> None:
    silent = announcing(bgp={"program": "bird", "sessions": [session("Established", "192.0.2.77/32")]})
    assert found(silent) == [("LVS825", "lvs1", f"It has not told {ROUTER} of {VIP}")]


@pytest.mark.parametrize("code", ["LVS801", "LVS802", "LVS809"])
def test_nobody_is_asked_for_it_on_the_network(code: str) -> None:
    assert code not in {each.code for each in findings(announcing(answers={VIP: []}), [])}
