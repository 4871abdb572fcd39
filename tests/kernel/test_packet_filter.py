# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module packet_filter as Ansible starts it, with nft, iptables-save and arptables as witnesses.

Every test has a host of its own: a network namespace, in which the packet filters are as after a boot.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import module, run
from ansible_collections.lvs.cluster.tests.kernel.test_connections import enter

HOST, REBOOTED = "lvsfilter", "lvsrebooted"
VIP, VIP6 = "192.0.2.198", "2001:db8::198"
RULES: list[dict[str, Any]] = [
    {"kind": "mark", "mark": 1, "address": VIP, "protocol": "tcp", "port": 80},
    {"kind": "mark", "mark": 0x90000001, "address": VIP6, "protocol": "sctp"},
    {"kind": "mark", "mark": 3, "address": "192.0.2.199"},
    {"kind": "unmarked", "mac": "52:54:00:00:01:02"},
    {"kind": "unmarked", "mac": "52:54:00:00:0A:03"},
    {"kind": "silence", "address": VIP, "instead": "192.0.2.21"},
    {"kind": "silence", "address": "192.0.2.199", "instead": "192.0.2.21"},
    {"kind": "redirect", "address": VIP, "protocol": "tcp", "port": 80},
    {"kind": "redirect", "address": VIP, "protocol": "udp", "port": 0},
    {"kind": "redirect", "address": VIP6, "protocol": "sctp", "port": 443},
    {"kind": "redirect", "address": VIP6, "protocol": "tcp"},
    {"kind": "masquerade", "source": "198.51.100.21"},
    {"kind": "masquerade", "source": "198.51.100.0/24"},
    {"kind": "masquerade", "source": "2001:db8:1::/64"},
    {"kind": "source_nat", "address": VIP, "protocol": "tcp", "port": 80, "to": "192.0.2.2"},
    {"kind": "source_nat", "address": VIP6, "protocol": "udp", "to": "2001:db8::2"},
    {"kind": "clamp", "address": VIP, "mss": 1440},
    {"kind": "clamp", "address": VIP6, "mss": 1420},
]
OPENINGS: list[dict[str, Any]] = [
    {"kind": "accept", "hook": "input", "protocol": "tcp", "address": VIP, "port": 80},
    {"kind": "accept", "hook": "input", "protocol": "tcp", "address": VIP6, "port": 80},
    {"kind": "accept", "hook": "input", "protocol": "112", "source": "192.0.2.3"},
    {"kind": "accept", "hook": "input", "protocol": "udp", "port": 8848},
    {"kind": "accept", "hook": "input", "protocol": "ipip", "address": "192.0.2.0/24"},
    {"kind": "accept", "hook": "input", "protocol": "gre"},
    {"kind": "accept", "hook": "input", "protocol": "41"},
    {"kind": "accept", "hook": "input", "protocol": "icmp", "source": "192.0.2.3"},
    {"kind": "accept", "hook": "input", "protocol": "icmpv6"},
    {"kind": "accept", "hook": "forward", "source": "198.51.100.0/24", "protocol": "tcp", "source_port": 80},
    {"kind": "accept", "hook": "forward", "address": "2001:db8:1::/64"},
]
# How many rules these are: without addresses, one for each family.
COUNT = len(RULES) + 2
OPENINGS_COUNT = len(OPENINGS) + 3

NFT_FOREIGN = """
table inet filter {
	chain input {
		type filter hook input priority 0; policy drop;
		ct state established,related accept
		tcp dport { 22, 53 } accept
	}
	chain forward {
		type filter hook forward priority 0; policy drop;
	}
	chain output {
		type filter hook output priority 0; policy accept;
	}
}
table ip guard {
	chain first {
		type filter hook input priority -5; policy accept;
		ip saddr 203.0.113.0/24 drop
	}
}
table ip nat {
	chain prerouting {
		type nat hook prerouting priority -100; policy accept;
		ip daddr 203.0.113.9 dnat to 192.0.2.9
	}
}
table arp foreign {
	chain input {
		type filter hook input priority 0; policy accept;
		arp operation request arp daddr ip 203.0.113.9 drop
	}
}
"""
IPTABLES_FOREIGN = {
    family: f"""
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:GUARD - [0:0]
-A INPUT -j GUARD
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -j REJECT
-A GUARD -s {address} -j DROP
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -d {address} -p tcp -m tcp --dport 81 -j REDIRECT --to-ports 82
COMMIT
*mangle
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -d {address} -j MARK --set-xmark 0x7/0xff
COMMIT
"""
    for family, address in {"iptables": "203.0.113.9", "ip6tables": "2001:db8:9::9"}.items()
}
ARPTABLES_FOREIGN = [
    "-N GUARD",
    "-A GUARD -d 203.0.113.9 --opcode 1 -j DROP",
    "-A INPUT -j GUARD",
    "-A OUTPUT -s 203.0.113.9 -j DROP",
]
# The tools under test: what the module is told, and the variants of iptables and arptables that the host has.
SETUPS = {
    "nftables": ("nftables", "nftables", "nft"),
    "iptables-nft": ("iptables", "arptables", "nft"),
    "iptables-legacy": ("iptables", "arptables", "legacy"),
    "mixed": ("nftables", "arptables", "nft"),
}


def programs(folder: Path, variant: str) -> Path:
    """A folder with one variant of iptables and arptables, as on a host that has no other."""
    found = folder / "programs"
    found.mkdir()
    for tool in ("iptables", "ip6tables", "arptables"):
        for end in ("", "-save", "-restore"):
            (found / f"{tool}{end}").symlink_to(f"/usr/sbin/{tool}-{variant}{end}")
    return found


class Host:
    """A host with one set of tools."""

    def __init__(self, setup: str, folder: Path) -> None:
        self.firewall, self.arp_firewall, variant = SETUPS[setup]
        self.namespace = HOST
        self.boot_folder = folder / "lvs"
        self.programs = programs(folder, variant)

    def __call__(self, *words: str, stdin: str = "") -> str:
        """Run a tool on this host."""
        program = self.programs / words[0]
        found = str(program) if program.exists() else words[0]
        return run("ip", "netns", "exec", self.namespace, found, *words[1:], stdin=stdin)

    def inside(self) -> None:
        os.environ["PATH"] = f"{self.programs}:{os.environ['PATH']}"
        enter(self.namespace)

    def module(self, **options: Any) -> dict[str, Any]:
        options.setdefault("firewall", self.firewall)
        options.setdefault("arp_firewall", self.arp_firewall)
        options.setdefault("boot_folder", str(self.boot_folder))
        return module("packet_filter", inside=self.inside, **options)

    def works(self, **options: Any) -> dict[str, Any]:
        result = self.module(**options)
        assert not result.get("failed"), result["msg"]
        return result

    def listing(self) -> dict[str, list[str]]:
        """What the tools say is there, without counters, handles and dates."""
        texts = {tool: self(tool) for tool in ("iptables-save", "ip6tables-save")}
        # arptables-legacy-save runs what /usr/sbin/arptables is.
        texts["arptables"] = self("arptables", "-n", "-L")
        texts["nft"] = self("nft", "-nnn", "list", "ruleset")
        return {
            tool: [
                re.sub(r"\[\d+:\d+\]|packets \d+ bytes \d+", "", line)
                for line in text.splitlines()
                if line.strip() and not line.startswith("#")
            ]
            for tool, text in texts.items()
        }

    def boot(self, commands: list[str]) -> None:
        """Carry commands out as systemd does, in a namespace that knows nothing yet."""
        self.namespace = REBOOTED
        self.have_foreign_rules()
        for command in commands:
            self(*command.lstrip("-").split())

    def have_foreign_rules(self) -> None:
        if self.firewall == "nftables":
            self("nft", "-f", "-", stdin=NFT_FOREIGN)
        else:
            for tool, text in IPTABLES_FOREIGN.items():
                self(f"{tool}-restore", stdin=text)
        if self.arp_firewall == "arptables":
            for line in ARPTABLES_FOREIGN:
                self("arptables", *line.split())


@pytest.fixture
def namespaces() -> Iterator[None]:
    for namespace in (HOST, REBOOTED):
        run("ip", "netns", "add", namespace)
    try:
        yield
    finally:
        for namespace in (HOST, REBOOTED):
            run("ip", "netns", "delete", namespace)


@pytest.fixture(params=SETUPS)
def host(request: pytest.FixtureRequest, namespaces: None, tmp_path: Path) -> Host:
    return Host(request.param, tmp_path)


@pytest.fixture
def nft_host(namespaces: None, tmp_path: Path) -> Host:
    return Host("nftables", tmp_path)


def test_rules_now_at_the_next_boot_and_as_it_was_before(host: Host) -> None:
    host.have_foreign_rules()
    before = host.listing()
    foretold = host.module(check=True, state="replaced", rules=RULES)
    assert host.listing() == before
    assert not host.boot_folder.exists()
    result = host.works(state="replaced", rules=RULES)
    assert {**result, "invocation": 0} == {**foretold, "invocation": 0}
    assert result["counts"] == {"added": COUNT, "changed": 0, "removed": 0}
    running = host.listing()
    again = host.works(state="replaced", rules=RULES[::-1])
    assert not again["changed"]
    assert again["boot_commands"] == result["boot_commands"]

    host.boot(result["boot_commands"])
    assert host.listing() == running
    assert not host.works(state="replaced", rules=RULES)["changed"]

    # One rule less, and then none.
    assert host.works(state="deleted", rules=RULES[:1])["counts"] == {"added": 0, "changed": 0, "removed": 1}
    result = host.works(state="deleted", all=True)
    assert result["counts"] == {"added": 0, "changed": 0, "removed": COUNT - 1}
    assert result["boot_commands"] == []
    assert host.listing() == before
    assert list(host.boot_folder.iterdir()) == []
    assert not host.works(state="deleted", all=True)["changed"]


def test_openings_now_at_the_next_boot_and_as_it_was_before(host: Host) -> None:
    host.have_foreign_rules()
    before = host.listing()
    result = host.works(state="replaced", rules=OPENINGS)
    assert result["counts"] == {"added": OPENINGS_COUNT, "changed": 0, "removed": 0}
    running = host.listing()
    assert not host.works(state="replaced", rules=OPENINGS)["changed"]
    host.boot(result["boot_commands"])
    assert host.listing() == running
    assert not host.works(state="replaced", rules=OPENINGS)["changed"]
    assert host.works(state="merged", rules=RULES)["counts"]["added"] == COUNT
    assert host.works(state="deleted", all=True)["counts"]["removed"] == COUNT + OPENINGS_COUNT
    assert host.listing() == before
