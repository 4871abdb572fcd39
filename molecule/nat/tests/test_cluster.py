# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""NAT with two directors: the one that has the VIPs has the real servers' gateway too."""

from __future__ import annotations

from ansible_collections.lvs.cluster.molecule.conftest import DIGEST, Lab, eventually

VIP, GATEWAY, OTHER_GATEWAY = "192.0.2.198", "198.51.100.200", "203.0.113.200"
CLIENT = "192.0.2.100"
PASSWORD = "s3cr3t/1"


def test_requests_are_balanced(lab: Lab) -> None:
    eventually(lambda: lab.output("lvs1", "ipvsadm -S -n").count("-w 1") == 4)
    answers = lab.requests(f"http://{VIP}/", 40)
    assert sum(answers.values()) == 40
    assert answers.keys() == {"app1", "app2"}


def test_datagrams_are_balanced_and_their_port_is_mapped(lab: Lab) -> None:
    assert lab.datagrams(VIP, 20, port=53) == {"app1": 10, "app2": 10}


def test_large_answers_and_requests_arrive_whole(lab: Lab) -> None:
    for _real_server in ("app1", "app2"):
        assert lab.downloads(VIP) == DIGEST
        assert lab.uploads(VIP) == DIGEST


def test_one_director_has_all_virtual_addresses(lab: Lab) -> None:
    assert f"inet {VIP}/24 scope global secondary eth1:100" in lab.output("lvs1", "ip address show dev eth1")
    assert f"inet {GATEWAY}/32 " in lab.output("lvs1", "ip address show dev eth2")
    assert f"inet {OTHER_GATEWAY}/32 " in lab.output("lvs1", "ip address show dev eth3")
    told = lab.output("lvs2", "ip address")
    assert VIP not in told
    assert GATEWAY not in told
    assert OTHER_GATEWAY not in told
    assert lab.answering(VIP) == {lab.mac("lvs1")}


def test_the_director_puts_the_real_server_for_the_vip_and_back(lab: Lab) -> None:
    answering = f"tcp[tcpflags] == tcp-syn|tcp-ack and src host {VIP}"
    asking = f"tcp[tcpflags] == tcp-syn and src host {CLIENT}"  # the directors' health checks are others
    with lab.frames("app1", asking, 1) as requests, lab.frames("client", answering, 1) as answers:
        lab.requests(f"http://{VIP}/", 8)
    assert requests[0].startswith(f"{lab.mac('lvs1', 'eth2')} > {lab.mac('app1')},")
    assert f"{CLIENT}." in requests[0]
    assert "> 198.51.100.21.80:" in requests[0]
    assert answers[0].startswith(f"{lab.mac('lvs1')} > {lab.mac('client')},")


def test_the_real_servers_go_through_the_virtual_gateway_of_their_network(lab: Lab) -> None:
    for name, gateway in (("app1", GATEWAY), ("app2", GATEWAY), ("sorry", OTHER_GATEWAY)):
        assert f"default via {gateway} " in lab.output(name, "ip route") + " "


def test_the_real_servers_reach_out_with_the_directors_address(lab: Lab) -> None:
    with lab.frames("client", "tcp[tcpflags] == tcp-syn and dst port 80", 1) as frames:
        assert lab.requests(f"http://{CLIENT}/", 1, client="app2") == {"client": 1}
    assert "198.51.100" not in frames[0]


def test_the_firewalls_are_open_for_the_services_and_vrrp_and_for_nothing_else(lab: Lab) -> None:
    for url in (f"http://{VIP}:8080/", "http://192.0.2.2/"):
        assert lab.host("client").run(f"curl -sS --max-time 2 {url}").rc == 28  # timed out, not refused
    assert lab.host("lvs1").run("curl -sS --max-time 2 http://198.51.100.21:8080/").rc == 28
    # lvs2 hears lvs1, or it would have the VIPs too.
    assert "Entering MASTER STATE" not in lab.output("lvs2", "journalctl -u keepalived --since '-20s' --no-pager")


def test_the_password_is_in_the_file_and_nowhere_else(lab: Lab) -> None:
    for name in ("lvs1", "lvs2"):
        configuration = "/etc/keepalived/keepalived.conf"
        assert lab.output(name, f"stat -c %a {configuration}").strip() == "600"
        assert f"auth_pass {PASSWORD}" in lab.output(name, f"cat {configuration}")
        assert PASSWORD not in lab.output(name, "journalctl --no-pager")
