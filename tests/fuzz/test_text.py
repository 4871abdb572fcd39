# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A damaged file is read, and written again as what it was read as, or refused with its lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._filter import arptables, iptables, nft_listing, nftables
from ansible_collections.lvs.cluster.plugins.module_utils._filter.model import Opening, parse_rules
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs import text as ipvs_text
from ansible_collections.lvs.cluster.plugins.module_utils._network import read_text
from ansible_collections.lvs.cluster.plugins.module_utils._network import text as network_text
from ansible_collections.lvs.cluster.plugins.module_utils._network.model import Network
from ansible_collections.lvs.cluster.tests.fuzz import seeds
from ansible_collections.lvs.cluster.tests.fuzz.mutations import damaged, outcome

NETWORK = [
    "link add lvs-six type ip6tnl local 2001:db8::1 mode any\nlink set lvs-six up\n",
    "link add lvs-gre type gre local 192.0.2.1 icsum\n",
    "route replace 0.0.0.0/0 via 192.0.2.1 dev eth1 table 5080\nroute replace local ::/0 dev lo table 5081\n",
    "rule add priority 5080 from 192.0.2.1 to 192.0.2.0/24 fwmark 1 ipproto tcp sport 80 table 5080\n",
    "fou add port 6080 gue\nfou add port 6080 gue -6\n",
    "address replace 192.0.2.198/32 dev lo\n",
    "address replace 192.0.2.199/24 dev eth1 label eth1:vip\n# a comment\n",
    "address replace 2001:db8::198/128 dev lo nodad preferred_lft 0\n",
]
SYSCTLS = [
    "# net.ipv4.conf.all.arp_ignore was 0\nnet.ipv4.conf.all.arp_ignore = 1\n",
    "net.ipv4.conf.eth0/5.arp_announce = 2\n; a comment\n",
]
FILTER_RULES = parse_rules(
    [
        {"kind": "silence", "address": "192.0.2.198", "instead": "192.0.2.21"},
        {"kind": "redirect", "address": "192.0.2.198", "protocol": "tcp", "port": ["80"]},
        {"kind": "unmarked", "mac": "52:54:00:00:01:02"},
        {"kind": "mark", "mark": 1, "address": "192.0.2.198", "protocol": "udp"},
        {"kind": "mark", "mark": 7, "address": "2001:db8::198"},
        {"kind": "masquerade", "source": "198.51.100.0/24"},
        {"kind": "source_nat", "address": "192.0.2.198", "protocol": "tcp", "port": ["80"], "to": "192.0.2.2"},
        {"kind": "clamp", "address": "192.0.2.198", "mss": 1440},
        {"kind": "accept", "hook": "input", "protocol": "tcp", "address": "192.0.2.198", "port": ["80", "8080-8090"]},
        {"kind": "accept", "hook": "input", "protocol": "vrrp"},
    ]
)
PACKET_RULES = frozenset(rule for rule in FILTER_RULES if rule.kind != "silence")
OPENINGS = [Opening("inet", "filter", "input", "input", "")]
NFT = [
    "\n".join(nftables.tables_script(FILTER_RULES)),
    "\n".join(nftables.openings_script(FILTER_RULES, OPENINGS)),
    "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n"
    '\t\tjump lvs_input comment "lvs.cluster" # handle 5\n\t}\n}\ntable inet filter {\n'
    "\tchain lvs_input { # handle 3\n\t\ttcp dport 80 accept # handle 7\n\t}\n}",
]
IPTABLES = ["\n".join(iptables.script(family, PACKET_RULES)) for family in ("ipv4", "ipv6")]
ARPTABLES = ["\n".join(arptables.script(FILTER_RULES - PACKET_RULES))]


def texts(lines: list[str]) -> st.SearchStrategy[str]:
    """Lines with other characters, other numbers and other words in them; and several of them."""
    words = [*sorted({word for line in lines for word in line.split()}), "0", "-1", "''", "'two words'", "#", "\n"]
    noise = st.one_of(st.text(max_size=4), st.integers(-1, 2**33).map(str), st.sampled_from(words))
    whole = ["".join(f"{line}\n" for line in lines[start : start + 3]) for start in range(len(lines))]
    damaged_words = damaged([text.split(" ") for text in whole], st.lists(noise, max_size=2)).map(" ".join)
    return st.one_of(damaged(whole, noise), damaged_words)


@given(texts(seeds.LINES))
def test_a_table_is_written_as_it_is_read(content: str) -> None:
    rules = outcome(ipvs_text.parse_rules, content, "ipvs.rules")
    if isinstance(rules, tuple):
        table = rules[0]
        assert ipvs_text.parse_rules("\n".join(ipvs_text.table_lines(table)), "again") == (table, {})


@given(texts(NETWORK), st.sampled_from(["ipv4", "ipv6"]))
def test_a_network_is_written_as_it_is_read(content: str, family: str) -> None:
    network = outcome(read_text.parse_batch, content, "network.batch", family)
    if isinstance(network, Network):
        again = "\n".join(network_text.batch_lines(network, family))
        assert read_text.parse_batch(again, "again", family) == network


@given(texts(SYSCTLS))
def test_sysctls_are_written_as_they_are_read(content: str) -> None:
    read = outcome(read_text.parse_sysctls, content, "lvs.conf")
    if isinstance(read, tuple):
        assert read_text.parse_sysctls("\n".join(network_text.sysctl_lines(*read)), "again") == read


@given(texts(NFT))
def test_rules_of_nft_are_written_as_they_are_read(content: str) -> None:
    rules = outcome(nft_listing.read_files, content)
    written = nftables.tables_script(rules) + nftables.openings_script(
        rules, [*OPENINGS, Opening("inet", "filter", "forward", "forward", "")]
    )
    assert nft_listing.read_files("\n".join(written)) == rules


@given(texts(NFT), texts(NFT))
def test_what_nft_lists_is_a_rule_or_a_stray(own: str, foreign: str) -> None:
    assert isinstance(outcome(nft_listing.wanted_tables, foreign), tuple)
    read = outcome(nft_listing.read_ruleset, own, foreign)
    assert all(isinstance(line, str) for line in nftables.tables_script(read.rules, read.strays, read.tables))
    assert all(isinstance(line, str) for line in nftables.openings_script(read.rules, read.openings, read))


@given(texts(IPTABLES), st.sampled_from(["ipv4", "ipv6"]))
def test_rules_of_iptables_are_written_as_they_are_read(content: str, family: str) -> None:
    read = outcome(iptables.read_ruleset, family, content)
    written = "\n".join(iptables.script(family, read.rules))
    assert iptables.read_ruleset(family, written).rules == read.rules


@given(texts(ARPTABLES))
def test_rules_of_arptables_are_written_as_they_are_read(content: str) -> None:
    read = outcome(arptables.read_ruleset, content)
    assert arptables.read_ruleset("\n".join(arptables.script(read.rules))).rules == read.rules
