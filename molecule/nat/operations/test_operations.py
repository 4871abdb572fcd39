# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What happens to the cluster: real servers that fail, a director that loses its clients' side."""

from __future__ import annotations

from ansible_collections.lvs.cluster.molecule.conftest import Lab, eventually

VIP, GATEWAY = "192.0.2.198", "198.51.100.200"


def table(lab: Lab) -> str:
    return lab.output("lvs1", "ipvsadm -S -n")


def test_the_sorry_server_steps_in_and_goes_again(lab: Lab) -> None:
    for name in ("app1", "app2"):
        lab.output(name, "systemctl stop nginx")
    eventually(lambda: "203.0.113.29:80" in table(lab))
    assert lab.requests(f"http://{VIP}/", 4) == {"sorry": 4}
    lab.output("app1", "systemctl start nginx")
    eventually(lambda: "203.0.113.29:80" not in table(lab))
    # inhibit_on_failure: the one that is still away is there with weight 0
    assert "-r 198.51.100.22:80 -m -w 0" in table(lab)
    assert lab.requests(f"http://{VIP}/", 4) == {"app1": 4}
    lab.output("app2", "systemctl start nginx")
    eventually(lambda: "-r 198.51.100.22:80 -m -w 1" in table(lab))


def test_the_director_itself_is_the_sorry_server_whichever_has_the_vip(lab: Lab) -> None:
    for name in ("app1", "app2"):
        lab.output(name, "sysctl -w net.ipv4.icmp_echo_ignore_all=1")
    for director, own in (("lvs1", "198.51.100.2"), ("lvs2", "198.51.100.3")):
        eventually(lambda director=director, own=own: f"-r {own}:5353 -m" in lab.output(director, "ipvsadm -S -n"), 60)
    assert lab.datagrams(VIP, 4, port=53) == {"lvs1": 4}
    told = lab.ansible("lvs.cluster.status", "-e", "fail_at=never")
    assert "foreign" not in told
    assert "the sorry server answers" in told
    for name in ("app1", "app2"):
        lab.output(name, "sysctl -w net.ipv4.icmp_echo_ignore_all=0")
    eventually(lambda: "198.51.100.2:5353" not in table(lab), 60)  # the first real server is back, the second follows
    eventually(lambda: all(f"-r 198.51.100.{app}:5353 -m" in table(lab) for app in (21, 22)), 60)
    assert lab.datagrams(VIP, 4, port=53) == {"app1": 2, "app2": 2}


def test_a_director_without_its_clients_hands_everything_over(lab: Lab) -> None:
    lab.change("link", "lvs1", "off", "lan")
    eventually(lambda: VIP in lab.output("lvs2", "ip address show dev eth1"))
    assert GATEWAY in lab.output("lvs2", "ip address show dev eth2")
    eventually(lambda: lab.host("client").run(f"curl -sS --max-time 2 http://{VIP}/").rc == 0)
    assert GATEWAY not in lab.output("lvs1", "ip address show dev eth2")
    lab.change("link", "lvs1", "on", "lan")
    eventually(lambda: VIP in lab.output("lvs1", "ip address show dev eth1"))
    eventually(lambda: VIP not in lab.output("lvs2", "ip address show dev eth1"))
    assert sum(lab.requests(f"http://{VIP}/", 4).values()) == 4
