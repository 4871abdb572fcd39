# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Direct routing to real servers that do not have the VIP: their packet filter redirects it to them."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.molecule.conftest import DIGEST, Lab, eventually

# The VIPs of the two directors.
VIP, NAMES = "192.0.2.198", "192.0.2.199"
REAL_SERVERS = ("web1", "web2")


def test_requests_are_balanced(lab: Lab) -> None:
    eventually(lambda: lab.output("lvs1", "ipvsadm -S -n").count("-w 1") == 4)
    answers = lab.requests(f"http://{VIP}/", 40)
    assert sum(answers.values()) == 40
    assert answers.keys() == {"web1", "web2"}


def test_datagrams_are_balanced(lab: Lab) -> None:
    assert lab.datagrams(NAMES, 20) == {"web1": 10, "web2": 10}


def test_large_answers_and_requests_arrive_whole(lab: Lab) -> None:
    for _real_server in REAL_SERVERS:
        assert lab.downloads(VIP) == DIGEST
        assert lab.uploads(VIP) == DIGEST


@pytest.mark.parametrize(("vip", "director"), [(VIP, "lvs1"), (NAMES, "lvs2")])
def test_nobody_but_its_director_answers_arp(lab: Lab, vip: str, director: str) -> None:
    assert lab.answering(vip) == {lab.mac(director)}


@pytest.mark.parametrize("name", REAL_SERVERS)
def test_the_vip_comes_to_a_real_server_that_does_not_have_it(lab: Lab, name: str) -> None:
    with lab.frames(name, f"tcp[tcpflags] == tcp-syn and dst host {VIP}", 2) as frames:
        lab.requests(f"http://{VIP}/", 8)
    for frame in frames:
        assert frame.startswith(f"{lab.mac('lvs1')} > {lab.mac(name)},")
    assert VIP not in lab.output(name, "ip address")


def test_the_other_director_takes_over_and_gives_back(lab: Lab) -> None:
    lab.output("lvs1", "systemctl stop keepalived")
    eventually(lambda: VIP in lab.output("lvs2", "ip address"))
    assert lab.requests(f"http://{VIP}/", 10).keys() == {"web1", "web2"}
    lab.output("lvs1", "systemctl start keepalived")
    eventually(lambda: VIP in lab.output("lvs1", "ip address"))
    eventually(lambda: VIP not in lab.output("lvs2", "ip address"))
    assert NAMES in lab.output("lvs2", "ip address")


def test_each_uses_the_tool_that_its_owner_wants(lab: Lab) -> None:
    rule = f"-A LVS-PREROUTING -d {VIP}/32 -p tcp -m tcp --dport 80 -j REDIRECT"
    assert rule in lab.output("web2", "iptables-save -t nat")
    assert f"ip daddr {VIP} tcp dport 80 redirect" in lab.output("web1", "nft list table ip lvs")
    assert lab.host("web2").run("nft list table ip lvs").rc != 0
    assert "LVS" not in lab.output("web1", "iptables-save")
