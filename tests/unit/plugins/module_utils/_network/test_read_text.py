# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._change import InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._network import text
from ansible_collections.lvs.cluster.plugins.module_utils._network.read_text import (
    parse_batch,
    parse_module_options,
    parse_modules,
    parse_sysctls,
)

CONTENT = """\
# a comment
link add lvs-gre type gre local 192.0.2.1 icsum
link set lvs-gre up
link add lvs-sit type sit local 192.0.2.1 mode ip6ip
link set lvs-sit up
link add lvs-six type ip6tnl local 2001:db8::1 mode any
link set lvs-six up
address replace 192.0.2.198/24 dev eth1 label eth1:shop
address replace 2001:db8::198/128 dev lo nodad preferred_lft 0
route replace 0.0.0.0/0 via 192.0.2.1 table 5080
route replace local ::/0 dev lo table 5081
rule add priority 5080 from 192.0.2.1 to 198.51.100.0/24 fwmark 1 ipproto tcp sport 80 table 5080
fou add port 6080 gue
fou add port 6080 gue -6
"""


def test_lines_are_those_of_the_native_tools() -> None:
    assert text.batch_lines(parse_batch(CONTENT, "network.batch", "ipv4"), "ipv4") == CONTENT.splitlines()[1:]
    rule = "rule add priority 5081 fwmark 1 table 5081"
    (read,) = parse_batch(rule, "network.batch6", "ipv6").rules
    assert read.family == "ipv6"


@pytest.mark.parametrize(
    "line",
    [
        "address add 192.0.2.198/24 dev eth1",
        "address replace 192.0.2.198 dev eth1",
        "address replace 192.0.2.198/24 dev",
        "address replace 192.0.2.198/24 dev eth1 label",
        "address replace 192.0.2.198/24 dev eth1 scope host",
        "route add default",
        "route replace default via 192.0.2.1",
        "route replace 0.0.0.0/0",
        "route replace 0.0.0.0/0 via 192.0.2.1 metric 5",
        "route replace blackhole 0.0.0.0/0 dev lo",
        "rule add table 5080",
        "rule add priority 5080",
        "rule add priority 5080 table 5080 from 2001:db8::1",
        "rule add priority 5080 table 5080 iif eth1",
        "rule add priority 5080 table 5080 ipproto icmp",
        "rule add priority 5080 table 5080 table 5081",
        "link add lvs type ipip",
        "link add lvs type veth local 192.0.2.1",
        "link add lvs type ipip local 2001:db8::1",
        "link add lvs type ipip local 192.0.2.1 icsum",
        "link add lvs type ipip local 192.0.2.1 remote 192.0.2.2",
        "link add lvs type ip6tnl local 2001:db8::1",
        "link set lvs up",
        "link delete lvs",
        "fou add port 6080",
        "fou add port 65536 gue",
        "fou add port 6080 ipproto 4",
    ],
)
def test_a_line_that_is_not_understood_is_named(line: str) -> None:
    with pytest.raises(InvalidInput, match=r"network\.batch:2: "):
        parse_batch(f"\n{line}\n", "network.batch", "ipv4")


def test_a_file_of_ipv6_rules_holds_nothing_else() -> None:
    with pytest.raises(InvalidInput, match=r"network\.batch6:1: .*: only rules are in this file"):
        parse_batch("address replace 192.0.2.198/24 dev eth1", "network.batch6", "ipv6")


def test_a_sysctl_line_that_is_not_understood_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"lvs\.conf:1: net\.ipv4\.ip_forward: this is not of the form"):
        parse_sysctls("net.ipv4.ip_forward\n", "lvs.conf")


def test_a_line_of_module_options_that_is_not_understood_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"lvs\.conf:2: install ip_vs /bin/true: this is not of the form: options"):
        parse_module_options("options ip_vs conn_tab_bits=13\ninstall ip_vs /bin/true\n", "lvs.conf")


def test_a_line_of_modules_that_is_not_understood_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"lvs\.conf:2: ip_vs debug=1: this is not the name of one module"):
        parse_modules("fou\nip_vs debug=1\n", "lvs.conf")
