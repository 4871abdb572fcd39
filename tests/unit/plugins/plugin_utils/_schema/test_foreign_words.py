# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs import model as ipvs
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema import (
    bgp,
    cluster,
    foreign_words,
    host,
    real_server,
    service,
    vips,
    vrrp,
    words,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.checks import anything
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.foreign_words import explained
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.health_checks import FIELDS_BY_TYPE
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.record import Field

LEVELS: dict[str, Mapping[str, Field]] = {
    "": dict.fromkeys(host.CLUSTER_VARIABLES, Field(anything)),
    "lvs_cluster.": cluster.CLUSTER_FIELDS,
    "lvs_cluster.vips[].": vips.VIP_FIELDS,
    "lvs_cluster.vrrp.": vrrp.VRRP_FIELDS,
    "lvs_cluster.vrrp.instances[].": vrrp.INSTANCE_FIELDS,
    "lvs_cluster.vrrp.track_scripts[].": vrrp.TRACK_SCRIPT_FIELDS,
    "lvs_cluster.bgp.": bgp.BGP_FIELDS,
    "lvs_cluster.bgp.neighbours[].": bgp.NEIGHBOUR_FIELDS,
    "lvs_cluster.email.": cluster.EMAIL_FIELDS,
    "lvs_cluster.sync_daemon.": cluster.SYNC_DAEMON_FIELDS,
    "lvs_cluster.scripts.": cluster.SCRIPT_FIELDS,
    "lvs_services[].": service.SERVICE_FIELDS,
    "lvs_services[].real_servers[].": real_server.REAL_SERVER_FIELDS,
    "lvs_services[].sorry_server.": real_server.SORRY_SERVER_FIELDS,
    "lvs_services[].checks.": {"type": Field(anything)}
    | {key: entry for kind in FIELDS_BY_TYPE.values() for key, entry in kind.items()},
    "hostvars.": host.HOST_FIELDS,
}


@pytest.mark.parametrize("word", foreign_words.KEYS)
def test_every_word_leads_to_a_key_that_there_is(word: str) -> None:
    for place in foreign_words.KEYS[word]:
        parent, dot, key = place.rpartition(".")
        assert key in LEVELS[f"{parent}{dot}"], place


def test_every_value_leads_to_one_that_there_is() -> None:
    for table, known in (
        (foreign_words.FORWARDING_METHODS, words.FORWARDING_METHODS),
        (foreign_words.SCHEDULERS, ipvs.SCHEDULERS),
        (foreign_words.PROTOCOLS, ipvs.PROTOCOLS),
        (foreign_words.CHECKS, FIELDS_BY_TYPE),
        (foreign_words.ENGINES, words.ENGINES),
    ):
        assert set(table.values()) <= set(known)
        assert not set(table) & set(known)
        assert all(word == word.lower() for word in table)


@pytest.mark.parametrize(
    ("key", "path", "expected"),
    [
        ("lb_algo", "lvs_services[0]", ": its name here is scheduler"),
        ("lb_kind", "lvs_services[0].real_servers[1]", ": its name here is forward"),
        ("delay_loop", "lvs_services[0].real_servers[1].checks[2]", ": its name here is interval"),
        ("delay_loop", "lvs_services[0]", ": write it as lvs_services[].checks.interval"),
        (
            "weight",
            "lvs_services[0]",
            ": write it as lvs_services[].real_servers[].weight or the host variable lvs_weight",
        ),
        ("nopreempt", "lvs_cluster.vrrp", ": write preempt: false in lvs_cluster.vrrp"),
        ("ip_family", "lvs_services[0]", ": its name here is family"),
        ("nat_mask", "lvs_services[0]", ": keepalived ignores it; leave it out"),
        ("frobnicate", "lvs_services[0]", ""),
    ],
)
def test_a_word_of_another_tool_is_explained_where_it_stands(key: str, path: str, expected: str) -> None:
    assert explained(key, path) == expected
