# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given

from ansible_collections.lvs.cluster.plugins.module_utils._filter import nft_words
from ansible_collections.lvs.cluster.plugins.module_utils._filter.model import Rule
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils._filter.nft_samples import OPENINGS


@given(strategies.filter_rules())
def test_a_line_in_the_spelling_of_nft_is_in_ours(rules: frozenset[Rule]) -> None:
    for rule in rules:
        for line in nft_words.lines(rule, OPENINGS):
            assert nft_words.normal(line.words) == line.words


@pytest.mark.parametrize(
    ("spelling", "ours"),
    [
        ("ct status 0x20 return", "ct status dnat return"),
        ("ip daddr 192.0.2.198 ip protocol tcp redirect", "ip daddr 192.0.2.198 meta l4proto 6 redirect"),
        ("ip6 daddr 2001:db8::1 ip6 nexthdr 6 redirect", "ip6 daddr 2001:db8::1 meta l4proto 6 redirect"),
        ("ip daddr 192.0.2.198 mark set 0x00000010", "ip daddr 192.0.2.198 meta mark set 16"),
        ("type nat hook prerouting priority dstnat; policy accept;", nft_words.CHAINS["nat_prerouting"]),
        ("type filter hook postrouting priority mangle; policy accept;", nft_words.CHAINS["mangle_postrouting"]),
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
    assert nft_words.normal(spelling) == ours
