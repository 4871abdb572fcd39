# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service by firewall mark: two ports of an address that no host holds, to real servers that redirect it."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.molecule.conftest import DIGEST, Lab

VIP = "203.0.113.10"


def test_requests_to_both_ports_are_balanced_as_one_service(lab: Lab) -> None:
    one, other = f"http://{VIP}/", f"http://{VIP}:8080/"
    assert lab.requests(one, 20) == {"web1": 10, "web2": 10}
    assert lab.requests(other, 20) == {"web1": 10, "web2": 10}
    # One after the other, they have one turn together.
    turns = lab.output("client", f"curl -sS -H 'Connection: close' {one} {other} {one} {other}").split()
    assert turns in (["web1", "web2", "web1", "web2"], ["web2", "web1", "web2", "web1"])


def test_datagrams_are_balanced_as_a_service_of_their_own(lab: Lab) -> None:
    assert lab.datagrams(VIP, 20) == {"web1": 10, "web2": 10}


def test_large_answers_and_requests_arrive_whole(lab: Lab) -> None:
    assert lab.downloads(VIP) == DIGEST
    assert lab.uploads(VIP) == DIGEST


def test_no_host_holds_the_address_or_answers_for_it(lab: Lab) -> None:
    for name in lab.hosts:
        assert VIP not in lab.output(name, "ip address")
    assert lab.answering(VIP) == set()


def test_the_director_takes_what_is_marked_and_that_alone(lab: Lab) -> None:
    assert "fwmark 0x1 lookup 5081" in lab.output("lvs1", "ip rule")
    assert lab.output("lvs1", "ip route show table 5081").startswith("local default dev lo")
    assert lab.output("lvs1", "ipvsadm -S -n").splitlines()[0] == "-A -f 1 -s rr"
    assert lab.host("client").run(f"curl -sS --max-time 2 http://{VIP}:81/").rc != 0


@pytest.mark.parametrize("name", ["web1", "web2"])
def test_frames_keep_the_address_and_carry_the_real_servers_mac(lab: Lab, name: str) -> None:
    with lab.frames(name, f"tcp[tcpflags] == tcp-syn and dst host {VIP}", 2) as frames:
        lab.requests(f"http://{VIP}/", 8)
    for frame in frames:
        assert frame.startswith(f"{lab.mac('lvs1')} > {lab.mac(name)},")
