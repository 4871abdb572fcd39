# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given

from ansible_collections.lvs.cluster.plugins.module_utils._filter import nftables
from ansible_collections.lvs.cluster.plugins.module_utils._filter.model import Line, Opening, Rule, parse_rules
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

TAB = "\t"  # nft indents by it
OPENINGS = frozenset(
    {Opening("inet", "filter", "input", "input", ""), Opening("inet", "filter", "forward", "forward", "")}
)
# As nft 1.0.6 lists them with -nnn, after what it was given.
LISTED = """\
table ip lvs { # handle 1
    chain mangle_postrouting { # handle 4
        type filter hook postrouting priority -150; policy accept;
        ip saddr 192.0.2.198 tcp flags 0x2 tcp option maxseg size > 1440 tcp option maxseg size set 1440 # handle 9
    }

    chain mangle_prerouting { # handle 2
        type filter hook prerouting priority -150; policy accept;
        ether saddr 52:54:00:00:01:01 return # handle 5
        ip daddr 192.0.2.198 meta l4proto 132 meta mark set 0x90000005 # handle 6
        ip daddr 192.0.2.198 tcp dport 80 meta mark set 0x00000001 # handle 7
    }

    chain nat_postrouting { # handle 3
        type nat hook postrouting priority 100; policy accept;
        ct original ip daddr 192.0.2.198 meta l4proto 6 ct original proto-dst 80 snat to 192.0.2.2 # handle 10
        ip saddr 198.51.100.0/24 ip daddr != 198.51.100.0/24 masquerade # handle 11
        ip saddr 198.51.100.21 masquerade # handle 12
    }

    chain nat_prerouting { # handle 1
        type nat hook prerouting priority -100; policy accept;
        ip daddr 192.0.2.198 meta l4proto 17 redirect # handle 13
        ip daddr 192.0.2.198 tcp dport 80 redirect # handle 14
    }
}
table arp lvs { # handle 2
    chain input { # handle 1
        type filter hook input priority 0; policy accept;
        arp operation 1 arp daddr ip 192.0.2.198 drop # handle 3
    }

    chain output { # handle 2
        type filter hook output priority 0; policy accept;
        arp saddr ip 192.0.2.198 arp saddr ip set 192.0.2.21 # handle 4
    }
}
""".replace("    ", TAB)
RULES = parse_rules(
    [
        {"kind": "silence", "address": "192.0.2.198", "instead": "192.0.2.21"},
        {"kind": "redirect", "address": "192.0.2.198", "protocol": "tcp", "port": ["80"]},
        {"kind": "redirect", "address": "192.0.2.198", "protocol": "udp"},
        {"kind": "mark", "mark": 1, "address": "192.0.2.198", "protocol": "tcp", "port": ["80"]},
        {"kind": "mark", "mark": 0x90000005, "address": "192.0.2.198", "protocol": "sctp"},
        {"kind": "masquerade", "source": "198.51.100.0/24"},
        {"kind": "masquerade", "source": "198.51.100.21"},
        {"kind": "source_nat", "address": "192.0.2.198", "protocol": "tcp", "port": ["80"], "to": "192.0.2.2"},
        {"kind": "clamp", "address": "192.0.2.198", "mss": 1440},
    ]
) | {Rule("unmarked", "ipv4", mac="52:54:00:00:01:01")}
CLOSED = """\
table inet filter {
    chain input { # handle 1
        type filter hook input priority 0; policy drop;
        ct state established accept # handle 4
    }
}
""".replace("    ", TAB)
OPENED = """\
table inet filter {
    chain input { # handle 1
        type filter hook input priority 0; policy drop;
        jump lvs_input comment "lvs.cluster" # handle 7
        ct state established accept # handle 4
    }
}
table inet filter {
    chain lvs_input { # handle 5
        meta l4proto 1 accept # handle 9
        ip daddr 192.0.2.21 ct state 0x2,0x4 accept # handle 10
        ip saddr 192.0.2.3 meta l4proto 112 accept # handle 6
        meta nfproto 10 tcp dport 80 accept # handle 8
    }
}
""".replace("    ", TAB)


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
    read = nftables.read_ruleset(LISTED_ANYWHERE, "")
    assert (read.rules, read.strays) == (ANYWHERE, frozenset())
    wider = nftables.read_ruleset(LISTED_ANYWHERE.replace("fib daddr type 1 ", ""), "")
    assert wider.rules < ANYWHERE
    assert len(wider.strays) == 2


@given(strategies.filter_rules())
def test_what_is_written_reads_as_the_same_rules(rules: frozenset[Rule]) -> None:
    own = "\n".join(nftables.tables_script(rules))
    openings = "\n".join(nftables.openings_script(rules, OPENINGS))
    assert nftables.read_files(own) | nftables.read_files(openings) == rules
    read = nftables.read_ruleset(own, "")
    assert read.rules == {rule for rule in rules if rule.kind != "accept"}
    assert read.strays == frozenset()


@given(strategies.filter_rules())
def test_a_line_in_the_spelling_of_nft_is_in_ours(rules: frozenset[Rule]) -> None:
    for rule in rules:
        for line in nftables.lines(rule, OPENINGS):
            assert nftables.normal(line.words) == line.words


def test_a_chain_may_have_a_comment() -> None:
    text = CLOSED.replace("\t\ttype filter", '\t\tcomment "we drop most"\n\t\ttype filter')
    assert nftables.read_ruleset("", text).openings == nftables.read_ruleset("", CLOSED).openings != frozenset()


def test_what_nft_lists_is_understood() -> None:
    read = nftables.read_ruleset(LISTED, "")
    assert (read.rules, read.strays) == (RULES, frozenset())
    assert read.tables == {"ip lvs", "arp lvs"}
    assert read.handles[Line("ip lvs nat_prerouting", "ip daddr 192.0.2.198 tcp dport 80 redirect")] == 14
    script = nftables.tables_script(RULES, there=read.tables)
    assert script[:4] == ["table arp lvs {}", "delete table arp lvs", "table arp lvs {", "\tchain input {"]
    assert nftables.read_files("\n".join(script)) == RULES


@pytest.mark.parametrize(
    ("spelling", "ours"),
    [
        ("ct status 0x20 return", "ct status dnat return"),
        ("ip daddr 192.0.2.198 ip protocol tcp redirect", "ip daddr 192.0.2.198 meta l4proto 6 redirect"),
        ("ip6 daddr 2001:db8::1 ip6 nexthdr 6 redirect", "ip6 daddr 2001:db8::1 meta l4proto 6 redirect"),
        ("ip daddr 192.0.2.198 mark set 0x00000010", "ip daddr 192.0.2.198 meta mark set 16"),
        ("type nat hook prerouting priority dstnat; policy accept;", nftables.CHAINS["nat_prerouting"]),
        ("type filter hook postrouting priority mangle; policy accept;", nftables.CHAINS["mangle_postrouting"]),
        ("ct original daddr 192.0.2.198 x", "ct original ip daddr 192.0.2.198 x"),
        ("ct original daddr 2001:db8::1 x", "ct original ip6 daddr 2001:db8::1 x"),
        ("x snat 192.0.2.2", "x snat to 192.0.2.2"),
        ("tcp flags & syn == syn tcp option", "tcp flags syn tcp option"),
        ("tcp flags syn tcp option", "tcp flags syn tcp option"),
        ("meta nfproto ipv6 meta l4proto ipv6-icmp accept", "meta l4proto 58 accept"),
        ("ip saddr 192.0.2.3 meta l4proto vrrp accept", "ip saddr 192.0.2.3 meta l4proto 112 accept"),
    ],
)
def test_other_versions_spell_it_otherwise(spelling: str, ours: str) -> None:
    assert nftables.normal(spelling) == ours


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
    read = nftables.read_ruleset(LISTED.replace(before, after), "")
    assert len(read.rules) == len(RULES) - 1
    (stray,) = read.strays
    assert stray.place.startswith("ip lvs chain ")


def test_half_a_rule_is_a_stray() -> None:
    read = nftables.read_ruleset(LISTED.replace("arp operation 1 ", ""), "")
    assert {stray.words for stray in read.strays} == {
        "arp daddr ip 192.0.2.198 drop",
        "arp saddr ip 192.0.2.198 arp saddr ip set 192.0.2.21",
    }


def test_who_is_excepted_after_the_first_mark_is_a_stray() -> None:
    unmarked = "\t\tether saddr 52:54:00:00:01:01 return # handle 5\n"
    moved = LISTED.replace(unmarked, "").replace(
        "set 0x00000001 # handle 7\n", "set 0x00000001 # handle 7\n" + unmarked
    )
    (stray,) = nftables.read_ruleset(moved, "").strays
    assert stray.words == "ether saddr 52:54:00:00:01:01 return"


def test_what_is_not_reached_is_a_stray() -> None:
    other = LISTED.replace("type nat hook prerouting priority -100", "type nat hook prerouting priority -90")
    read = nftables.read_ruleset(other + "table ip6 lvs {\n\tset extra {\n\t\ttype ipv4_addr\n\t}\n}\n", "")
    assert {stray.place for stray in read.strays} == {"ip lvs chain nat_prerouting", "ip6 lvs set extra"}
    assert read.rules == {rule for rule in RULES if rule.kind != "redirect"}


def test_strays_can_be_put_back() -> None:
    text = LISTED.replace("tcp dport 80 redirect", "tcp dport 80 redirect to :8080")
    text += (
        "table ip6 lvs {\n\tchain extra {\n\t\ttype filter hook input priority 5; policy accept;\n\t\tdrop\n\t}\n}\n"
    )
    read = nftables.read_ruleset(text, "")
    again = nftables.read_ruleset("\n".join(nftables.tables_script(read.rules, read.strays)), "")
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
    now = nftables.read_ruleset("", CLOSED)
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
    then = nftables.read_ruleset("", OPENED)
    assert then.rules == rules
    assert nftables.openings_script((), then.openings, then) == [
        "delete rule inet filter input handle 7",
        "flush chain inet filter lvs_input",
        "delete chain inet filter lvs_input",
    ]


def test_an_opening_behind_a_drop_lets_nothing_in() -> None:
    blocked = OPENED.replace("policy drop;\n", "policy drop;\n\t\tip saddr 203.0.113.9 drop # handle 11\n")
    now = nftables.read_ruleset("", blocked)
    assert now.rules == frozenset()
    assert len(now.strays) == 4
    script = nftables.openings_script({Rule("accept", "ipv4", hook="input", protocol="gre")}, now.openings, now)
    assert script[0] == "delete rule inet filter input handle 7"
    assert script[-1].startswith("insert rule inet filter input jump lvs_input")


def test_strays_of_another_table_never_take_it_away() -> None:
    blocked = OPENED.replace("policy drop;\n", "policy drop;\n\t\tip saddr 203.0.113.9 drop # handle 11\n")
    now = nftables.read_ruleset("", blocked)
    assert nftables.tables_script((), now.strays) == []


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
    (opening,) = nftables.read_ruleset("", text).openings
    assert words in opening.refusal


def test_a_chain_that_drops_nothing_needs_no_opening() -> None:
    open_chain = CLOSED.replace("policy drop", "policy accept").replace(
        "\t\tct state established accept # handle 4\n", ""
    )
    assert nftables.read_ruleset("", open_chain).openings == frozenset()


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
    assert nftables.wanted_tables(chains) == ("inet filter",)
    assert nftables.read_tables("table ip lvs\ntable inet filter\n") == {"ip lvs", "inet filter"}
