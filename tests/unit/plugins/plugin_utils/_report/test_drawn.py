# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which nodes and edges the picture of a cluster has, from what its hosts have reported."""

from __future__ import annotations

from ansible_collections.lvs.cluster.plugins.plugin_utils._report.drawn import drawn
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.picture import ANSWERS, PEERS, REQUESTS, Node, Picture
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._report.subjects import (
    FINDING,
    pair,
    renamed,
    subject,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import by_mark, service

VIP = "192.0.2.198"
MANY = {f"web{number}": {"ansible_host": f"10.1.0.{number + 10}"} for number in range(1, 61)}


def node(picture: Picture, title: str) -> Node:
    (found,) = [each for each in picture.nodes if each.title == title]
    return found


def edges(picture: Picture, what: str) -> set[tuple[str, str, str, bool]]:
    titles = {each.key: each.title for each in picture.nodes}
    return {
        (titles[each.source], titles[each.target], each.method, each.flows)
        for each in picture.edges
        if each.what == what
    }


def test_a_healthy_cluster_by_direct_routing() -> None:
    picture = drawn(subject())
    assert [each.title for each in picture.nodes] == ["Clients", VIP, "lvs1", "lvs2", "web1", "web2"]
    assert (node(picture, VIP).tone, node(picture, VIP).state) == ("good", "on lvs1")
    assert node(picture, VIP).lines == ("shop: tcp 80, wlc",)
    assert node(picture, "lvs2").state == "active, has no VIP now"
    assert node(picture, "web1").lines == ("192.0.2.21", "direct routing, weight 1")
    assert node(picture, "web1").network == "192.0.2.0/24"
    assert edges(picture, REQUESTS) == {
        ("Clients", VIP, "", True),
        (VIP, "lvs1", "", True),
        ("lvs1", "web1", "dr", True),
        ("lvs1", "web2", "dr", True),
    }
    assert edges(picture, ANSWERS) == {("web1", "Clients", "dr", True), ("web2", "Clients", "dr", True)}
    assert edges(picture, PEERS) == {("lvs1", "lvs2", "", True)}


def test_answers_go_back_through_the_director_by_nat_and_past_it_by_a_tunnel() -> None:
    cluster = pair(
        service(forward="nat", real_servers="web"),
        service(name="mail", port=25, forward="tun", real_servers=[{"host": "six1"}]),
        hosts={
            "six1": {"ansible_host": "198.51.100.7"},
            **{f"web{n}": {"ansible_host": f"10.0.0.2{n}"} for n in (1, 2)},
        },
        cluster={"vips": [{"address": "10.0.0.1", "gateway": True}]},
    )
    picture = drawn(subject(cluster))
    assert edges(picture, ANSWERS) == {
        ("web1", "lvs1", "nat", True),
        ("web2", "lvs1", "nat", True),
        ("lvs1", "Clients", "nat", True),
        ("six1", "Clients", "tun", True),
    }
    assert [each.title for each in picture.tier("vips")] == [VIP]


def test_what_failed_or_was_drained_gets_no_packets_and_says_so() -> None:
    picture = drawn(subject(failed=["192.0.2.21"], drained=["192.0.2.22"]))
    assert (node(picture, "web1").tone, node(picture, "web1").state) == ("bad", "failed")
    assert (node(picture, "web2").tone, node(picture, "web2").state) == ("doubtful", "drained")
    assert node(picture, "web2").lines[-1] == "direct routing, weight 0 of 2"
    assert ("lvs1", "web1", "dr", False) in edges(picture, REQUESTS)
    assert edges(picture, ANSWERS) == set()


def test_what_is_wrong_in_some_services_only_is_counted() -> None:
    cluster = pair(service(), service(name="names", port=53, protocol="udp", real_servers=[{"host": "web2"}]))
    (web2,) = [each for each in drawn(subject(cluster, drained=["192.0.2.22"])).nodes if each.title == "web2"]
    assert web2.state == "drained"
    told = subject(cluster)
    first, *others = [each for each in told.status.real_servers if each.address == "192.0.2.22"]
    servers = [renamed(first, {"serving": "failed"}), *others]
    status = type(told.status)(**{**vars(told.status), "real_servers": servers})
    found = drawn(type(told)(told.examined, status, told.findings))
    assert (node(found, "web2").tone, node(found, "web2").state) == ("bad", "failed in 1 of 2 services")


def test_a_vip_on_no_director_on_two_and_not_known_where() -> None:
    nowhere = drawn(subject(held={}))
    assert (node(nowhere, VIP).tone, node(nowhere, VIP).state) == ("bad", "on no director")
    assert {flows for *_edge, flows in edges(nowhere, REQUESTS)} == {False}
    twice = drawn(subject(held={"lvs1": [VIP], "lvs2": [VIP]}))
    assert (node(twice, VIP).tone, node(twice, VIP).state) == ("bad", "on lvs1 and lvs2")
    away = drawn(subject(away=["lvs1", "lvs2"]))
    assert (node(away, VIP).tone, node(away, VIP).state) == ("plain", "holder not known")
    assert (node(away, "lvs1").tone, node(away, "lvs1").state) == ("bad", "no answer")
    assert node(away, "web1").state == "not known"


def test_what_the_doctor_finds_colours_the_host() -> None:
    web1 = node(drawn(subject(findings=[FINDING])), "web1")
    assert (web1.tone, web1.state, web1.lines[-1]) == ("bad", "serving", "doctor: 1 error")


def test_a_service_for_any_address_and_one_by_mark_have_an_entrance() -> None:
    cluster = pair(by_mark(address="192.0.2.199", port=[80, 443], protocol="tcp"))
    (vip,) = drawn(subject(cluster)).tier("vips")
    assert (vip.title, vip.lines) == ("192.0.2.199", ("marked: mark 1, wlc",))


def test_a_large_cluster_is_drawn_together() -> None:
    shops = [service(name=f"shop{number}", address=f"192.0.2.{100 + number}") for number in range(20)]
    cluster = pair(*shops, groups={"web": [*MANY]}, hosts=MANY)
    picture = drawn(subject(cluster, failed=["10.1.0.12"], drained=[f"10.1.0.{number}" for number in range(20, 30)]))
    assert [each.title for each in picture.nodes] == [
        *("Clients", "20 VIPs", "lvs1", "lvs2", "49 real servers", "web2", "10 real servers"),
    ]
    assert node(picture, "20 VIPs").lines[0] == "192.0.2.100 to 192.0.2.119"
    assert (node(picture, "web2").state, node(picture, "10 real servers").state) == ("failed", "drained")
    assert ("lvs1", "49 real servers", "dr", True) in edges(picture, REQUESTS)
    assert "49 real servers: serving" in picture.summary


def test_the_picture_in_words() -> None:
    assert drawn(subject(failed=["192.0.2.21"])).summary == (
        "Clients send to VIP 192.0.2.198. The directors lvs1 and lvs2 forward to 2 real servers by direct routing. "
        "192.0.2.198: on lvs1. lvs1: active, has 1 VIP; lvs2: active, has no VIP now. web1: failed; web2: serving."
    )
