# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster import model
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema import foreign_words, keepalived_keys, keys
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.fields import Field
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.foreign_words import explained

LEVELS: dict[str, Mapping[str, Field]] = {
    "": dict.fromkeys(keys.CLUSTER_VARIABLES, Field(keys.anything)),
    "lvs_cluster.": keys.CLUSTER_FIELDS,
    "lvs_cluster.vips[].": keys.VIP_FIELDS,
    "lvs_cluster.vrrp.": keepalived_keys.VRRP_FIELDS,
    "lvs_cluster.vrrp.instances[].": keepalived_keys._INSTANCE,
    "lvs_cluster.vrrp.track_scripts[].": keepalived_keys._TRACKED_SCRIPT,
    "lvs_cluster.email.": keepalived_keys.EMAIL_FIELDS,
    "lvs_cluster.sync_daemon.": keepalived_keys.SYNC_DAEMON_FIELDS,
    "lvs_cluster.scripts.": keepalived_keys.SCRIPT_FIELDS,
    "lvs_services[].": keys.SERVICE_FIELDS,
    "lvs_services[].real_servers[].": keys.REAL_SERVER_FIELDS,
    "lvs_services[].sorry_server.": keys.SORRY_SERVER_FIELDS,
    "lvs_services[].checks.": {"type": Field(keys.anything)}
    | {key: entry for kind in keepalived_keys._CHECKS.values() for key, entry in kind.items()},
    "hostvars.": keys.HOST_FIELDS,
}


@pytest.mark.parametrize("word", foreign_words.KEYS)
def test_every_word_leads_to_a_key_that_there_is(word: str) -> None:
    for place in foreign_words.KEYS[word]:
        parent, dot, key = place.rpartition(".")
        assert key in LEVELS[f"{parent}{dot}"], place


def test_every_value_leads_to_one_that_there_is() -> None:
    for table, known in (
        (foreign_words.FORWARDING_METHODS, model.FORWARDING_METHODS),
        (foreign_words.SCHEDULERS, model.SCHEDULERS),
        (foreign_words.PROTOCOLS, model.PROTOCOLS),
        (foreign_words.CHECKS, keepalived_keys._CHECKS),
        (foreign_words.ENGINES, model.ENGINES),
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
