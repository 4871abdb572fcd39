# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each fault is made in a healthy cluster, and the doctor finds exactly that. What it reads it does not change."""

from __future__ import annotations

import time
from typing import NamedTuple

import pytest

from ansible_collections.lvs.cluster.molecule import snapshots
from ansible_collections.lvs.cluster.molecule.conftest import eventually
from ansible_collections.lvs.cluster.tests.doctor.conftest import Examined

HOSTS = ("lvs1", "lvs2", "web1", "web2")


class Fault(NamedTuple):
    """script: what makes it on the host. found: the codes, and the hosts that they name. seconds: until it shows."""

    host: str
    script: str
    found: frozenset[tuple[str, str]]
    seconds: float = 0


def fault(host: str, script: str, *found: str, seconds: float = 0) -> Fault:
    """found: a code, or code and host; of a code alone the host is that of the fault."""
    pairs = (each.partition(" ")[::2] for each in found)
    return Fault(host, script, frozenset((code, named or host) for code, named in pairs), seconds)


# Conntrack works once a rule asks for it. What it knows of 3000 datagrams stays for ten minutes; there is room for some
# more, since the doctor comes over the network too.
NEARLY_FULL = """
nft add table ip seen; nft add chain ip seen in '{ type filter hook input priority 0; }'
nft add rule ip seen in ct state new counter
sysctl -w net.netfilter.nf_conntrack_udp_timeout=600
python3 -c '
import socket
for port in range(3000):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("192.0.2.22", 1000 + port)); sender.send(b"x")
'
count=$(cat /proc/sys/net/netfilter/nf_conntrack_count)
[ "$count" -gt 2900 ]; sysctl -w net.netfilter.nf_conntrack_max=$((count + count / 10))
"""
# The daemon gets the smallest buffer that there is, and then more than it can read: no messages of its own, so that it
# takes none of them for a connection.
SYNC_OVERRUN = """
sysctl -w net.ipv4.vs.sync_sock_size=1
ipvsadm --stop-daemon backup; ipvsadm --start-daemon backup --mcast-interface eth1 --syncid 51
python3 -c '
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
    sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("192.0.2.3"))
    for _number in range(5000):
        sender.sendto(bytes(1400), ("224.0.0.81", 8848))
'
"""
FAULTS = {
    "foreign-answer": fault("web3", "ip address add 192.0.2.198/24 dev eth1", "LVS801 lvs1"),
    "foreign-answer-ipv6": fault("web3", "ip address add 2001:db8:2::198/64 dev eth1 nodad", "LVS801 lvs1"),
    "nobody-answers": fault(
        "lvs1",
        "nft add table arp drops; nft add chain arp drops in '{ type filter hook input priority 0; }'; "
        "nft add rule arp drops in arp daddr ip 192.0.2.198 drop",
        "LVS802",
    ),
    "real-server-answers": fault("web1", "sysctl -w net.ipv4.conf.all.arp_ignore=0", "LVS803"),
    "vip-missing": fault("web1", "ip address del 192.0.2.198/32 dev lo", "LVS811"),
    "rp-filter": fault("web1", "sysctl -w net.ipv4.conf.lvs-ipip.rp_filter=1", "LVS812"),
    "network-differs": fault("web2", "sysctl -w net.ipv4.conf.all.arp_announce=0", "LVS813"),
    "mtu-smaller": fault("web2", "ip link set eth1 mtu 1400", "LVS814"),
    "way-takes-less": fault("lvs1", "ip route add 192.0.2.22/32 dev eth1 mtu 1400", "LVS815"),
    "way-back-differs": fault(
        "web1",
        "ip rule add from 192.0.2.21 ipproto tcp sport 8080 priority 100 table 77; "
        "ip route add default via 192.0.2.100 table 77",
        "LVS816",
    ),
    "split-brain": fault(
        "lvs2",
        "sed -i s/0ld-Pass/n3w-Pass/ /etc/keepalived/keepalived.conf; systemctl reload keepalived",
        "LVS821 lvs1, lvs2",
        "LVS832",
        seconds=8,
    ),
    "split-brain-by-a-filter": fault(
        "lvs2",
        "nft add table ip drops; nft add chain ip drops in '{ type filter hook input priority 0; }'; "
        "nft add rule ip drops in ip protocol vrrp drop",
        "LVS821 lvs1, lvs2",
        seconds=8,
    ),
    "boot-differs": fault("web1", "sed -i /192.0.2.198/d /etc/lvs/network.batch", "LVS831"),
    "configuration-differs": fault(
        "lvs2",
        "echo '# by hand' >> /etc/keepalived/keepalived.conf; systemctl reload keepalived",
        "LVS832",
    ),
    "not-at-boot": fault("lvs2", "systemctl disable keepalived", "LVS833"),
    "unit-not-at-boot": fault("web1", "systemctl disable lvs", "LVS833"),
    "table-differs": fault("lvs1", "ipvsadm -E -t 192.0.2.198:80 -s wlc", "LVS841"),
    "check-failed": fault("web2", "systemctl stop nginx", "LVS844 lvs1", seconds=10),
    "check-failed-on-one": fault(
        "web2",
        "nft add table ip drops; nft add chain ip drops in '{ type filter hook input priority 0; }'; "
        "nft add rule ip drops in ip saddr 192.0.2.3 tcp dport 80 drop",
        "LVS845 lvs2",
        seconds=12,
    ),
    "kept-by-floor": fault(
        "web2",
        "nft add table ip drops; nft add chain ip drops in '{ type filter hook input priority 0; }'; "
        "nft add rule ip drops in ip saddr { 192.0.2.2, 192.0.2.3 } tcp dport 8080 drop",
        "LVS846 lvs1, lvs2",
        seconds=30,
    ),
    "keepalived-stopped": fault("lvs2", "systemctl stop keepalived", "LVS851"),
    "checker-stalled": fault(
        "lvs2", "kill -STOP $(cat /run/keepalived/checkers.pid /run/checkers.pid || true)", "LVS852"
    ),
    "configuration-not-read": fault(
        "lvs2",
        "cp /etc/keepalived/keepalived.conf /root/kept; sleep 2; cp /root/kept /etc/keepalived/keepalived.conf",
        "LVS853",
        seconds=2,
    ),
    "sync-differs": fault(
        "lvs2",
        "ipvsadm --stop-daemon backup; ipvsadm --start-daemon backup --mcast-interface eth1 --syncid 9",
        "LVS861 lvs1, lvs2",
    ),
    "sync-overrun": fault("lvs2", SYNC_OVERRUN, "LVS865"),
    "drop-entry": fault("lvs1", "sysctl -w net.ipv4.vs.drop_entry=3", "LVS863"),
    "conntrack-full": fault("web1", NEARLY_FULL, "LVS864"),
    "clock-differs": fault("web2", "date -s @$(($(date +%s) + 300))", "LVS882"),
}
"""By what each is about."""


def findings(lab: Examined) -> set[tuple[str, str]]:
    """Code and host of each finding."""
    (cluster,) = lab.answer("doctor")["clusters"]
    return {(found["code"], found["host"]) for found in cluster["findings"]}


def test_a_healthy_cluster_has_nothing_and_stays_as_it_is(lab: Examined) -> None:
    before = snapshots.take(lab, [*HOSTS])
    assert lab.answer("doctor") == {
        "word": "healthy",
        "grade": 0,
        "clusters": [{"name": "lvs_directors", "findings": []}],
    }
    now = snapshots.take(lab, [*HOSTS])
    assert [line for host in HOSTS for line in snapshots.compared(before[host], now[host])] == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_nothing_else(lab: Examined, name: str) -> None:
    made = FAULTS[name]
    lab.script(made.host, made.script)
    time.sleep(made.seconds)
    assert findings(lab) == made.found


def test_a_real_server_that_swallows_connections_is_found(lab: Examined) -> None:
    lab.script(
        "web2",
        "nft add table ip drops; nft add chain ip drops in '{ type filter hook input priority 0; }'; "
        "nft add rule ip drops in tcp dport 8080 drop",
    )
    ask = "for try in $(seq 20); do curl -s --max-time 3 http://192.0.2.198:8080/ & done; wait || true"
    lab.output("client", ask)
    assert findings(lab) == {("LVS871", "lvs1")}


def test_a_host_under_two_names_is_found(lab: Examined) -> None:
    lab.describe(web9={**lab.reached_as("web2"), "lvs_address": "192.0.2.29", "lvs_ipv6_address": "2001:db8:2::29"})
    assert ("LVS881", "web2, web9") in findings(lab)


def test_what_cannot_be_seen_is_no_pass(lab: Examined) -> None:
    lab.verb("kill", "web2")
    eventually(lambda: "192.0.2.22:80" not in lab.output("lvs1", "ipvsadm -S -n"), 60)
    assert {("LVS891", "web2"), ("LVS844", "lvs1")} <= findings(lab)
