# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module packet_filter as Ansible starts it, with nft, iptables-save and arptables as witnesses.

Every test has a host of its own: a network namespace, in which the packet filters are as after a boot.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils import _programs as finding
from ansible_collections.lvs.cluster.tests.kernel.conftest import module, run
from ansible_collections.lvs.cluster.tests.kernel.namespaces import enter

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
    {"kind": "mark", "mark": 1, "address": VIP, "protocol": "icmp"},
    {"kind": "mark", "mark": 1, "address": VIP6, "protocol": "icmpv6"},
    {"kind": "source_nat", "mark": 5, "to": "192.0.2.2"},
    {"kind": "mark", "mark": 8, "address": "192.0.2.192/28", "protocol": "tcp", "port": "8000-9000"},
    {"kind": "redirect", "address": "2001:db8::c0/124", "protocol": "tcp", "port": "8000-9000"},
    {"kind": "source_nat", "address": "192.0.2.192/28", "protocol": "tcp", "port": 80, "to": "192.0.2.2"},
    {"kind": "source_nat", "mark": 0x90000001, "protocol": "tcp", "address": VIP6, "port": 80, "to": "2001:db8::2"},
    {"kind": "mark", "mark": 0, "address": "192.0.2.199", "protocol": "tcp", "port": 443},
    {"kind": "mark", "mark": 0, "address": VIP6, "protocol": "sctp", "port": "1-1023"},
    {"kind": "mark", "mark": 5, "address": VIP, "protocol": "udp", "port": [5060, "10000-20000"]},
    {"kind": "mark", "mark": 5, "address": VIP6, "protocol": "udp", "port": "10000:20000"},
    {"kind": "mark", "mark": 6, "address": VIP, "protocol": "sctp", "port": [443, 80, "1024-65535"]},
    {"kind": "redirect", "address": "192.0.2.199", "protocol": "tcp", "port": ["1-1023", 8080]},
    {"kind": "redirect", "address": VIP6, "protocol": "udp", "port": "2-65535", "mac": "52:54:00:00:01:02"},
    {"kind": "source_nat", "address": VIP, "protocol": "udp", "port": "10000-20000", "to": "192.0.2.2"},
    {"kind": "source_nat", "address": VIP6, "protocol": "tcp", "port": "1024-65535", "to": "2001:db8::2"},
    {"kind": "mark", "mark": 9, "address": "0.0.0.0/0", "protocol": "tcp", "port": 80},
    {"kind": "mark", "mark": 0, "address": "0.0.0.0/0", "protocol": "tcp", "port": 80, "source": "192.0.2.21"},
    {"kind": "mark", "mark": 9, "address": "::/0", "protocol": "udp"},
    {"kind": "mark", "mark": 0, "address": "::/0", "protocol": "udp", "source": "2001:db8::21"},
    {"kind": "redirect", "address": "0.0.0.0/0", "protocol": "tcp", "port": [80, 443]},
    {"kind": "redirect", "address": "::/0", "protocol": "udp"},
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
    {"kind": "accept", "hook": "input", "address": VIP, "mark": 5},
    {"kind": "accept", "hook": "input", "mark": 0x90000001},
    {"kind": "accept", "hook": "input", "protocol": "udp", "address": VIP, "port": [5060, "10000-20000"]},
    {"kind": "accept", "hook": "forward", "source": "2001:db8::21", "protocol": "tcp", "source_port": [80, "443-450"]},
    {
        "kind": "accept",
        "hook": "forward",
        "source": "192.0.2.21",
        "protocol": "tcp",
        "source_port": [80, 443],
        "port": "1024-65535",
    },
    {"kind": "accept", "hook": "forward", "address": VIP, "protocol": "udp", "source_port": 53, "port": [1, 3]},
]
# How many rules these are: without addresses, one for each family.
COUNT = len(RULES) + 2
OPENINGS_COUNT = len(OPENINGS) + 4

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


# iptables-legacy, and a host with tools of both worlds, where a test says so.
@pytest.fixture(params=["nftables", "iptables-nft"])
def host(request: pytest.FixtureRequest, namespaces: None, tmp_path: Path) -> Host:
    return Host(request.param, tmp_path)


@pytest.fixture
def nft_host(namespaces: None, tmp_path: Path) -> Host:
    return Host("nftables", tmp_path)


@pytest.mark.parametrize("host", SETUPS, indirect=True)
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


@pytest.mark.parametrize("host", ["nftables", "iptables-nft", "iptables-legacy"], indirect=True)
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


def test_rules_move_to_other_tools(nft_host: Host) -> None:
    host = nft_host
    host.works(state="replaced", rules=RULES)
    other = {"firewall": "iptables", "arp_firewall": "arptables"}
    result = host.works(state="merged", **other)
    assert result["counts"] == {"added": COUNT, "changed": 0, "removed": COUNT}
    names = sorted(path.name for path in host.boot_folder.iterdir())
    assert names == ["filter.arptables", "filter.ip6tables", "filter.iptables"]
    assert "lvs" not in host("nft", "list", "tables")
    assert not host.works(state="replaced", rules=RULES, **other)["changed"]
    assert host.works(state="replaced", rules=RULES)["counts"]["added"] == COUNT
    assert "LVS" not in host("iptables-save") + host("ip6tables-save") + host("arptables", "-n", "-L")


def test_own_rules_stay_beside_what_is_merged(nft_host: Host) -> None:
    nft_host.works(state="merged", rules=RULES[:3])
    result = nft_host.works(state="merged", rules=[{**RULES[0], "mark": 5}, RULES[3]])
    assert result["counts"] == {"added": 3, "changed": 0, "removed": 1}
    assert not nft_host.works(state="replaced", rules=[{**RULES[0], "mark": 5}, *RULES[1:4]])["changed"]


def test_the_commands_do_the_same(nft_host: Host) -> None:
    nft_host.works(state="replaced", rules=RULES[:8])
    foretold = nft_host.module(check=True, state="replaced", rules=RULES[1:8])
    (command,) = foretold["commands"]
    nft_host(*command.split())
    assert not nft_host.module(check=True, state="replaced", rules=RULES[1:8])["plan"]["removed"]


def test_what_others_put_among_own_rules_goes(host: Host) -> None:
    host.works(state="replaced", rules=RULES)
    before = host.listing()
    if host.firewall == "nftables":
        host("nft", "insert", "rule", "ip", "lvs", "nat_prerouting", "tcp", "dport", "22", "counter", "accept")
        host("nft", "add", "chain", "ip6", "lvs", "extra")
        host("nft", "add", "rule", "ip6", "lvs", "extra", "drop")
    else:
        host("iptables", "-t", "nat", "-I", "LVS-PREROUTING", "-p", "tcp", "--dport", "22", "-j", "ACCEPT")
        host("iptables", "-t", "mangle", "-D", "POSTROUTING", "-j", "LVS-POSTROUTING")
    if host.arp_firewall == "arptables":
        host("arptables", "-A", "LVS-INPUT", "-d", "203.0.113.9", "-j", "DROP")
    result = host.works(state="replaced", rules=RULES)
    assert {entry["kind"] for entry in result["plan"]["removed"]} == {"stray"}
    assert {tool: sorted(lines) for tool, lines in host.listing().items()} == {
        tool: sorted(lines) for tool, lines in before.items()
    }
    assert not host.works(state="replaced", rules=RULES)["changed"]


def test_openings_are_made_before_what_was_put_in_front_of_them(nft_host: Host) -> None:
    nft_host.have_foreign_rules()
    nft_host.works(state="replaced", rules=OPENINGS)
    nft_host("nft", "insert", "rule", "inet", "filter", "input", "ip", "saddr", "203.0.113.9", "drop")
    assert nft_host.works(state="replaced", rules=OPENINGS)["changed"]
    chain = nft_host("nft", "list", "chain", "inet", "filter", "input")
    assert chain.index("jump lvs_input") < chain.index("203.0.113.9")
    assert chain.count("jump lvs_input") == 1


def test_a_host_that_is_open_needs_no_openings(nft_host: Host) -> None:
    result = nft_host.works(state="replaced", rules=OPENINGS)
    assert not result["changed"]
    assert result["boot_commands"] == []


def test_nothing_is_done_where_a_file_cannot_be_written(host: Host) -> None:
    host.have_foreign_rules()
    host.works(state="replaced", rules=RULES[:8])
    before = host.listing()
    result = host.module(state="replaced", rules=RULES[4:], boot_folder="/proc/lvs")
    assert result["failed"]
    assert result["msg"].startswith("This call has changed nothing: /proc/lvs/filter.")
    assert host.listing() == before


def test_what_one_tool_has_done_is_undone_where_another_fails(namespaces: None, tmp_path: Path) -> None:
    host = Host("mixed", tmp_path)
    before = host.listing()
    program = host.programs / "arptables"
    program.unlink()
    program.write_text(
        '#!/bin/sh\n[ "$1" != -A ] || { echo no room for rules >&2; exit 4; }\nexec arptables-nft "$@"\n'
    )
    program.chmod(0o755)
    result = host.module(state="replaced", rules=RULES)
    assert result["failed"]
    assert "arptables -A LVS-INPUT -d 192.0.2.198 --opcode 1 -j DROP failed: no room for rules" in result["msg"]
    assert "lvs" not in host("nft", "list", "tables")
    assert not host.boot_folder.exists()
    assert host.listing()["iptables-save"] == before["iptables-save"]


def test_without_the_capability_the_tool_says_so() -> None:
    prefix = ("setpriv", "--bounding-set", "-net_admin")
    result = module("packet_filter", prefix=prefix, rules=RULES[:1], firewall="nftables", arp_firewall="nftables")
    assert result["failed"]
    assert "This call has changed nothing: nft list tables failed: " in result["msg"]
    assert "Operation not permitted" in result["msg"]


def without_tools(host: Host) -> Callable[[], None]:
    def inside() -> None:
        enter(host.namespace)
        os.environ["PATH"] = "/nowhere"
        finding.SYSTEM_FOLDERS = ()

    return inside


def test_a_host_without_tools_is_told_which_to_install(nft_host: Host) -> None:
    inside = without_tools(nft_host)
    result = module("packet_filter", inside=inside, rules=[*RULES, *OPENINGS])
    assert result["failed"]
    assert "install arptables and iptables" in result["msg"]
    result = module("packet_filter", inside=inside, rules=RULES[:1], firewall="nftables")
    assert "install nftables" in result["msg"]
    assert not module("packet_filter", inside=inside, state="replaced")["changed"]


def test_a_table_with_an_owner_is_left_alone(nft_host: Host) -> None:
    words = ["ip", "netns", "exec", HOST, "nft", "-i"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as owner:
        owner.stdin.write("add table inet firewalld { flags owner; }\n")
        owner.stdin.write(
            "add chain inet firewalld filter_INPUT { type filter hook input priority 10; policy drop; }\n"
        )
        owner.stdin.flush()
        while "filter_INPUT" not in nft_host("nft", "list", "chains"):
            time.sleep(0.05)
        before = nft_host.listing()
        result = nft_host.module(state="replaced", rules=[*OPENINGS, *RULES])
        assert result["failed"]
        assert "table inet firewalld belongs to the program that made it" in result["msg"]
        assert nft_host.listing() == before
        nft_host.works(state="replaced", rules=RULES)
        owner.stdin.close()


def test_a_firewall_of_iptables_is_not_opened_by_nft(nft_host: Host) -> None:
    nft_host("iptables", "-P", "INPUT", "DROP")
    result = nft_host.module(state="replaced", rules=OPENINGS)
    assert result["failed"]
    assert "table ip filter is kept by iptables" in result["msg"]
    assert nft_host.works(state="replaced", rules=OPENINGS, firewall="iptables")["changed"]


def test_reading_makes_no_tables(namespaces: None, tmp_path: Path) -> None:
    host = Host("iptables-legacy", tmp_path)
    assert not host.works(state="replaced")["changed"]
    assert host("sh", "-c", "cat /proc/self/net/*_tables_names 2>/dev/null; true") == ""
    assert host("nft", "list", "ruleset") == ""


def test_a_firewall_of_iptables_legacy_is_told_of(namespaces: None, tmp_path: Path) -> None:
    host = Host("iptables-legacy", tmp_path)
    host("iptables", "-P", "INPUT", "DROP")
    result = host.module(state="replaced", rules=OPENINGS, firewall="nftables", arp_firewall="nftables")
    (warning,) = result["warnings"]
    assert "iptables-legacy for ipv4, in which nft can open nothing" in str(warning)


def test_many_ports_are_few_rules(host: Host) -> None:
    """As range() in a template makes them, and more of them than one rule of iptables takes."""
    every_other = [str(port) for port in range(1, 41, 2)]
    ports = ["5060", *(str(port) for port in range(10000, 20001))]
    rules = [
        {"kind": "mark", "mark": 5, "address": VIP, "protocol": "udp", "port": ports},
        {"kind": "mark", "mark": 6, "address": VIP, "protocol": "tcp", "port": every_other},
    ]
    result = host.works(state="replaced", rules=rules)
    assert result["counts"]["added"] == 3
    assert not host.works(state="replaced", rules=[rules[1], {**rules[0], "port": ["10000-20000", "5060"]}])["changed"]
    listed = [line for tool in ("nft", "iptables-save") for line in host.listing()[tool] if "10000" in line]
    assert any("5060" in line and "20000" in line for line in listed)
    host.boot(result["boot_commands"])
    assert not host.works(check=True, state="replaced", rules=rules)["changed"]
