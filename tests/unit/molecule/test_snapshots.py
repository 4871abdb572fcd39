# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a removed cluster may leave, and what not."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.molecule.snapshots import compared, parse

HOSTS_OWN = """== nftables
table inet filter {
    chain input {
        type filter hook input priority filter; policy drop;
        tcp dport { 22, 53 } accept
    }
}
"""
BUILT_IN = """table ip nat {
    chain PREROUTING {
        type nat hook prerouting priority dstnat; policy accept;
    }
}
"""
OURS = BUILT_IN.replace("ip nat", "ip lvs").replace("PREROUTING", "nat_prerouting")


def difference(before: str, now: str) -> list[str]:
    return compared(parse(before), parse(now))


def test_a_line_is_known_by_what_it_is_in() -> None:
    assert parse(HOSTS_OWN) == {
        "nftables": [
            "table inet filter",
            "table inet filter / chain input",
            "table inet filter / chain input / tcp dport { 22, 53 } accept",
            "table inet filter / chain input / type filter hook input priority filter; policy drop;",
        ]
    }


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (HOSTS_OWN, HOSTS_OWN + BUILT_IN),
        (HOSTS_OWN + BUILT_IN, HOSTS_OWN),
        ("== iptables\n", "== iptables\n*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n"),
        ("== sysctls\n", "== sysctls\n/proc/sys/net/ipv4/vs/conn_reuse_mode:1\n"),
        ("== timeouts\n", "== timeouts\nTimeout (tcp tcpfin udp): 900 120 300\n"),
    ],
)
def test_kernel_modules_and_built_in_tables_may_stay(before: str, now: str) -> None:
    assert difference(before, now) == []


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (HOSTS_OWN, HOSTS_OWN + OURS),
        (HOSTS_OWN, HOSTS_OWN.replace("policy drop", "policy accept")),
        (HOSTS_OWN, HOSTS_OWN + BUILT_IN.replace("policy accept;", "policy accept;\n        drop")),
        ("== iptables\n", "== iptables\n*nat\n:LVS-PREROUTING - [0:0]\nCOMMIT\n"),
        ("== sysctls\n", "== sysctls\n/proc/sys/net/ipv4/vs/conntrack:1\n"),
        ("== sysctls\n", "== sysctls\n/proc/sys/net/ipv4/vs/expire_nodest_conn:1\n"),
        ("== timeouts\n", "== timeouts\nTimeout (tcp tcpfin udp): 7200 120 300\n"),
        ("== rules\n1: from all lookup 1\n", "== rules\n1: from all lookup 1\n2: from all lookup 1\n"),
    ],
)
def test_nothing_of_the_cluster_stays_and_nothing_of_the_host_goes(before: str, now: str) -> None:
    assert difference(before, now)
