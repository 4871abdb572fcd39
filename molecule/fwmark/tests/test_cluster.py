# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service by firewall mark: two ports of an address that no host holds, on two directors."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.molecule.conftest import DIGEST, Lab, eventually

VIP, NEXT_HOP = "203.0.113.10", "192.0.2.200"


def test_requests_to_both_ports_are_balanced_as_one_service(lab: Lab) -> None:
    eventually(lambda: lab.output("lvs1", "ipvsadm -S -n").count("-w 1") == 4)
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


def test_what_a_clients_network_tells_about_a_packet_reaches_the_director(lab: Lab) -> None:
    """By ICMP, as echo requests come, which are easier to send. Nobody answers them: no host holds the address."""

    def arrived() -> int:
        return int(lab.output("lvs1", "nstat -asz IcmpInEchos").split()[-2])

    before = arrived()
    assert "3 packets transmitted" in lab.host("client").run(f"ping -c 3 -i 0.3 -W 1 {VIP}").stdout
    assert arrived() == before + 3


def test_no_host_holds_the_address_or_answers_for_it(lab: Lab) -> None:
    for name in lab.hosts:
        assert VIP not in lab.output(name, "ip address")
    assert lab.answering(VIP) == set()
    assert lab.answering(NEXT_HOP) == {lab.mac("lvs1")}


def test_the_director_takes_what_is_marked_and_that_alone(lab: Lab) -> None:
    for name in ("lvs1", "lvs2"):
        assert "fwmark 0x1 lookup 5081" in lab.output(name, "ip rule")
        assert lab.output(name, "ip route show table 5081").startswith("local default dev lo")
        assert lab.output(name, "ipvsadm -S -n").splitlines()[0] == "-A -f 1 -s rr"
    assert lab.host("client").run(f"curl -sS --max-time 2 http://{VIP}:81/").rc != 0


@pytest.mark.parametrize("name", ["web1", "web2"])
def test_frames_keep_the_address_and_carry_the_real_servers_mac(lab: Lab, name: str) -> None:
    with lab.frames(name, f"tcp[tcpflags] == tcp-syn and dst host {VIP}", 2) as frames:
        lab.requests(f"http://{VIP}/", 8)
    for frame in frames:
        assert frame.startswith(f"{lab.mac('lvs1')} > {lab.mac(name)},")


def test_the_other_director_takes_over_and_gives_back(lab: Lab) -> None:
    lab.output("lvs1", "systemctl stop keepalived")
    eventually(lambda: NEXT_HOP in lab.output("lvs2", "ip address"))
    assert lab.requests(f"http://{VIP}/", 10) == {"web1": 5, "web2": 5}
    lab.output("lvs1", "systemctl start keepalived")
    eventually(lambda: NEXT_HOP in lab.output("lvs1", "ip address"))
    eventually(lambda: NEXT_HOP not in lab.output("lvs2", "ip address"))
