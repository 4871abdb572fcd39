# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._change import InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._filter.model import Rule, parse_rules
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

VIP, VIP6 = "192.0.2.198", "2001:db8::198"
MARK = {"kind": "mark", "mark": 1, "address": VIP}


def test_a_rule_without_addresses_is_for_both_families() -> None:
    rules = parse_rules([{"kind": "unmarked", "mac": "52:54:00:00:0A:01"}])
    assert rules == {Rule("unmarked", family, mac="52:54:00:00:0a:01") for family in ("ipv4", "ipv6")}


def test_a_rule_is_of_the_family_of_what_it_names() -> None:
    listed = [
        {"kind": "masquerade", "source": "2001:DB8:0::/64"},
        {"kind": "accept", "hook": "input", "protocol": "icmp"},
        {"kind": "accept", "hook": "input", "protocol": "58"},
        {"kind": "accept", "hook": "forward", "address": "192.0.2.0/24", "port": None},
    ]
    assert parse_rules(listed) == {
        Rule("masquerade", "ipv6", source="2001:db8::/64"),
        Rule("accept", "ipv4", hook="input", protocol="icmp"),
        Rule("accept", "ipv6", hook="input", protocol="icmpv6"),
        Rule("accept", "ipv4", hook="forward", address="192.0.2.0/24"),
    }


def test_a_result_tells_what_a_rule_has() -> None:
    (rule,) = parse_rules([{**MARK, "protocol": "TCP", "port": 80}])
    assert rule._asdict() == {
        "kind": "mark",
        "family": "ipv4",
        "address": VIP,
        "protocol": "tcp",
        "port": 80,
        "mark": 1,
    }
    assert str(rule) == "address 192.0.2.198 protocol tcp port 80 mark 1"


@given(st.lists(strategies.listed_rules().filter(strategies.valid), max_size=4))
def test_the_order_of_a_list_means_nothing(listed: list[dict]) -> None:
    def parsed(rules: list[dict]) -> object:
        try:
            return parse_rules(rules)
        except InvalidInput:
            return "contradiction"

    assert parsed(listed) == parsed(listed[::-1]) == parsed(listed + listed)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"kind": "redirect", "address": VIP}, "rules[1].protocol: redirect needs it"),
        (
            {"kind": "redirect", "address": VIP, "protocol": "icmp"},
            "rules[1].protocol: 'icmp' is none of tcp, udp, sctp",
        ),
        (
            {"kind": "redirect", "address": "x; drop", "protocol": "tcp"},
            "rules[1].address: 'x; drop' is no IPv4 or IPv6",
        ),
        (
            {"kind": "redirect", "address": VIP, "protocol": "tcp", "port": 65536},
            "rules[1].port: 65536 is not 0 to 65535",
        ),
        (
            {"kind": "redirect", "address": VIP, "protocol": "tcp", "mss": 1},
            "rules[1].mss: redirect has no such option",
        ),
        ({"kind": "silence", "address": VIP6, "instead": "2001:db8::1"}, "rules[1].address: ARP is of IPv4"),
        (
            {"kind": "silence", "address": VIP, "instead": VIP},
            "rules[1].instead: 192.0.2.198 is the address that shall",
        ),
        ({"kind": "unmarked", "mac": "52:54:00:00:01"}, "rules[1].mac: '52:54:00:00:01' is no MAC address"),
        ({"kind": "mark", "mark": 0, "address": VIP}, "rules[1].mark: 0 is not 1 to 4294967295"),
        ({**MARK, "port": 80}, "rules[1].port: a port needs protocol tcp, udp or sctp"),
        ({"kind": "masquerade", "source": "192.0.2.1/24"}, "rules[1].source: 192.0.2.1/24 is no network"),
        ({"kind": "masquerade", "source": "192.0.2.0/33"}, "rules[1].source: '33' is no prefix length"),
        ({"kind": "masquerade", "source": "192.0.2.0/"}, "rules[1].source: '' is no prefix length"),
        ({"kind": "masquerade", "source": "0.0.0.0/0"}, "rules[1].source: '0' is no prefix length"),
        (
            {"kind": "source_nat", "address": VIP, "protocol": "tcp", "to": "2001:db8::1"},
            "rules[1]: address 192.0.2.198 and to 2001:db8::1 are not of one family",
        ),
        ({"kind": "clamp", "address": VIP, "mss": 535}, "rules[1].mss: 535 is not 536 to 65495"),
        ({"kind": "accept", "hook": "input"}, "rules[1]: this would let everything in"),
        ({"kind": "accept", "hook": "input", "protocol": "99"}, "rules[1].protocol: '99' is none of icmp, "),
        (
            {"kind": "accept", "hook": "input", "protocol": "icmp", "source": VIP6},
            "rules[1].protocol: icmp is of ipv4",
        ),
        ({"kind": "accept", "hook": "output", "protocol": "tcp"}, "rules[1].hook: 'output' is none of input, forward"),
        ({**MARK, "mark": 2}, "rules[1]: address 192.0.2.198 mark 2 contradicts rules[0]: address 192.0.2.198 mark 1"),
    ],
)
def test_what_is_no_rule_is_refused(rule: dict, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_rules([MARK, rule])
    (fault,) = caught.value.faults
    assert words in fault


def test_every_fault_is_told() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_rules([{"kind": "mark", "mark": 0, "address": "x"}, {"kind": "clamp", "address": VIP}])
    assert [fault.partition(":")[0] for fault in caught.value.faults] == [
        "rules[0].mark",
        "rules[0].address",
        "rules[1].mss",
    ]
