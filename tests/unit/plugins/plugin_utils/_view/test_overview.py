# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.lvs.cluster.plugins.plugin_utils._values.clusters import Clusters
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.overview import overview
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

GROUPS = {"one": ["lvs1", "lvs2"], "two": ["lvs3"], "web": ["web1", "lvs2"], "mail": ["web1", "web2"]}
HOSTS = {"hosts": {"lvs3": {"ansible_host": "192.0.2.4"}}}
ONE = parse(service(), cluster={"name": "one", "directors": "one"}, groups=GROUPS)
TWO = parse(
    service(address="192.0.2.199", real_servers="mail"),
    cluster={"name": "two", "directors": "two"},
    groups=GROUPS,
    **HOSTS,
)
EVERYBODY = ["lvs1", "lvs2", "lvs3", "web1", "web2"]


def test_it_is_for_the_chosen_clusters_and_tells_what_others_need_too() -> None:
    seen = overview(Clusters.of(ONE, TWO, wanted="one"), EVERYBODY)
    assert seen == {
        "directors": ["lvs1", "lvs2"],
        "realservers": ["lvs2", "web1"],
        "balanced": ["lvs2", "web1"],
        "shared": ["web1"],
        "everybody": EVERYBODY,
        "complete": ["lvs1", "lvs2"],
        "gathered": [
            {"host": "lvs1", "groups": ["lvs_cluster_directors"]},
            {"host": "lvs2", "groups": ["lvs_cluster_directors"]},
            {"host": "web1", "groups": ["lvs_cluster_realservers", "lvs_cluster_shared_realservers"]},
        ],
    }


def test_hosts_outside_the_play_are_in_no_group_of_the_run() -> None:
    gathered = overview(Clusters.of(ONE, TWO), ["lvs3", "web2", "other"])["gathered"]
    assert gathered == [
        {"host": "lvs3", "groups": ["lvs_cluster_directors"]},
        {"host": "web2", "groups": ["lvs_cluster_realservers"]},
    ]


def test_a_director_that_other_clusters_need_is_shared_as_a_director() -> None:
    shared = parse(
        service(address="192.0.2.199", real_servers=[{"host": "lvs2"}]),
        cluster={"name": "two", "directors": "two"},
        groups=GROUPS,
        **HOSTS,
    )
    gathered = overview(Clusters.of(ONE, shared, wanted="one"), ["lvs2"])["gathered"]
    assert gathered == [{"host": "lvs2", "groups": ["lvs_cluster_directors", "lvs_cluster_shared_directors"]}]


def test_a_cluster_is_complete_if_all_its_directors_take_part() -> None:
    """What had its VIPs before may start again only then."""
    assert overview(Clusters.of(ONE, TWO), ["lvs1", "lvs3", "web1"])["complete"] == ["lvs3"]
