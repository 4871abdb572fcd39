# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from hypothesis import given

from ansible_collections.lvs.cluster.plugins.module_utils._filter import nft_listing, nftables
from ansible_collections.lvs.cluster.plugins.module_utils._filter.model import Line, Rule, parse_rules
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils._filter.nft_samples import (
    CLOSED,
    LISTED,
    OPENED,
    OPENINGS,
    RULES,
)


@given(strategies.filter_rules())
def test_what_is_written_reads_as_the_same_rules(rules: frozenset[Rule]) -> None:
    own = "\n".join(nftables.tables_script(rules))
    openings = "\n".join(nftables.openings_script(rules, OPENINGS))
    assert nft_listing.read_files(own) | nft_listing.read_files(openings) == rules
    read = nft_listing.read_ruleset(own, "")
    assert read.rules == {rule for rule in rules if rule.kind != "accept"}
    assert read.strays == frozenset()


def test_what_nft_lists_is_understood() -> None:
    read = nft_listing.read_ruleset(LISTED, "")
    assert (read.rules, read.strays) == (RULES, frozenset())
    assert read.tables == {"ip lvs", "arp lvs"}
    assert read.handles[Line("ip lvs nat_prerouting", "ip daddr 192.0.2.198 tcp dport 80 redirect")] == 14
    script = nftables.tables_script(RULES, there=read.tables)
    assert script[:4] == ["table arp lvs {}", "delete table arp lvs", "table arp lvs {", "\tchain input {"]
    assert nft_listing.read_files("\n".join(script)) == RULES


def test_strays_can_be_put_back() -> None:
    text = LISTED.replace("tcp dport 80 redirect", "tcp dport 80 redirect to :8080")
    text += (
        "table ip6 lvs {\n\tchain extra {\n\t\ttype filter hook input priority 5; policy accept;\n\t\tdrop\n\t}\n}\n"
    )
    read = nft_listing.read_ruleset(text, "")
    again = nft_listing.read_ruleset("\n".join(nftables.tables_script(read.rules, read.strays)), "")
    assert again.rules == read.rules
    assert {(stray.place, stray.words) for stray in again.strays} == {
        (stray.place, stray.words) for stray in read.strays
    }


def test_openings_are_made_where_something_is_closed() -> None:
    rules = parse_rules(
        [
            {"kind": "accept", "hook": "input", "protocol": "vrrp", "source": "192.0.2.3"},
            {"kind": "accept", "hook": "input", "protocol": "icmp"},
            {"kind": "accept", "hook": "input", "address": "192.0.2.21", "connection": "established"},
        ]
    ) | {Rule("accept", "ipv6", hook="input", protocol="tcp", port="80")}
    now = nft_listing.read_ruleset("", CLOSED)
    assert (now.rules, now.chains, now.jumps) == (frozenset(), frozenset(), frozenset())
    assert nftables.openings_script(rules, now.openings, now) == [
        "add chain inet filter lvs_input",
        "flush chain inet filter lvs_input",
        "add rule inet filter lvs_input meta l4proto 1 accept",
        "add rule inet filter lvs_input ip daddr 192.0.2.21 ct state established,related accept",
        "add rule inet filter lvs_input ip saddr 192.0.2.3 meta l4proto 112 accept",
        "add rule inet filter lvs_input meta nfproto ipv6 tcp dport 80 accept",
        'insert rule inet filter input jump lvs_input comment "lvs.cluster"',
    ]
    then = nft_listing.read_ruleset("", OPENED)
    assert then.rules == rules
    assert nftables.openings_script((), then.openings, then) == [
        "delete rule inet filter input handle 7",
        "flush chain inet filter lvs_input",
        "delete chain inet filter lvs_input",
    ]


def test_an_opening_behind_a_drop_lets_nothing_in() -> None:
    blocked = OPENED.replace("policy drop;\n", "policy drop;\n\t\tip saddr 203.0.113.9 drop # handle 11\n")
    now = nft_listing.read_ruleset("", blocked)
    assert now.rules == frozenset()
    assert len(now.strays) == 4
    script = nftables.openings_script({Rule("accept", "ipv4", hook="input", protocol="gre")}, now.openings, now)
    assert script[0] == "delete rule inet filter input handle 7"
    assert script[-1].startswith("insert rule inet filter input jump lvs_input")


def test_strays_of_another_table_never_take_it_away() -> None:
    blocked = OPENED.replace("policy drop;\n", "policy drop;\n\t\tip saddr 203.0.113.9 drop # handle 11\n")
    now = nft_listing.read_ruleset("", blocked)
    assert nftables.tables_script((), now.strays) == []
