# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._filter import nft_listing
from ansible_collections.lvs.cluster.plugins.module_utils._filter.model import parse_rules
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils._filter.nft_samples import (
    CLOSED,
    LISTED,
    RULES,
    TAB,
)

# The same of packets that are not for the host, and of some of these.
LISTED_ANYWHERE = """\
table ip lvs { # handle 1
    chain mangle_prerouting { # handle 1
        type filter hook prerouting priority -150; policy accept;
        fib daddr type 1 tcp dport 80 meta mark set 0x00000009 # handle 2
        ip saddr 192.0.2.21 fib daddr type 1 tcp dport 80 meta mark set 0x00000000 # handle 3
    }
}
table ip6 lvs { # handle 2
    chain nat_prerouting { # handle 1
        type nat hook prerouting priority -100; policy accept;
        ip6 daddr != ff00::/8 fib daddr type != 2 meta l4proto 6 redirect # handle 2
    }
}
""".replace("    ", TAB)
ANYWHERE = parse_rules(
    [
        {"kind": "mark", "mark": 9, "address": "0.0.0.0/0", "protocol": "tcp", "port": ["80"]},
        {"kind": "mark", "mark": 0, "address": "0.0.0.0/0", "protocol": "tcp", "port": ["80"], "source": "192.0.2.21"},
        {"kind": "redirect", "address": "::/0", "protocol": "tcp"},
    ]
)


def test_packets_to_others_are_known_by_the_type_of_their_address() -> None:
    read = nft_listing.read_ruleset(LISTED_ANYWHERE, "")
    assert (read.rules, read.strays) == (ANYWHERE, frozenset())
    wider = nft_listing.read_ruleset(LISTED_ANYWHERE.replace("fib daddr type 1 ", ""), "")
    assert wider.rules < ANYWHERE
    assert len(wider.strays) == 2


def test_a_chain_may_have_a_comment() -> None:
    text = CLOSED.replace("\t\ttype filter", '\t\tcomment "we drop most"\n\t\ttype filter')
    assert nft_listing.read_ruleset("", text).openings == nft_listing.read_ruleset("", CLOSED).openings != frozenset()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tcp dport 80 redirect", "tcp dport 80 counter packets 0 bytes 0 redirect"),
        ("tcp dport 80 redirect", "tcp dport 80 redirect to :8080"),
        ("ip daddr 192.0.2.198 tcp dport 80 redirect", 'iifname "eth0" ip daddr 192.0.2.198 tcp dport 80 redirect'),
        ("tcp dport 80 meta mark", "tcp sport 80 meta mark"),
        ("> 1440", "> 1400"),
        ("masquerade # handle 11", "masquerade random # handle 11"),
    ],
)
def test_a_line_that_says_more_is_a_stray(before: str, after: str) -> None:
    read = nft_listing.read_ruleset(LISTED.replace(before, after), "")
    assert len(read.rules) == len(RULES) - 1
    (stray,) = read.strays
    assert stray.place.startswith("ip lvs chain ")


def test_half_a_rule_is_a_stray() -> None:
    read = nft_listing.read_ruleset(LISTED.replace("arp operation 1 ", ""), "")
    assert {stray.words for stray in read.strays} == {
        "arp daddr ip 192.0.2.198 drop",
        "arp saddr ip 192.0.2.198 arp saddr ip set 192.0.2.21",
    }


def test_who_is_excepted_after_the_first_mark_is_a_stray() -> None:
    unmarked = "\t\tether saddr 52:54:00:00:01:01 return # handle 5\n"
    moved = LISTED.replace(unmarked, "").replace(
        "set 0x00000001 # handle 7\n", "set 0x00000001 # handle 7\n" + unmarked
    )
    (stray,) = nft_listing.read_ruleset(moved, "").strays
    assert stray.words == "ether saddr 52:54:00:00:01:01 return"


def test_what_is_not_reached_is_a_stray() -> None:
    other = LISTED.replace("type nat hook prerouting priority -100", "type nat hook prerouting priority -90")
    read = nft_listing.read_ruleset(other + "table ip6 lvs {\n\tset extra {\n\t\ttype ipv4_addr\n\t}\n}\n", "")
    assert {stray.place for stray in read.strays} == {"ip lvs chain nat_prerouting", "ip6 lvs set extra"}
    assert read.rules == {rule for rule in RULES if rule.kind != "redirect"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            CLOSED.replace("{\n\tchain", "{ # progname nft\n\tflags owner\n\tchain", 1),
            "belongs to the program that made it",
        ),
        (
            CLOSED.replace("inet filter", "ip filter").replace("chain input", "chain INPUT"),
            "table ip filter is kept by iptables",
        ),
    ],
)
def test_where_nothing_may_be_opened_is_told(text: str, words: str) -> None:
    (opening,) = nft_listing.read_ruleset("", text).openings
    assert words in opening.refusal


def test_a_chain_that_drops_nothing_needs_no_opening() -> None:
    open_chain = CLOSED.replace("policy drop", "policy accept").replace(
        "\t\tct state established accept # handle 4\n", ""
    )
    assert nft_listing.read_ruleset("", open_chain).openings == frozenset()


def test_which_tables_of_others_are_looked_at() -> None:
    chains = """\
table ip lvs {
    chain nat_prerouting {
        type nat hook prerouting priority dstnat; policy accept;
    }
}
table inet filter {
    chain input {
        type filter hook input priority filter; policy drop;
    }
    chain output {
        type filter hook output priority filter; policy accept;
    }
    chain lvs_forward {
    }
    chain other {
    }
}
table bridge filter {
    chain input {
        type filter hook input priority filter; policy drop;
    }
}
""".replace("    ", TAB)
    assert nft_listing.wanted_tables(chains) == ("inet filter",)
    assert nft_listing.read_tables("table ip lvs\ntable inet filter\n") == {"ip lvs", "inet filter"}
