# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A direct-routing cluster at work: real requests, real frames, and the native tools as witnesses."""

from __future__ import annotations

from collections import Counter

import pytest

from ansible_collections.lvs.cluster.molecule.conftest import DIGEST, Lab

VIP = "192.0.2.198"
REAL_SERVERS = ("web1", "web2")


def test_requests_are_balanced(lab: Lab) -> None:
    assert lab.requests(f"http://{VIP}/", 60) == {"web1": 30, "web2": 30}


def test_large_answers_and_requests_arrive_whole(lab: Lab) -> None:
    assert lab.downloads(VIP) == DIGEST
    assert lab.uploads(VIP) == DIGEST


def test_nobody_but_the_director_answers_arp(lab: Lab) -> None:
    assert lab.answering(VIP) == {lab.mac("lvs1")}


@pytest.mark.parametrize("name", REAL_SERVERS)
def test_frames_keep_the_vip_and_carry_the_real_servers_mac(lab: Lab, name: str) -> None:
    with lab.frames(name, f"tcp[tcpflags] == tcp-syn and dst host {VIP}", 2) as frames:
        lab.requests(f"http://{VIP}/", 8)
    for frame in frames:
        assert frame.startswith(f"{lab.mac('lvs1')} > {lab.mac(name)},")
        assert f"> {VIP}.80:" in frame


def test_answers_come_straight_from_the_real_servers(lab: Lab) -> None:
    with lab.frames("client", f"tcp[tcpflags] == tcp-syn|tcp-ack and src host {VIP}", 4) as frames:
        lab.requests(f"http://{VIP}/", 8)
    macs = Counter(frame.split()[0] for frame in frames)
    assert macs == {lab.mac(name): 2 for name in REAL_SERVERS}


def test_the_director_holds_the_vip_and_the_rules(lab: Lab) -> None:
    assert lab.output("lvs1", "ipvsadm -S -n").splitlines() == [
        f"-A -t {VIP}:80 -s rr",
        f"-a -t {VIP}:80 -r 192.0.2.21:80 -g -w 1",
        f"-a -t {VIP}:80 -r 192.0.2.22:80 -g -w 1",
    ]
    assert f"inet {VIP}/32 " in lab.output("lvs1", "ip -4 address show dev eth1")
    assert lab.output("lvs1", "sysctl -n net.ipv4.ip_forward") == "0"


def test_the_real_servers_hold_the_vip_silently(lab: Lab) -> None:
    for name in REAL_SERVERS:
        assert f"inet {VIP}/32 " in lab.output(name, "ip -4 address show dev lo")
        sysctls = "net.ipv4.conf.all.arp_ignore net.ipv4.conf.all.arp_announce"
        assert lab.output(name, f"sysctl -n {sysctls}").split() == ["1", "2"]
