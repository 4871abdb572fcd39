# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tunnelling: each kind packs the packets as it should, and nothing is too large for it."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.molecule.conftest import DIGEST, Lab

IPIP, GRE, GUE, IPIP6 = "192.0.2.201", "192.0.2.202", "192.0.2.203", "2001:db8:2::201"
EVERY = pytest.mark.parametrize("vip", [IPIP, GRE, GUE, f"[{IPIP6}]"], ids=["ipip", "gre", "gue", "ipip6"])


@EVERY
def test_requests_are_balanced(lab: Lab, vip: str) -> None:
    assert lab.requests(f"http://{vip}/", 20) == {"web1": 10, "web2": 10}


@pytest.mark.parametrize("vip", [IPIP, IPIP6])
def test_datagrams_are_balanced(lab: Lab, vip: str) -> None:
    assert lab.datagrams(vip, 20) == {"web1": 10, "web2": 10}


@EVERY
def test_large_answers_and_requests_arrive_whole(lab: Lab, vip: str) -> None:
    assert lab.downloads(vip) == DIGEST
    assert lab.uploads(vip) == DIGEST


def test_the_firewalls_are_open_for_the_services_and_for_nothing_else(lab: Lab) -> None:
    for url in (f"http://{IPIP}:8080/", "http://192.0.2.2/", "http://192.0.2.21/"):
        assert lab.host("client").run(f"curl -sS --max-time 2 {url}").rc == 28  # timed out, not refused


def test_nobody_but_the_director_says_that_it_has_a_vip(lab: Lab) -> None:
    for vip in (IPIP, GRE, GUE, IPIP6):
        assert lab.answering(vip) == {lab.mac("lvs1")}


@pytest.mark.parametrize(
    ("vip", "outside"),
    [
        (IPIP, "ip proto 4 and src 192.0.2.2 and dst 192.0.2.21"),
        (GRE, "ip proto 47 and src 192.0.2.2 and dst 192.0.2.21"),
        (GUE, "udp dst port 6080 and src 192.0.2.2 and dst 192.0.2.21"),
        (f"[{IPIP6}]", "ip6 proto 41 and src 2001:db8:2::2 and dst 2001:db8:2::21"),
    ],
    ids=["ipip", "gre", "gue", "ipip6"],
)
def test_packets_come_packed(lab: Lab, vip: str, outside: str) -> None:
    with lab.frames("web1", outside, 2) as frames:
        lab.requests(f"http://{vip}/", 8)
    for frame in frames:
        assert frame.startswith(f"{lab.mac('lvs1')} > {lab.mac('web1')},")
        # What is in GUE, tcpdump does not tell.
        assert vip == GUE or f" > {vip.strip('[]')}.80: " in frame


@EVERY
def test_answers_come_straight_from_the_real_servers_with_a_size_that_fits(lab: Lab, vip: str) -> None:
    address = vip.strip("[]")
    flags = (
        f"ip6[53] = 18 and src host {address}"
        if ":" in address
        else f"tcp[tcpflags] == tcp-syn|tcp-ack and src host {address}"
    )
    with lab.frames("client", flags, 2) as frames:
        lab.requests(f"http://{vip}/", 2)
    assert {frame.split()[0] for frame in frames} == {lab.mac("web1"), lab.mac("web2")}
    overhead = {IPIP: 20, GRE: 28, GUE: 32, IPIP6: 40}[address]
    headers = 60 if ":" in address else 40
    for frame in frames:
        assert f"mss {1500 - overhead - headers}," in frame
