# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._filter.closed import Closed, in_iptables, in_nftables
from ansible_collections.lvs.cluster.plugins.module_utils._filter.nft_listing import read_blocks

# As nft lists what Docker has set by iptables-nft; nft indents by tabs.
DOCKER = """\
table ip filter {
    chain INPUT {
        type filter hook input priority filter; policy accept;
    }

    chain FORWARD {
        type filter hook forward priority filter; policy drop;
        counter packets 33 bytes 1980 jump DOCKER-USER
        iifname "docker0" oifname != "docker0" counter packets 0 bytes 0 accept
    }

    chain DOCKER-USER {
        counter packets 0 bytes 0 return
    }
}
""".replace("    ", "\t")
FIREWALLD = """\
table inet firewalld {
    chain filter_INPUT {
        type filter hook input priority filter + 10; policy accept;
        ct state { established, related } accept
        reject with icmpx admin-prohibited
    }

    chain filter_FORWARD {
        type filter hook forward priority filter + 10; policy accept;
        ct state invalid drop
        jump filter_FORWARD_POLICIES
    }
}
""".replace("    ", "\t")


@pytest.mark.parametrize(
    ("listed", "closed"),
    [
        (DOCKER, [Closed("forward", "ip", "iptables", "ip filter FORWARD")]),
        (DOCKER.replace("policy drop", "policy accept"), []),
        (
            DOCKER.replace("jump DOCKER-USER", "jump ufw-before-forward"),
            [Closed("forward", "ip", "ufw", "ip filter FORWARD")],
        ),
        (
            FIREWALLD.replace("firewalld", "filter").replace("filter_INPUT", "input"),
            [Closed("input", "inet", "nftables", "inet filter input")],
        ),
        (FIREWALLD, [Closed("input", "inet", "firewalld", "inet firewalld filter_INPUT")]),
    ],
)
def test_chains_of_nftables(listed: str, closed: list[Closed]) -> None:
    assert list(in_nftables(read_blocks(listed))) == closed


@pytest.mark.parametrize(
    ("saved", "closed"),
    [
        ("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n", []),
        (
            "*filter\n:INPUT DROP [0:0]\n-A INPUT -j ufw-before-input\nCOMMIT\n",
            [Closed("input", "ip", "ufw", "ip filter INPUT")],
        ),
        (
            "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n-A FORWARD -i br0 -j ACCEPT\nCOMMIT\n",
            [Closed("forward", "ip", "iptables", "ip filter FORWARD")],
        ),
        (
            "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -j REJECT --reject-with icmp-x\nCOMMIT\n",
            [Closed("input", "ip", "iptables", "ip filter INPUT")],
        ),
    ],
)
def test_chains_of_iptables(saved: str, closed: list[Closed]) -> None:
    assert list(in_iptables("ip", saved)) == closed
