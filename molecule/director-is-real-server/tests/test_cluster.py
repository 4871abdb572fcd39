# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Directors that are real servers of each other balance what clients send them, and never what they send each other."""

from __future__ import annotations

import time
from contextlib import ExitStack

import pytest

from ansible_collections.lvs.cluster.molecule.conftest import DIGEST, Lab, eventually

VIP = "203.0.113.20"
DIRECTORS = {"lvs1": "192.0.2.2", "web1": "192.0.2.21", "web2": "192.0.2.22"}
EVERY = pytest.mark.parametrize("name", DIRECTORS)


def route_through(lab: Lab, name: str) -> None:
    lab.output("client", f"ip route replace {VIP} via {DIRECTORS[name]}")


@EVERY
def test_each_balances_over_all_of_them(lab: Lab, name: str) -> None:
    route_through(lab, name)
    assert lab.requests(f"http://{VIP}/", 30) == {"lvs1": 10, "web1": 10, "web2": 10}


@EVERY
def test_so_are_datagrams(lab: Lab, name: str) -> None:
    route_through(lab, name)
    own_port = 50000 + 100 * sorted(DIRECTORS).index(name)
    assert lab.datagrams(VIP, 30, own_port=own_port) == {"lvs1": 10, "web1": 10, "web2": 10}


def test_a_client_that_comes_to_another_director_from_the_same_port_is_answered(lab: Lab) -> None:
    """Each director has the connection then, perhaps to the other one: they must not throw its packets to and fro."""
    for name in DIRECTORS:
        route_through(lab, name)
        assert sum(lab.datagrams(VIP, 12, own_port=40000).values()) == 12


def test_large_answers_and_requests_arrive_whole(lab: Lab) -> None:
    route_through(lab, "lvs1")
    for _real_server in DIRECTORS:
        assert lab.downloads(VIP) == DIGEST
        assert lab.uploads(VIP) == DIGEST


@EVERY
def test_nothing_is_balanced_twice(lab: Lab, name: str) -> None:
    """Of nine requests, a director gets nine SYN from the client, and each of the others three of the director."""
    route_through(lab, name)
    syn = f"tcp[tcpflags] == tcp-syn and dst host {VIP}"
    others = sorted(set(DIRECTORS) - {name})
    with ExitStack() as stack:
        seen = {
            other: stack.enter_context(lab.frames(other, f"{syn} and ether dst {lab.mac(other)}", 3))
            for other in others
        }
        assert lab.requests(f"http://{VIP}/", 9) == {"lvs1": 3, "web1": 3, "web2": 3}
    for frames in seen.values():
        assert [frame.split()[0] for frame in frames] == [lab.mac(name)] * 3


def test_nobody_answers_arp_for_the_address(lab: Lab) -> None:
    assert lab.answering(VIP) == set()


@EVERY
def test_each_tells_the_others_of_its_connections(lab: Lab, name: str) -> None:
    told = lab.output(name, "ipvsadm -L --daemon")
    assert "master sync daemon (mcast=eth1, syncid=0" in told
    assert "backup sync daemon (mcast=eth1, syncid=0" in told


def test_a_connection_lives_on_by_way_of_another_director(lab: Lab) -> None:
    route_through(lab, "lvs1")
    with lab.load(VIP, same_connection=True) as kept:
        eventually(lambda: "ESTABLISHED" in lab.output("web1", "ipvsadm -L -n -c"))
        route_through(lab, "web1")
        time.sleep(3)
    assert kept.failed == []
    assert len(kept.answers) == 1
