# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a roll-out does in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate import rollout
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.rollout import Order, Report, Turn
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._doctor.clusters import many
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

SHOP, MAIL = "192.0.2.198", "192.0.2.199"
BOTH = {"lvs_directors": ["lvs1", "lvs2"]}
THREE = {"lvs_directors": ["lvs1", "lvs2", "web1"]}
SERVICES = (service(), service(name="mail", address=MAIL))
# Each director has a VIP of its own, and takes over that of the other.
APART = {
    "instances": [
        {"name": "shop", "vips": [SHOP], "priorities": {"lvs1": 110, "lvs2": 100}},
        {"name": "mail", "vips": [MAIL], "priorities": {"lvs1": 100, "lvs2": 110}},
    ]
}


def defined(groups: dict[str, Any] | None = None, hosts: dict[str, Any] | None = None, **cluster: Any) -> Cluster:
    return parse(*SERVICES, cluster=cluster, groups=groups or BOTH, hosts=hosts, engine=None)


def holds(*vips: str, **told: Any) -> Report:
    return Report(held=frozenset(vips), **told)


def turns(cluster: Cluster, order: Order, reports: dict[str, Report]) -> dict[str, Turn]:
    return {host: rollout.turn(cluster, host, order, reports) for host in order.hosts}


def awaited(cluster: Cluster, order: Order, reports: dict[str, Report]) -> dict[str, tuple[str, ...]]:
    return {host: each.awaited for host, each in turns(cluster, order, reports).items()}


def test_the_last_director_that_serves_is_never_held() -> None:
    told = {"lvs1": holds(SHOP, MAIL), "lvs2": holds()}
    each = turns(defined(), Order(("lvs2",), ("lvs1",)), told)
    assert (each["lvs2"].hold, each["lvs1"].hold) == (True, False)


def test_nobody_is_held_where_nobody_serves_yet() -> None:
    each = turns(defined(), Order(("lvs1", "lvs2")), {"lvs1": holds(), "lvs2": holds()})
    assert {turn.hold for turn in each.values()} == {False}


def test_a_director_that_joins_learns_what_operators_have_drained() -> None:
    said = {"192.0.2.21": "-1000000\n"}
    reports = {"lvs1": Report(drains=said), "lvs2": Report(joins=True)}
    each = turns(defined(), Order(("lvs2",), ("lvs1",)), reports)
    assert (each["lvs2"].drains, each["lvs2"].found, each["lvs1"].drains) == (said, (), {})


def test_where_directors_differ_the_first_is_believed_and_a_new_one_not_at_all() -> None:
    reports = {
        "lvs1": Report(drains={"192.0.2.21": "-1\n"}),
        "lvs2": Report(drains={"192.0.2.21": "-2\n", "192.0.2.22": "-2\n"}),
        "web1": Report(joins=True, drains={"192.0.2.23": "-3\n"}),
    }
    turn = rollout.turn(defined(THREE), "web1", Order(("web1",), ("lvs1", "lvs2")), reports)
    assert turn.drains == {"192.0.2.21": "-1\n", "192.0.2.22": "-2\n"}


def test_a_director_that_joins_in_a_run_without_the_others_says_that_it_knows_no_drains() -> None:
    (advice,) = rollout.turn(defined(), "lvs2", Order(("lvs2",)), {"lvs2": Report(joins=True)}).found
    assert (advice.code, advice.severity) == ("LVS767", "advice")
    assert rollout.turn(defined(), "lvs2", Order(("lvs2",)), {"lvs2": Report()}).found == ()


@pytest.mark.parametrize(
    ("told", "joins"),
    [({}, True), ({"keepalived_is_own": True}, False), ({"files": ["/etc/lvs/ipvs.rules"]}, False)],
)
def test_a_director_joins_until_a_run_has_left_something_there(told: dict[str, Any], joins: bool) -> None:
    report = {"held": [], "files": [], "virtual_routers": [], "keepalived_is_own": False, "drains": {}}
    tested = {"plan": {"changed": []}, "hardware_addresses": {}}
    found = rollout.report_of("192.0.2.2", {**report, "ipvs": {"services": []}, **told}, tested)
    assert found.joins is joins


@pytest.mark.parametrize(
    ("kind", "forwards", "ways"),
    [("address", False, {"192.0.2.1"}), ("sysctl", False, set()), ("sysctl", True, {"192.0.2.1"})],
)
def test_a_way_leads_through_a_director_that_forwards(kind: str, forwards: bool, ways: set[str]) -> None:
    report = {"held": [], "files": [], "virtual_routers": [], "keepalived_is_own": True, "drains": {}}
    tested = {"plan": {"changed": [{"kind": kind}]}, "hardware_addresses": {"192.0.2.1": "aa"}}
    told = {**report, "ipvs": {"services": []}}
    assert rollout.report_of("192.0.2.2", told, tested, forwards).ways == ways


def test_a_way_may_not_lead_there_yet_where_a_result_leaves_changes_out() -> None:
    report = {"held": [], "files": [], "virtual_routers": [], "keepalived_is_own": True, "drains": {}}
    tested = {"plan": {"changed": many("address", "192.0.2.1/24 dev eth1")}, "hardware_addresses": {"192.0.2.1": "aa"}}
    assert rollout.report_of("192.0.2.2", {**report, "ipvs": {"services": []}}, tested).ways == set()


def test_a_director_that_serves_no_longer_keeps_what_others_still_send_to() -> None:
    reports = {"lvs1": Report(sends_to=frozenset(["192.0.2.3", "192.0.2.21"])), "lvs2": Report()}
    order = Order(("lvs2",), ("lvs1",))
    told = {host: turn.state for host, turn in turns(defined(), order, reports).items()}
    assert told == {"lvs1": "replaced", "lvs2": "merged"}
    reports["lvs1"] = Report(sends_to=frozenset(["192.0.2.21"]))
    assert rollout.turn(defined(), "lvs2", order, reports).state == "replaced"


def test_directors_of_other_clusters_do_not_count() -> None:
    order = Order(("lvs2",), ("lvs1", "mx1"))
    assert order.of(defined()) == Order(("lvs2",), ("lvs1",))
    assert not rollout.turn(defined(), "lvs1", order, {"lvs1": holds(SHOP, MAIL), "lvs2": holds()}).hold


def test_directors_that_take_no_part_are_named() -> None:
    assert rollout.turn(defined(), "lvs1", Order((), ("lvs1",)), {"lvs1": holds(SHOP)}).apart == ("lvs2",)


def test_who_holds_the_vips_has_them_again() -> None:
    told = {"lvs1": holds(SHOP, MAIL), "lvs2": holds()}
    assert awaited(defined(), Order(("lvs2",), ("lvs1",)), told) == {"lvs1": (SHOP, MAIL), "lvs2": ()}


def test_each_director_has_the_vips_again_that_it_held_and_no_others() -> None:
    told = {"lvs1": holds(SHOP), "lvs2": holds(MAIL)}
    assert awaited(defined(vrrp=APART), Order((), ("lvs1", "lvs2")), told) == {"lvs1": (SHOP,), "lvs2": (MAIL,)}


def test_the_first_director_of_a_new_cluster_gets_all() -> None:
    told = {"lvs1": holds(), "lvs2": holds()}
    assert awaited(defined(vrrp=APART), Order(("lvs2", "lvs1")), told) == {"lvs2": (SHOP, MAIL), "lvs1": ()}


def test_with_a_director_that_takes_no_part_nobody_knows_who_gets_them() -> None:
    assert awaited(defined(), Order(("lvs1",)), {"lvs1": holds()}) == {"lvs1": ()}


def test_a_routed_vip_is_nobodys() -> None:
    vips = [{"address": MAIL, "routed": True}]
    marked = service(name="mail", address=MAIL, protocol="tcp", fwmark=1)
    cluster = parse(service(), marked, cluster={"engine": "keepalived", "vips": vips})
    assert awaited(cluster, Order(("lvs1",)), {"lvs1": holds()}) == {"lvs1": (SHOP,)}


def test_who_stands_aside_gets_none() -> None:
    aside = {"lvs1": holds(in_standby=True), "lvs2": holds()}
    assert awaited(defined(), Order(("lvs1", "lvs2")), aside)["lvs1"] == ()
    assert awaited(defined(), Order(("lvs1",), ("lvs2",)), {**aside, "lvs2": holds(SHOP)})["lvs2"] == (SHOP,)


def test_whose_priority_is_no_longer_the_highest_gives_them_up() -> None:
    hosts = {
        "lvs1": {"ansible_host": "192.0.2.2", "lvs_priority": 100},
        "lvs2": {"ansible_host": "192.0.2.3", "lvs_priority": 110},
    }
    order, told = Order(("lvs2",), ("lvs1",)), {"lvs1": holds(SHOP, MAIL), "lvs2": holds()}
    assert awaited(defined(hosts=hosts), order, told)["lvs1"] == ()
    assert awaited(defined(hosts=hosts, vrrp={"preempt": False}), order, told)["lvs1"] == (SHOP, MAIL)


def test_where_vrrp_takes_over_from_several_any_of_them_may_get_them() -> None:
    told = {host: holds(SHOP, MAIL, without_vrrp=True) for host in ("lvs1", "lvs2")}
    assert awaited(defined(), Order((), ("lvs1", "lvs2")), told) == {"lvs1": (), "lvs2": ()}
    assert awaited(defined(), Order(("lvs2",), ("lvs1",)), told)["lvs1"] == (SHOP, MAIL)


def test_without_vrrp_nobody_waits_and_nobody_is_held() -> None:
    order, told = Order((), ("lvs1", "lvs2")), {"lvs1": holds(SHOP), "lvs2": holds()}
    for engine in ({"engine": "static"}, {"vips_by": "static"}):
        assert awaited(defined(**engine), order, told) == {"lvs1": (), "lvs2": ()}
        assert not turns(defined(**engine), order, told)["lvs1"].hold
    assert turns(defined(checks_by="none"), order, told)["lvs1"].hold


def test_a_director_that_waits_at_its_start_is_given_longer() -> None:
    assert turns(defined(), Order(("lvs1",)), {})["lvs1"].tries == 15
    assert turns(defined(vrrp={"startup_delay": 30}), Order(("lvs1",)), {})["lvs1"].tries == 45


def test_directors_know_each_others_hardware_where_they_serve_each_other() -> None:
    cluster = parse(service(real_servers="lvs_directors"), groups=THREE)
    macs = {"lvs1": "02:00:00:00:00:01", "lvs2": "02:00:00:00:00:02", "web1": None}
    told = {host: Report(hardware_address=mac) for host, mac in macs.items()}
    assert rollout.turn(cluster, "lvs1", Order(("lvs1",)), told).hardware_addresses == {"lvs2": macs["lvs2"]}
    assert rollout.turn(cluster, "lvs1", Order(("lvs1",)), {}).hardware_addresses == {}
    assert rollout.turn(defined(), "lvs1", Order(("lvs1",)), told).hardware_addresses == {}


@pytest.mark.parametrize("sorry", ["192.0.2.29", "127.0.0.1"])
def test_real_servers_that_are_not_defined_any_more_are_released(sorry: str) -> None:
    cluster = parse(service(forward="nat", sorry_server={"address": sorry, "port": 80}), engine="keepalived")
    table = frozenset({"192.0.2.21", "192.0.2.23", "192.0.2.29", "192.0.2.2"})
    own = "192.0.2.2" if sorry == "127.0.0.1" else sorry
    assert rollout.released(cluster, Report(sends_to=table)) == table - {"192.0.2.21", own}


def test_a_host_leaves_by_any_of_its_addresses_however_it_is_spelled() -> None:
    outsiders = {
        "web3": ["192.0.2.23", "web3"],
        "web4": ["web4", "2001:DB8:0::24"],
        "192.0.2.25": ["192.0.2.25"],
        "client": ["192.0.2.100", "client"],
    }
    gone = {"192.0.2.23", "2001:db8::24", "192.0.2.25"}
    assert rollout.left(outsiders, gone) == ("192.0.2.25", "web3", "web4")


def test_a_way_back_leads_where_every_gateway_leads_already() -> None:
    leads, does_not = Report(ways=frozenset({"198.51.100.1", "198.51.100.2"})), Report()
    assert rollout.has_return_path(["198.51.100.1"], [leads, does_not])
    assert not rollout.has_return_path(["198.51.100.1", "203.0.113.1"], [leads])
    assert not rollout.has_return_path(["198.51.100.1"], [])
    assert rollout.has_return_path([], [])


def reported(*files: str, changed: str = "address", virtual_routers: Sequence[Any] = ({"name": "lvs"},)) -> Report:
    told = {
        "virtual_routers": virtual_routers,
        "held": [f"{SHOP}/32"],
        "files": list(files),
        "keepalived_is_own": True,
        "drains": {"192.0.2.21": "-1000000\n"},
        "ipvs": {"services": [{"destinations": [{"address": "192.0.2.21"}]}, {"destinations": []}]},
    }
    tested = {"hardware_addresses": {"192.0.2.2": "02:00:00:00:00:01"}, "plan": {"changed": [{"kind": changed}]}}
    return rollout.report_of("192.0.2.2", told, tested)


def test_a_report_is_what_two_modules_have_told() -> None:
    assert reported() == Report(
        held=frozenset({SHOP}),
        ways=frozenset({"192.0.2.2"}),
        sends_to=frozenset({"192.0.2.21"}),
        hardware_address="02:00:00:00:00:01",
        drains={"192.0.2.21": "-1000000\n"},
    )
    assert reported("/etc/lvs/standby", changed="sysctl", virtual_routers=[]) == Report(
        held=frozenset({SHOP}),
        in_standby=True,
        without_vrrp=True,
        sends_to=frozenset({"192.0.2.21"}),
        hardware_address="02:00:00:00:00:01",
        drains={"192.0.2.21": "-1000000\n"},
    )


def test_who_may_still_get_packets_of_a_director_that_takes_no_part_is_left_alone() -> None:
    sends = Report(sends_to=frozenset({"192.0.2.29"}))
    assert rollout.released_by_all(defined(), {"lvs1": sends, "lvs2": Report()}) == (frozenset({"192.0.2.29"}), [])
    gone, (doubt,) = rollout.released_by_all(defined(), {"lvs1": sends})
    assert gone == frozenset()
    assert str(doubt) == (
        "192.0.2.29: no longer in the definition, but left as they are; lvs2 did not take part in this run and may "
        "still send packets there. Run the playbook without --limit to remove the cluster from them [LVS765]"
    )
    assert rollout.released_by_all(defined(), {"lvs1": Report()}) == (frozenset(), [])
