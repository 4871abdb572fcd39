# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the drop-ins say. What the units make of it: tests/kernel/test_filter_units.py."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._filter import arptables, iptables
from ansible_collections.lvs.cluster.plugins.module_utils._filter.model import Rule, parse_rules
from ansible_collections.lvs.cluster.plugins.module_utils._filter.units import UNITS, BootFile, Programs, drop_in

PROGRAMS = Programs("/sbin/nft", {"ipv4": "/sbin/iptables", "ipv6": "/sbin/ip6tables"}, "/sbin/arptables")
NFT = BootFile("/etc/lvs/filter.nft", "table arp lvs {\n}\n", "/sbin/nft -f /etc/lvs/filter.nft")


def rules(*given: dict[str, object]) -> list[Rule]:
    return sorted(parse_rules(list(given)))


REDIRECT = rules({"kind": "redirect", "address": "192.0.2.198", "protocol": "tcp", "port": ["80"]})
SILENCE = rules({"kind": "silence", "address": "192.0.2.198", "instead": "192.0.2.21"})
IPTABLES = BootFile(
    "/etc/lvs/filter.iptables", "\n".join(iptables.script("ipv4", REDIRECT)), "/sbin/iptables-restore X"
)
ARPTABLES = BootFile("/etc/lvs/filter.arptables", "\n".join(arptables.script(SILENCE)), "/bin/xargs X")


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_that_flushes_nothing_of_ours_is_left_alone(unit: str) -> None:
    assert drop_in(unit, {}, PROGRAMS) is None


def test_nftables_flushes_all_that_is_in_it() -> None:
    found = drop_in("nftables.service", {"filter.nft": NFT}, PROGRAMS) or ""
    assert found.splitlines()[1:] == [
        "[Service]",
        "ExecStartPost=-/sbin/nft -f /etc/lvs/filter.nft",
        "ExecReload=-/sbin/nft -f /etc/lvs/filter.nft",
        "ExecStop=",
        'ExecStop=/sbin/nft "flush ruleset; include \\"/etc/lvs/filter.nft\\""',
    ]
    assert drop_in("iptables.service", {"filter.nft": NFT}, PROGRAMS) is None


def test_chains_of_iptables_are_reached_once_whatever_the_unit_has_left() -> None:
    files = {"filter.iptables": IPTABLES}
    jump = "/sbin/iptables --wait 10 -t nat -D PREROUTING -j LVS-PREROUTING"
    restored = [jump, "/sbin/iptables-restore X"]
    found = drop_in("netfilter-persistent.service", files, PROGRAMS) or ""
    assert found.splitlines()[2:] == [
        f"{moment}=-{command}" for moment in ("ExecStartPost", "ExecStopPost") for command in restored
    ]
    for unit in ("iptables.service", "ip6tables.service", "nftables.service"):
        found = drop_in(unit, files, PROGRAMS) or ""
        assert found.splitlines()[2:] == [
            f"{moment}=-{command}" for moment in ("ExecStartPost", "ExecReload", "ExecStopPost") for command in restored
        ]


def test_chains_of_arptables_are_made_anew() -> None:
    found = drop_in("arptables.service", {"filter.arptables": ARPTABLES}, PROGRAMS) or ""
    assert [line for line in found.splitlines() if line.startswith("ExecStartPost=")] == [
        "ExecStartPost=-/sbin/arptables -D INPUT -j LVS-INPUT",
        "ExecStartPost=-/sbin/arptables -D OUTPUT -j LVS-OUTPUT",
        "ExecStartPost=-/sbin/arptables -F LVS-INPUT",
        "ExecStartPost=-/sbin/arptables -F LVS-OUTPUT",
        "ExecStartPost=-/sbin/arptables -X LVS-INPUT",
        "ExecStartPost=-/sbin/arptables -X LVS-OUTPUT",
        "ExecStartPost=-/bin/xargs X",
    ]
