# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A damaged file is read, and written again as what it was read as, or refused with its lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

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
    "address replace 2001:db8::198/128 dev lo nodad\n",
]
SYSCTLS = [
    "# net.ipv4.conf.all.arp_ignore was 0\nnet.ipv4.conf.all.arp_ignore = 1\n",
    "net.ipv4.conf.eth0/5.arp_announce = 2\n; a comment\n",
]


def texts(lines: list[str]) -> st.SearchStrategy[str]:
    """Lines with other characters, other numbers and other words in them; and several of them."""
    words = [*sorted({word for line in lines for word in line.split()}), "0", "-1", "''", "'two words'", "#", "\n"]
    noise = st.one_of(st.text(max_size=4), st.integers(-1, 2**33).map(str), st.sampled_from(words))
    whole = ["".join(f"{line}\n" for line in lines[start : start + 3]) for start in range(len(lines))]
    damaged_words = damaged([text.split(" ") for text in whole], st.lists(noise, max_size=2)).map(" ".join)
    return st.one_of(damaged(whole, noise), damaged_words)


@given(texts(seeds.LINES))
def test_a_table_is_written_as_it_is_read(content: str) -> None:
    table = outcome(ipvs_text.parse_table, content, "ipvs.rules")
    if isinstance(table, dict):
        assert ipvs_text.parse_table("\n".join(ipvs_text.table_lines(table)), "again") == table


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
