# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""NAT within one network: active and passive FTP, and answers that are forced back in two ways."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.molecule.conftest import DIGEST, Lab

FILES, SHOP = "192.0.2.198", "192.0.2.199"
MODES = ("--ftp-pasv --disable-epsv", "--ftp-port - --disable-eprt")


@pytest.mark.parametrize("mode", MODES, ids=["passive", "active"])
def test_files_are_fetched_from_both_real_servers(lab: Lab, mode: str) -> None:
    fetch = f"curl -sS --max-time 10 {mode} ftp://{FILES}/index.html"
    assert {lab.output("client", fetch) for _time in range(4)} == {"web1", "web2"}


def test_requests_are_balanced(lab: Lab) -> None:
    answers = lab.requests(f"http://{SHOP}/", 20)
    assert sum(answers.values()) == 20
    assert answers.keys() == {"web1", "web2"}


def test_datagrams_are_balanced(lab: Lab) -> None:
    assert lab.datagrams(FILES, 20) == {"web1": 10, "web2": 10}


def test_large_answers_and_requests_arrive_whole(lab: Lab) -> None:
    assert lab.downloads(SHOP) == DIGEST
    assert lab.uploads(SHOP) == DIGEST


@pytest.mark.parametrize("mode", MODES, ids=["passive", "active"])
def test_large_files_arrive_whole(lab: Lab, mode: str) -> None:
    assert lab.output("client", f"curl -sS --max-time 20 {mode} ftp://{FILES}/large | sha256sum").split()[0] == DIGEST


def test_the_firewalls_are_open_for_the_services_and_for_nothing_else(lab: Lab) -> None:
    for url in (f"http://{SHOP}:8080/", "http://192.0.2.2/"):
        assert lab.host("client").run(f"curl -sS --max-time 2 {url}").rc == 28  # timed out, not refused


def test_nobody_but_the_director_answers_arp(lab: Lab) -> None:
    for vip in (FILES, SHOP):
        assert lab.answering(vip) == {lab.mac("lvs1")}


def test_with_source_nat_the_real_server_sees_the_director(lab: Lab) -> None:
    with lab.frames("web1", "tcp[tcpflags] == tcp-syn and dst port 80", 1) as frames:
        lab.requests(f"http://{SHOP}/", 8)
    assert "192.0.2.2." in frames[0].split("]", 1)[0] or " 192.0.2.2." in frames[0]


def test_with_a_policy_route_it_sees_the_client_and_answers_through_the_director(lab: Lab) -> None:
    with lab.frames("web1", "tcp[tcpflags] == tcp-syn|tcp-ack and src port 21", 1) as frames:
        lab.output("client", f"for i in 1 2; do curl -sS --max-time 10 ftp://{FILES}/index.html; done")
    assert frames[0].startswith(f"{lab.mac('web1')} > {lab.mac('lvs1')},")
    assert "> 192.0.2.100." in frames[0]


def test_the_director_knows_the_language_of_ftp(lab: Lab) -> None:
    assert lab.output("lvs1", "cat /sys/module/ip_vs_ftp/parameters/ports").startswith("21")
    assert lab.output("lvs1", "sysctl -n net.ipv4.conf.eth1.send_redirects") == "0"


def test_the_settings_of_ipvs_are_those_of_the_definition_since_the_boot(lab: Lab) -> None:
    assert "(size=8192)" in lab.output("lvs1", "ipvsadm -L -n")
    assert lab.output("lvs1", "ipvsadm -L --timeout") == "Timeout (tcp tcpfin udp): 7200 120 300"
    assert lab.output("lvs1", "sysctl -n net.ipv4.vs.expire_nodest_conn") == "1"
