# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Direct routing in both families: TCP, and UDP of which each datagram is scheduled on its own."""

from __future__ import annotations

from collections import Counter

import pytest

from ansible_collections.lvs.cluster.molecule.conftest import DIGEST, Lab

VIP, VIP6 = "192.0.2.198", "2001:db8:2::198"
REAL_SERVERS = ("web1", "web2")
BOTH = pytest.mark.parametrize("vip", [VIP, VIP6])


def url(vip: str) -> str:
    return f"[{vip}]" if ":" in vip else vip


@BOTH
def test_requests_are_balanced(lab: Lab, vip: str) -> None:
    assert lab.requests(f"http://{url(vip)}/", 20) == {"web1": 10, "web2": 10}


@BOTH
def test_datagrams_are_balanced(lab: Lab, vip: str) -> None:
    assert lab.datagrams(vip, 20) == {"web1": 10, "web2": 10}


@BOTH
def test_large_answers_and_requests_arrive_whole(lab: Lab, vip: str) -> None:
    assert lab.downloads(url(vip)) == DIGEST
    assert lab.uploads(url(vip)) == DIGEST


@BOTH
def test_nobody_but_the_director_says_that_it_has_the_vip(lab: Lab, vip: str) -> None:
    assert lab.answering(vip) == {lab.mac("lvs1")}


@BOTH
@pytest.mark.parametrize("name", REAL_SERVERS)
def test_frames_keep_the_vip_and_carry_the_real_servers_mac(lab: Lab, name: str, vip: str) -> None:
    with lab.frames(name, f"udp and dst host {vip}", 2) as frames:
        lab.datagrams(vip, 8)
    for frame in frames:
        assert frame.startswith(f"{lab.mac('lvs1')} > {lab.mac(name)},")


def test_answers_come_straight_from_the_real_servers(lab: Lab) -> None:
    with lab.frames("client", f"tcp[tcpflags] == tcp-syn|tcp-ack and src host {VIP}", 4) as frames:
        lab.requests(f"http://{VIP}/", 8)
    macs = Counter(frame.split()[0] for frame in frames)
    assert macs == {lab.mac(name): 2 for name in REAL_SERVERS}


def test_the_director_holds_the_vips_and_the_rules(lab: Lab) -> None:
    rules = lab.output("lvs1", "ipvsadm -S -n").splitlines()
    assert f"-A -u {VIP}:53 -s rr -o" in rules
    assert [rule for rule in rules if f" -t {VIP}:80 " in rule] == [
        f"-A -t {VIP}:80 -s rr",
        f"-a -t {VIP}:80 -r 192.0.2.21:80 -g -w 1",
        f"-a -t {VIP}:80 -r 192.0.2.22:80 -g -w 1",
    ]
    held = lab.output("lvs1", "ip address show dev eth1")
    assert f"inet {VIP}/32 " in held
    assert f"inet6 {VIP6}/128 " in held
    assert lab.output("lvs1", "sysctl -n net.ipv4.ip_forward") == "0"


def test_the_real_servers_hold_both_silently(lab: Lab) -> None:
    for name in REAL_SERVERS:
        held = lab.output(name, "ip address show dev lo")
        assert f"inet {VIP}/32 " in held
        assert f"inet6 {VIP6}/128 " in held
        sysctls = "net.ipv4.conf.all.arp_ignore net.ipv4.conf.all.arp_announce"
        assert lab.output(name, f"sysctl -n {sysctls}").split() == ["1", "2"]
