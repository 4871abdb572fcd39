# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.run import findings_between
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.clusters import Clusters
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.host import Contradiction, members
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service, view

DIRECTORS = {"one": ["lvs1"], "two": ["lvs2"]}


def cluster(name: str, *services: Any, **options: Any) -> Cluster:
    return parse(*services, cluster={"name": name, "directors": name, **options}, groups=DIRECTORS)


def one(**options: Any) -> Cluster:
    return cluster("one", service(), **options)


def two(*services: Any, **options: Any) -> Cluster:
    return cluster("two", *(services or [service(name="mail", address="192.0.2.199", port=25)]), **options)


def told(*clusters: Cluster, wanted: str | None = None) -> list[str]:
    return [
        f"{found.path}: {found.sentence}"
        for found in findings_between(Clusters.of(*clusters, wanted=wanted))
        if found.severity == "error"
    ]


def test_two_clusters_share_real_servers_and_nothing_else() -> None:
    both = Clusters.of(two(), one())
    assert told(one(), two()) == []
    assert both.chosen == ("one", "two")
    assert [part.name for part in both.of_host("web1")] == ["one", "two"]
    assert view(both, "lvs1")["services"] == view(Clusters.of(one()), "lvs1")["services"]
    web = view(both, "web1")
    assert [entry["address"] for entry in web["network"]["addresses"]] == ["192.0.2.198/32", "192.0.2.199/32"]
    assert view(both.without(["two"]), "web1") == view(Clusters.of(one()), "web1")


def test_a_director_may_serve_another_cluster() -> None:
    serving = service(name="mail", address="192.0.2.199", real_servers=[{"host": "lvs1"}])
    seen = view(Clusters.of(one(), two(serving)), "lvs1")
    assert seen["roles"] == ["director", "realserver"]
    assert {entry["address"]: entry.get("interface") for entry in seen["network"]["addresses"]} == {
        "192.0.2.198/32": None,
        "192.0.2.199/32": "lo",
    }


def test_a_run_can_be_for_some_of_them() -> None:
    chosen = Clusters.of(one(), two(), wanted="two")
    assert members(chosen.only(chosen.chosen).every)["directors"] == ["lvs2"]
    assert told(one(), two(), wanted="tow") == [
        "lvs_cluster_name: 'tow' is not a cluster of this inventory; did you mean two?"
    ]


def test_a_director_that_serves_the_chosen_cluster_brings_its_own() -> None:
    serving = two(service(name="mail", address="192.0.2.199", real_servers=[{"host": "lvs1"}]))
    assert told(one(), serving, wanted="one") == []
    assert told(one(), serving, wanted="two") == [
        "lvs_cluster_name: lvs1 is a real server of two and a director of one, so both clusters are set up "
        "together: name one too"
    ]


def test_what_two_clusters_cannot_both_have() -> None:
    same_vip = two(service(name="b", port=81))
    assert told(one(), same_vip)[0].startswith("lvs_services: the clusters one and two both have the VIP 192.0.2.198:")
    renamed = parse(service(address="192.0.2.200"), cluster={"name": "one", "directors": "two"}, groups=DIRECTORS)
    assert told(one(), renamed) == [
        "lvs_cluster.name: the clusters of the groups one and two are both called one; give one of them another name"
    ]
    again = parse(service(address="192.0.2.200"), cluster={"name": "again", "directors": "one"}, groups=DIRECTORS)
    assert told(one(), again)[0].startswith("groups[one]: lvs1 is a director of the cluster again already")


def test_the_same_virtual_router_is_worth_a_word() -> None:
    clusters = Clusters.of(one(engine="keepalived"), two(engine="keepalived"))
    assert [found.text for found in findings_between(clusters)] == [
        "The clusters one and two use the same virtual_router_id, 51"
    ]
    assert findings_between(Clusters.of(one(), two())) == []
    silenced = one(engine="keepalived", silenced={"LVS611": "they are on different networks"})
    assert findings_between(Clusters.of(silenced, two(engine="keepalived"))) == []


def test_a_host_that_cannot_serve_both_is_told_why() -> None:
    clusters = Clusters.of(
        parse(service(forward="nat"), cluster={"name": "one", "directors": "one"}, groups=DIRECTORS),
        two(service(name="b", address="192.0.2.199", forward="nat")),
    )
    with pytest.raises(
        Contradiction, match=r"web1 cannot serve the clusters one and two at the same time: the routing"
    ):
        view(clusters, "web1")


def test_a_host_answers_each_cluster_through_its_own_gateway() -> None:
    clusters = Clusters.of(
        parse(service(forward="nat"), cluster={"name": "one", "directors": "one"}, groups=DIRECTORS),
        two(service(name="b", address="192.0.2.199", port=81, forward="nat")),
    )
    network = view(clusters, "web1")["network"]
    assert {(route["gateway"], route["table"]) for route in network["routes"]} == {
        ("192.0.2.2", 5080),
        ("192.0.2.3", 5082),
    }
    assert {(rule["source_port"], rule["table"]) for rule in network["rules"]} == {(80, 5080), (81, 5082)}
