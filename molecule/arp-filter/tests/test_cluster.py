# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Direct routing with the VIP on the real servers' own interface, of which a packet filter lets nobody know."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.molecule.conftest import DIGEST, Lab

VIP = "192.0.2.198"
REAL_SERVERS = ("web1", "web2")


def test_requests_are_balanced(lab: Lab) -> None:
    answers = lab.requests(f"http://{VIP}/", 40)
    assert sum(answers.values()) == 40
    assert answers.keys() == {"web1", "web2"}


def test_datagrams_are_balanced(lab: Lab) -> None:
    assert lab.datagrams(VIP, 20) == {"web1": 10, "web2": 10}


def test_large_answers_and_requests_arrive_whole(lab: Lab) -> None:
    for _real_server in REAL_SERVERS:
        assert lab.downloads(VIP) == DIGEST
        assert lab.uploads(VIP) == DIGEST


@pytest.mark.parametrize("name", REAL_SERVERS)
def test_frames_keep_the_vip_and_carry_the_real_servers_mac(lab: Lab, name: str) -> None:
    with lab.frames(name, f"udp and dst host {VIP}", 2) as frames:
        lab.datagrams(VIP, 8)
    for frame in frames:
        assert frame.startswith(f"{lab.mac('lvs1')} > {lab.mac(name)},")


def test_the_director_has_the_vip_by_its_label(lab: Lab) -> None:
    assert f"inet {VIP}/24 scope global secondary eth1:shop" in lab.output("lvs1", "ip address show dev eth1")


def test_nobody_but_the_director_answers_arp(lab: Lab) -> None:
    assert lab.answering(VIP) == {lab.mac("lvs1")}


@pytest.mark.parametrize("name", REAL_SERVERS)
def test_the_vip_is_on_the_lan_interface(lab: Lab, name: str) -> None:
    assert f"inet {VIP}/24 " in lab.output(name, "ip address show dev eth1")
    assert lab.output(name, "sysctl -n net.ipv4.conf.all.arp_ignore") == "0"


@pytest.mark.parametrize(("name", "own"), [("web1", "192.0.2.21"), ("web2", "192.0.2.22")])
def test_a_real_server_that_asks_from_the_vip_names_its_own_address(lab: Lab, name: str, own: str) -> None:
    with lab.frames("client", f"arp and ether src {lab.mac(name)} and arp[6:2] = 1", 1) as frames:
        # Nobody has this address, so the question is all that there will be.
        lab.host(name).run(f"ping -c 1 -W 1 -I {VIP} 192.0.2.77")
    assert f"tell {own}" in frames[0]


def test_each_uses_the_tool_that_its_owner_wants(lab: Lab) -> None:
    assert VIP in lab.output("web1", "arptables-save")
    assert VIP in lab.output("web2", "nft list table arp lvs")
