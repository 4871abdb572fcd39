# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which steps a rehearsal has, of which cluster."""

from __future__ import annotations

from typing import Any

from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal.steps import left_out, steps
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

VRRP = {"engine": "keepalived", "vrrp": {"virtual_router_id": 51}}
TWO = {"lvs_directors": ["lvs1", "lvs2"]}
HOSTS = ("lvs1", "lvs2", "web1", "web2")


def titles(*clusters: Cluster, hosts: tuple[str, ...] = HOSTS, changes: bool = False) -> list[str]:
    return [step.title for step in steps(clusters, hosts, 5, changes)]


def cluster(*services: object, **inventory: Any) -> Cluster:
    return parse(*(services or (service(),)), **{"cluster": VRRP, "groups": TWO, **inventory})


def test_a_cluster_with_two_directors_has_all_steps() -> None:
    assert titles(cluster(), changes=True) == [
        "Boot 5 machines",
        "Roll out the inventory that was before",
        "Change to the inventory of now",
        "Roll out again, which must change nothing",
        "Drain web1, and make it active again",
        "Stop what serves on web2, and start it again",
        "Move the VIPs away from lvs1, and back",
        "Reboot lvs1",
    ]
    assert [*left_out([cluster()], HOSTS)] == []


def test_with_one_director_and_the_rules_alone_there_is_less_and_it_is_said() -> None:
    alone = parse(service())
    assert titles(alone)[2:] == [
        "Roll out again, which must change nothing",
        "Drain web1, and make it active again",
        "Reboot lvs1",
    ]
    assert [note.partition(":")[0] for note in left_out([alone], HOSTS)] == [
        "No service dies in lvs_directors",
        "No failover in lvs_directors",
    ]
    reboot = steps([alone], HOSTS, 4, False)[-1]
    assert {*reboot.breaks} == {"requests", "connections"}


def test_the_last_real_server_of_a_service_is_not_drained() -> None:
    only = cluster(service(), service(name="app", port=81, real_servers=[{"host": "web1"}]))
    assert "Drain web2, and make it active again" in titles(only)
    sampled = titles(cluster(), hosts=("lvs1", "lvs2", "web1"))
    assert not any(title.startswith(("Drain", "Stop")) for title in sampled)
    (note,) = left_out([cluster()], ("lvs1", "lvs2", "web1"))
    assert note == "Nothing is drained in lvs_directors: no real server there can be spared"


def test_a_drain_leaves_a_service_its_quorum() -> None:
    (note,) = left_out([cluster(service(quorum=3))], HOSTS)  # web1 has weight 1, web2 has 2
    assert "can be spared" in note


def test_a_service_dies_only_where_a_check_would_notice() -> None:
    by_ping = cluster(service(checks="ping"))
    assert not any(title.startswith("Stop") for title in titles(by_ping))
    assert [*left_out([by_ping], HOSTS)] == [
        "No service dies in lvs_directors: no check asks the services, so nobody would notice"
    ]


def test_the_director_that_has_the_vips_hands_over() -> None:
    prefers = cluster(hosts={"lvs2": {"ansible_host": "192.0.2.3", "lvs_priority": 150}})
    assert "Reboot lvs2" in titles(prefers)


def test_what_is_under_way_may_be_lost_where_vips_move_and_nowhere_else_but_where_a_service_dies() -> None:
    found = {step.kind: {*step.breaks} for step in steps([cluster()], HOSTS, 5, True) if step.has_traffic}
    assert {kind for kind, breaks in found.items() if breaks} == {"service_dies", "failover", "reboot"}
