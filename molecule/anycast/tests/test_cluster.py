# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""BGP: the router knows all directors for each VIP and spreads clients over them; answers go past the directors."""

from __future__ import annotations

import json

import pytest

from ansible_collections.lvs.cluster.molecule.conftest import DIGEST, Lab

SHOP, SHOP6, NAMES = "203.0.113.198", "2001:db8:ff::198", "203.0.113.199"
DIRECTORS = {"lvs1": "192.0.2.2", "lvs2": "192.0.2.3", "lvs3": "192.0.2.4"}
DIRECTORS6 = {"lvs1": "2001:db8:2::2", "lvs2": "2001:db8:2::3", "lvs3": "2001:db8:2::4"}
REAL_SERVERS = {"web1", "web2", "web3"}


def ways(lab: Lab, vip: str) -> list[str]:
    """The next hops of the router for a VIP, as its kernel has them."""
    family, bits = ("-6", 128) if ":" in vip else ("-4", 32)
    routes = json.loads(lab.output("router", f"ip {family} -json route show {vip}/{bits}"))
    hops = [hop for route in routes for hop in route.get("nexthops", [route])]
    return sorted((hop.get("gateway") or hop["via"]["host"]) for hop in hops)


@pytest.mark.parametrize("vip", [SHOP, NAMES])
def test_the_router_knows_every_director(lab: Lab, vip: str) -> None:
    assert ways(lab, vip) == sorted(DIRECTORS.values())


def test_the_router_has_as_many_ways_in_ipv6(lab: Lab) -> None:
    """By link-local addresses, as BGP has them for neighbours on one network."""
    own = {
        line.split()[3].split("/")[0]
        for name in DIRECTORS6
        for line in lab.output(name, "ip -6 -oneline address show dev eth1").splitlines()
    }
    assert len(ways(lab, SHOP6)) == len(DIRECTORS6)
    assert {*ways(lab, SHOP6)} <= own


def test_bfd_watches_every_director(lab: Lab) -> None:
    peers = json.loads(lab.output("router", "vtysh -c 'show bfd peers json'"))
    up = {peer["peer"] for peer in peers if peer["status"] == "up"}
    assert up >= {*DIRECTORS.values(), *DIRECTORS6.values()}


@pytest.mark.parametrize("vip", [SHOP, f"[{SHOP6}]"])
def test_clients_are_spread_over_all_directors_and_real_servers(lab: Lab, vip: str) -> None:
    before = {name: connections(lab, name) for name in DIRECTORS}
    assert set(lab.requests(f"http://{vip}/", 60)) == REAL_SERVERS
    assert all(connections(lab, name) > before[name] for name in DIRECTORS)


def connections(lab: Lab, director: str) -> int:
    """How many connections a director has balanced, as ipvsadm counts them."""
    lines = (line.split() for line in lab.output(director, "ipvsadm -L -n --stats --exact").splitlines())
    return sum(int(words[2]) for words in lines if words[:1] in (["TCP"], ["UDP"]))


def test_datagrams_are_answered(lab: Lab) -> None:
    assert set(lab.datagrams(NAMES, 20)) <= {"web1", "web2"}


@pytest.mark.parametrize("vip", [SHOP, f"[{SHOP6}]"])
def test_large_answers_and_requests_arrive_whole(lab: Lab, vip: str) -> None:
    assert lab.downloads(vip) == DIGEST
    assert lab.uploads(vip) == DIGEST


def test_every_director_chooses_the_same_real_server(lab: Lab) -> None:
    """Whichever director gets a client's connection: each is asked for the same ports, alone."""
    curl = "curl -sS --max-time 5 -H 'Connection: close' --local-port"
    answers = []
    for gateway in DIRECTORS.values():
        lab.output("router", f"ip route add {SHOP}/32 via {gateway} metric 1")
        try:
            command = f"for port in $(seq 21000 21019); do {curl} $port http://{SHOP}/; done"
            answers.append(lab.output("client", command).split())
        finally:
            lab.output("router", f"ip route del {SHOP}/32 via {gateway} metric 1")
    assert answers[0] == answers[1] == answers[2]
    assert {*answers[0]} == REAL_SERVERS
