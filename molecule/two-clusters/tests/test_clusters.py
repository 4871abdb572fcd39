# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two clusters of one inventory, each with its own director and VIP, both with the same real servers."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.molecule.conftest import Lab, eventually

VIPS = {"lvs1": "192.0.2.198", "lvs2": "192.0.2.199"}


@pytest.mark.parametrize("director", VIPS)
def test_each_cluster_serves_at_its_own_vip(lab: Lab, director: str) -> None:
    eventually(lambda: VIPS[director] in lab.output(director, "ip address show dev eth1"))
    assert lab.requests(f"http://{VIPS[director]}/", 20).keys() == {"web1", "web2"}
    assert lab.answering(VIPS[director]) == {lab.mac(director)}


@pytest.mark.parametrize("director", VIPS)
def test_a_director_knows_nothing_of_the_other_cluster(lab: Lab, director: str) -> None:
    (other,) = VIPS.keys() - {director}
    configuration = lab.output(director, "cat /etc/keepalived/keepalived.conf")
    assert VIPS[other] not in configuration + lab.output(director, "ipvsadm -S -n")
    assert VIPS[director] in configuration


def test_the_real_servers_have_both_vips(lab: Lab) -> None:
    for name in ("web1", "web2"):
        held = lab.output(name, "ip -oneline address show dev lo")
        assert [vip for vip in VIPS.values() if vip not in held] == []


def test_status_tells_of_both(lab: Lab) -> None:
    told = lab.ansible("lvs.cluster.status")
    assert "Cluster mail" in told
    assert "Cluster shop" in told
    assert told.count("The cluster is healthy") == 2
    one = lab.ansible("lvs.cluster.status", "-e", "lvs_cluster_name=mail")
    assert "192.0.2.198" not in one
