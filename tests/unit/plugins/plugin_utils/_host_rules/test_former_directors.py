# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Peers of before that are no longer directors."""

from __future__ import annotations

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.former_directors import FormerPeers
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings

OUTSIDERS = {"lvs3": ["192.0.2.4", "lvs3"], "client": ["192.0.2.100", "client"]}


def told(*peers: str, gone: tuple[str, ...] = ()) -> list[str]:
    return list(map(str, findings(FormerPeers("lvs1", peers, OUTSIDERS, gone), [])))


def test_a_peer_that_is_no_director_any_more_would_take_the_vips() -> None:
    assert told("192.0.2.4") == [
        "lvs1: It has advertised to 192.0.2.4 (lvs3) until now, which is no longer a director. After this run that "
        "would hear no advertisements and take the VIPs while another director holds them. First take the cluster off "
        "it (lvs.cluster.remove --limit lvs3), or make sure that it is down; then run again with -e gone_directors=lvs3"
        ". If it is a director whose address has changed, run the playbook for all directors [LVS753]"
    ]
    (unknown,) = told("192.0.2.77")
    assert (
        "First stop its keepalived, or make sure that it is down; then run again with -e gone_directors=192.0.2.77."
        in unknown
    )


def test_peers_that_have_been_stopped_are_no_matter() -> None:
    assert told() == []
    assert told("192.0.2.4", "192.0.2.77", gone=("lvs3", "192.0.2.77")) == []
    assert told("192.0.2.4", gone=("192.0.2.4",)) == []
