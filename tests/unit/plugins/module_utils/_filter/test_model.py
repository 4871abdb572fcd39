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
    (rule,) = parse_rules([{**MARK, "protocol": "TCP", "port": ["80"]}])
    assert rule._asdict() == {
        "kind": "mark",
        "family": "ipv4",
        "address": VIP,
        "protocol": "tcp",
        "port": "80",
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
            {"kind": "redirect", "address": VIP, "protocol": "tcp", "port": ["65536"]},
            "rules[1].port: '65536' is not a port from 1 to 65535",
        ),
        (
            {"kind": "redirect", "address": VIP, "protocol": "tcp", "mss": 1},
            "rules[1].mss: redirect has no such option",
        ),
        ({"kind": "silence", "address": VIP6, "instead": "2001:db8::1"}, "rules[1].address: ARP is of IPv4"),
        (
            {"kind": "silence", "address": VIP, "instead": VIP},
            "rules[1].instead: 192.0.2.198 is the address that must not",
        ),
        ({"kind": "unmarked", "mac": "52:54:00:00:01"}, "rules[1].mac: '52:54:00:00:01' is no MAC address"),
        ({"kind": "mark", "mark": 2**32, "address": VIP}, "rules[1].mark: 4294967296 is not 0 to 4294967295"),
        ({**MARK, "port": ["80"]}, "rules[1].port: a port needs protocol tcp, udp or sctp"),
        ({"kind": "masquerade", "source": "192.0.2.1/24"}, "rules[1].source: 192.0.2.1/24 is no network"),
        ({"kind": "masquerade", "source": "192.0.2.0/33"}, "rules[1].source: '33' is no prefix length"),
        ({"kind": "masquerade", "source": "192.0.2.0/"}, "rules[1].source: '' is no prefix length"),
        ({"kind": "masquerade", "source": "0.0.0.0/0"}, "rules[1].source: '0' is no prefix length"),
        (
            {"kind": "source_nat", "address": VIP, "protocol": "tcp", "to": "2001:db8::1"},
            "rules[1]: address 192.0.2.198 and to 2001:db8::1 are not of one family",
        ),
        (
            {"kind": "source_nat", "address": VIP, "to": "192.0.2.2"},
            "rules[1]: source_nat needs the mark of the packets",
        ),
        ({"kind": "source_nat", "protocol": "tcp", "to": VIP}, "rules[1]: source_nat needs the mark of the packets"),
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


@pytest.mark.parametrize("anywhere", ["0.0.0.0/0", "::/0"])
def test_packets_to_others_are_those_of_one_family(anywhere: str) -> None:
    (rule,) = parse_rules([{"kind": "redirect", "address": anywhere, "protocol": "tcp"}])
    assert (rule.family, rule.address) == ("ipv6" if ":" in anywhere else "ipv4", anywhere)
    with pytest.raises(InvalidInput, match="'0' is no prefix length"):
        parse_rules([{"kind": "accept", "hook": "input", "address": anywhere}])


def test_every_fault_is_told() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_rules([{"kind": "mark", "mark": -1, "address": "x"}, {"kind": "clamp", "address": VIP}])
    assert [fault.partition(":")[0] for fault in caught.value.faults] == [
        "rules[0].mark",
        "rules[0].address",
        "rules[1].mss",
    ]


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        (["0"], [""]),
        (["1-65535"], [""]),
        (["80", "0081"], ["80-81"]),
        (["10000:20000", "21", "20", "15000-15001"], ["20-21,10000-20000"]),
        ([str(port) for port in range(10000, 20001)], ["10000-20000"]),
        ([str(port) for port in range(1, 33, 2)], ["1,3,5,7,9,11,13,15,17,19,21,23,25,27,29", "31"]),
        # A range takes the room of two, so the seventh port has none beside seven ranges.
        (
            [*(f"{first}-{first + 5}" for first in range(10, 80, 10)), "7", "90-95"],
            ["7,10-15,20-25,30-35,40-45,50-55,60-65,70-75", "90-95"],
        ),
    ],
)
def test_ports_have_one_form_and_fit_into_a_rule_of_every_tool(port: list[str], expected: list[str]) -> None:
    rules = parse_rules([{**MARK, "protocol": "tcp", "port": port}])
    assert sorted(rule.port for rule in rules) == sorted(expected)


def test_what_connections_were_for_at_first_is_one_range_a_rule() -> None:
    listed = {"kind": "source_nat", "address": VIP, "protocol": "tcp", "to": "192.0.2.2", "port": ["80", "8000-8010"]}
    assert sorted(rule.port for rule in parse_rules([listed])) == ["80", "8000-8010"]


@pytest.mark.parametrize(
    ("port", "words"),
    [
        (["80", "0"], "'0' is not a port from 1 to 65535, and not a range such as 10000-20000"),
        (["20000-10000"], "'20000-10000' ends before it begins; write 10000-20000"),
        (["80,81"], "'80,81' is not a port"),
        (["1-2-3"], "'1-2-3' is not a port"),
        (["https"], "'https' is not a port"),
        (["10-65536"], "'10-65536' is not a port"),
    ],
)
def test_what_is_no_port_is_refused(port: list[str], words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_rules([{**MARK, "protocol": "tcp", "port": port}])
    (fault,) = caught.value.faults
    assert fault.startswith(f"rules[0].port: {words}")
