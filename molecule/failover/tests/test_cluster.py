# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two directors at rest: one has the VIP, both have the services, and keepalived keeps them."""

from __future__ import annotations

from ansible_collections.lvs.cluster.molecule.conftest import DIGEST, Lab, eventually

VIP = "192.0.2.198"
REAL_SERVERS = ("web1", "web2", "web3")


def test_requests_are_balanced(lab: Lab) -> None:
    eventually(lambda: lab.output("lvs1", "ipvsadm -S -n").count("-w 1") == 6)
    assert lab.requests(f"http://{VIP}/", 30) == dict.fromkeys(REAL_SERVERS, 10)
    assert lab.datagrams(VIP, 12) == dict.fromkeys(REAL_SERVERS, 4)
    assert lab.downloads(VIP) == DIGEST


def test_one_director_has_the_vip(lab: Lab) -> None:
    assert lab.answering(VIP) == {lab.mac("lvs1")}
    assert f"inet {VIP}/32 " in lab.output("lvs1", "ip -4 address show dev eth1")
    assert VIP not in lab.output("lvs2", "ip -4 address show dev eth1")


def test_both_directors_balance_the_same(lab: Lab) -> None:
    assert lab.output("lvs1", "ipvsadm -S -n") == lab.output("lvs2", "ipvsadm -S -n")


def test_connections_are_handed_over(lab: Lab) -> None:
    assert lab.output("lvs1", "ipvsadm -L --daemon").startswith("master sync daemon (mcast=eth1, syncid=51")
    assert lab.output("lvs2", "ipvsadm -L --daemon").startswith("backup sync daemon (mcast=eth1, syncid=51")


def test_the_configuration_is_for_root_alone(lab: Lab) -> None:
    for name in ("lvs1", "lvs2"):
        assert lab.output(name, "stat -c '%a %U' /etc/keepalived/keepalived.conf").strip() == "600 root"


def test_the_status_is_told(lab: Lab) -> None:
    told = lab.ansible("lvs.cluster.status")
    assert "The cluster is healthy" in told
    assert f"VIP {VIP}: lvs1" in told
