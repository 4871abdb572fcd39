# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given

from ansible_collections.lvs.cluster.plugins.module_utils._change import ADD, CHANGE, REMOVE, Change
from ansible_collections.lvs.cluster.plugins.module_utils._network import text
from ansible_collections.lvs.cluster.plugins.module_utils._network.model import (
    Address,
    AddressKey,
    ListenerKey,
    Network,
    Present,
    Route,
    RouteKey,
    Rule,
    Tunnel,
    Value,
)
from ansible_collections.lvs.cluster.plugins.module_utils._network.plan import plan
from ansible_collections.lvs.cluster.plugins.module_utils._network.read_text import (
    parse_batch,
    parse_module_options,
    parse_modules,
    parse_sysctls,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies


@given(strategies.networks(), strategies.networks())
def test_what_is_written_reads_as_the_same_network(network: Network, earlier: Network) -> None:
    read = parse_batch("\n".join(text.batch_lines(network, "ipv4")), "network.batch", "ipv4")
    rules = parse_batch("\n".join(text.batch_lines(network, "ipv6")), "network.batch6", "ipv6").rules
    assert read._replace(rules={**read.rules, **rules}) == network._replace(modules={}, sysctls={})
    original = {name: earlier.sysctls.get(name) for name in network.sysctls}
    sysctls = "\n".join(text.sysctl_lines(network.sysctls, original))
    assert parse_sysctls(sysctls, "lvs.conf") == (network.sysctls, original)
    assert parse_modules("\n".join(network.modules), "lvs.conf") == network.modules


def test_options_of_modules_read_as_they_are_written() -> None:
    options = {"nf_conntrack": "hashsize=4096", "ip_vs": "a=1 b=2"}
    lines = text.module_option_lines(options)
    assert lines == ["options ip_vs a=1 b=2", "options nf_conntrack hashsize=4096"]
    assert parse_module_options("\n".join(lines), "lvs.conf") == options


KEY = RouteKey("ipv6", "default", 7, 0)
RULE = Rule(7, "ipv6", "2001:db8::1", "", 1, "tcp", "80", 7)
IPIP, GRE = Tunnel("ipip", "192.0.2.1", False, True), Tunnel("gre", "192.0.2.1", True, True)


@pytest.mark.parametrize(
    ("change", "command"),
    [
        (Change(ADD, "module", "ip_vs", None, Present()), "modprobe ip_vs"),
        (
            Change(ADD, "tunnel", "lvs", None, IPIP),
            "ip link add lvs type ipip local 192.0.2.1 && ip link set lvs up",
        ),
        (
            Change(CHANGE, "tunnel", "lvs", IPIP, GRE),
            "ip link delete lvs && ip link add lvs type gre local 192.0.2.1 icsum && ip link set lvs up",
        ),
        (Change(CHANGE, "tunnel", "lvs", IPIP._replace(up=False), IPIP), "ip link set lvs up"),
        (Change(CHANGE, "tunnel", "lvs", IPIP, IPIP._replace(up=False)), "ip link set lvs down"),
        (Change(REMOVE, "tunnel", "lvs", IPIP, None), "ip link delete lvs"),
        (Change(ADD, "listener", ListenerKey("ipv6", 6080), None, Present()), "ip fou add port 6080 gue -6"),
        (Change(REMOVE, "listener", ListenerKey("ipv4", 6080), Present(), None), "ip fou del port 6080"),
        (Change(CHANGE, "sysctl", "net.a.b", Value("1"), Value("1 2")), "sysctl -w 'net.a.b=1 2'"),
        (
            Change(CHANGE, "address", AddressKey("lo", "192.0.2.9", 32), Address("lo:a"), Address("lo")),
            "ip address delete 192.0.2.9/32 dev lo && ip address add 192.0.2.9/32 dev lo",
        ),
        (
            Change(CHANGE, "route", KEY, Route("local", "", "lo"), Route("unicast", "2001:db8::1", "eth1")),
            "ip route replace ::/0 via 2001:db8::1 dev eth1 table 7",
        ),
        (Change(REMOVE, "route", KEY, Route("local", "", "lo"), None), "ip route delete local ::/0 dev lo table 7"),
        (
            Change(ADD, "rule", RULE, None, Present()),
            "ip -6 rule add priority 7 from 2001:db8::1 fwmark 1 ipproto tcp sport 80 table 7",
        ),
    ],
)
def test_a_change_is_a_command(change: Change, command: str) -> None:
    assert text.command(change) == command


def test_a_diff_shows_both_sides() -> None:
    before = Network(tunnels={"lvs": IPIP._replace(up=False)}, routes={KEY: Route("local", "", "lo")})
    after = Network(tunnels={"lvs": IPIP}, sysctls={"net.a.b": "1"}, modules={"fou": Present()})
    changes = plan(after, before)
    assert text.lines(before, changes) == [
        "link add lvs type ipip local 192.0.2.1 down",
        "route add local ::/0 dev lo table 7",
    ]
    assert text.lines(after, changes) == [
        "modprobe fou",
        "link add lvs type ipip local 192.0.2.1 up",
        "net.a.b = 1",
    ]
