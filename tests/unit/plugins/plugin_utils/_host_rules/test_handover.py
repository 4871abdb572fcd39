# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A director in standby, and several clusters; what else keeps a failover from its work is in test_failover.py."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.several_clusters import ChosenClusters
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.standby import Standby


@pytest.mark.parametrize(
    ("held", "still"),
    [
        (["192.0.2.199", "192.0.2.198"], "still holds 192.0.2.198, 192.0.2.199"),
        (None, "has not reported that it did"),
    ],
)
def test_a_director_in_standby_that_gives_nothing_up_is_reported(held: list[str] | None, still: str) -> None:
    assert list(map(str, findings(Standby("lvs1", held), []))) == [
        f"lvs1: It should have released its VIPs, but {still}. It is in standby: it will not take VIPs back until you "
        "run: ansible-playbook lvs.cluster.failover -e state=active -e director=lvs1. To see why, look on lvs1: "
        "journalctl -u keepalived [LVS788]"
    ]


def test_one_that_has_given_them_up_is_no_matter() -> None:
    assert findings(Standby("lvs1", []), []) == []


def test_one_cluster_is_meant() -> None:
    assert list(map(str, findings(ChosenClusters(["mail", "shop"]), []))) == [
        "mail, shop: This inventory has several clusters. A failover is for one of them. Say which one you mean: "
        "-e lvs_cluster_name=NAME [LVS789]"
    ]
