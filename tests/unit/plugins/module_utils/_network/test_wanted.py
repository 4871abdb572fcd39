# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._change import InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._network.model import (
    ListenerKey,
    Present,
    Route,
    RouteKey,
    Rule,
    Tunnel,
)
from ansible_collections.lvs.cluster.plugins.module_utils._network.wanted import parse_network


@pytest.mark.parametrize(
    ("addresses", "sysctls", "words"),
    [
        ([{"address": "192.0.2.300", "interface": "lo"}], {}, "'192.0.2.300' is no IPv4 or IPv6 address"),
        ([{"address": "192.0.2.1/33", "interface": "lo"}], {}, "'33' is no prefix length; it is 1 to 32"),
        ([{"address": "192.0.2.1/x", "interface": "lo"}], {}, "'x' is no prefix length"),
        ([{"address": "192.0.2.1"}], {}, "either interface, or beside"),
        ([{"address": "192.0.2.1", "interface": "a/b"}], {}, "is not the name of an interface"),
        ([{"address": "2001:db8::1", "interface": "lo", "label": "lo:1"}], {}, "only IPv4 has labels"),
        ([{"address": "192.0.2.1", "interface": "lo", "label": "lo:1\nflush"}], {}, "only IPv4 has labels"),
        ([{"address": "192.0.2.1", "interface": "lo", "label": 'lo:"1'}], {}, "only IPv4 has labels"),
        ([{"address": "192.0.2.1", "interface": "lo", "label": "lo:#1"}], {}, "only IPv4 has labels"),
        ([{"address": "192.0.2.1/²", "interface": "lo"}], {}, "is no prefix length"),
        ([], {"net.ipv4.ip_forward": 1, "net/ipv4/ip_forward": 0}, "net.ipv4.ip_forward is listed already"),
        ([], {"kernel.sysrq": 1}, "begins with net."),
        ([], {"net/ipv4/../../kernel/sysrq": 1}, "begins with net."),
        ([], {"net..ipv4": 1}, "begins with net."),
        ([], {"net.ipv4.ip_forward\nkernel.sysrq": 1}, "begins with net."),
    ],
)
def test_what_is_no_network_is_refused(addresses: list, sysctls: dict, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_network({"addresses": addresses, "sysctls": sysctls})
    assert words in str(caught.value)


def test_a_sysctl_is_known_by_one_name() -> None:
    wanted = parse_network(
        {"sysctls": {"net/ipv4/conf/eth0.5/arp_ignore": 1, "net.ipv4.tcp_rmem": "4096  131072\t6291456"}}
    )
    assert wanted.sysctls == {"net.ipv4.conf.eth0/5.arp_ignore": "1", "net.ipv4.tcp_rmem": "4096 131072 6291456"}


def test_an_address_in_a_sysctl_has_one_spelling() -> None:
    names = ("net.ipv4.conf.[192.0.2.2].rp_filter", "net/ipv6/conf/[2001:DB8:0::2]/accept_ra")
    wanted = parse_network({"sysctls": dict.fromkeys(names, 1)})
    assert list(wanted.sysctls) == ["net.ipv4.conf.[192.0.2.2].rp_filter", "net.ipv6.conf.[2001:db8::2].accept_ra"]


def test_what_is_listed_has_one_spelling() -> None:
    wanted = parse_network(
        {
            "kernel_modules": ["ip-vs-ftp"],
            "module_options": {
                "ip-vs": {"conn_tab_bits": 13},
                "nf_conntrack": {"hashsize": 4096, "expect_hashsize": 1},
            },
            "tunnels": [{"name": "lvs-six", "kind": "ip6tnl", "local": "2001:DB8::0:1"}],
            "listeners": [{"port": 6080}],
            "routes": [
                {"destination": "0.0.0.0/0", "interface": "eth1"},
                {"destination": "default", "gateway": "2001:DB8::0:1", "table": 7},
                {"destination": "192.0.2.9", "kind": "local"},
            ],
            "rules": [{"priority": 1, "source": "2001:DB8::0:1/128", "destination": "2001:DB8::/32", "table": 7}],
            "refused_gateways": ["2001:DB8::0:1"],
            "refused_addresses": ["2001:DB8::C7"],
            "handed_over": ["192.0.2.198", "2001:DB8::C6"],
        }
    )
    assert wanted.modules == {"ip_vs_ftp": Present()}
    assert wanted.module_options == {"ip_vs": "conn_tab_bits=13", "nf_conntrack": "expect_hashsize=1 hashsize=4096"}
    assert wanted.tunnels == {"lvs-six": Tunnel("ip6tnl", "2001:db8::1", False, True)}
    assert wanted.listeners == {ListenerKey("ipv4", 6080): Present()}
    assert wanted.routes == {
        RouteKey("ipv4", "default", 254, 0): Route("unicast", "", "eth1"),
        RouteKey("ipv6", "default", 7, 0): Route("unicast", "2001:db8::1", ""),
        RouteKey("ipv4", "192.0.2.9/32", 254, 0): Route("local", "", "lo"),
    }
    assert list(wanted.rules) == [Rule(1, "ipv6", "2001:db8::1", "2001:db8::/32", 0, "", "", 7)]
    assert wanted.refused_gateways == ("2001:db8::1",)
    assert wanted.refused_addresses == ("2001:db8::c7",)
    assert wanted.handed_over == ("192.0.2.198", "2001:db8::c6")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"ip_vs": "conn_tab_bits=13"}, "module_options.ip_vs: this is not of the form: {NAME: VALUE}"),
        ({"ip_vs": {}}, "module_options.ip_vs: this is not of the form: {NAME: VALUE}"),
        (
            {"ip_vs": {"bits": "13\ninstall x /bin/sh"}},
            "module_options.ip_vs: 'bits=13\\ninstall x /bin/sh' is no option",
        ),
        ({"ip_vs": {"a b": 1}}, "module_options.ip_vs: 'a b=1' is no option of a kernel module"),
        ({"ip vs": {"a": 1}}, "module_options.ip vs: 'ip vs' is not the name of a kernel module"),
    ],
)
def test_an_option_of_a_module_that_is_none_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_network({"module_options": options})
    assert refused.value.faults[0].startswith(words)


TUNNEL = {"name": "lvs-ipip", "kind": "ipip", "local": "192.0.2.1"}
ROUTE = {"destination": "default", "gateway": "192.0.2.1"}
RULE = {"priority": 1, "family": "ipv4", "table": 7}


@pytest.mark.parametrize(
    ("option", "entry", "words"),
    [
        ("kernel_modules", "ip_vs\nfou", r"kernel_modules[0]: 'ip_vs\nfou' is not the name of a kernel module"),
        ("kernel_modules", "-r", "kernel_modules[0]: '-r' is not the name of a kernel module"),
        ("tunnels", {**TUNNEL, "name": "lvs ipip"}, "tunnels[0].name: 'lvs ipip'"),
        ("tunnels", {**TUNNEL, "name": ".."}, "tunnels[0].name: '..'"),
        ("tunnels", {**TUNNEL, "local": "2001:db8::1"}, "ipip unpacks what is sent to IPv4 addresses"),
        ("tunnels", {**TUNNEL, "local": "here"}, "tunnels[0].local: 'here' is no IPv4 or IPv6 address"),
        ("tunnels", {**TUNNEL, "checksum": True}, "tunnels[0].checksum: ipip has none"),
        ("listeners", {"port": 65536}, "listeners[0].port: 65536 is not within 1 and 65535"),
        ("routes", {"destination": "default"}, "routes[0]: either gateway or interface"),
        ("routes", {"destination": "default", "interface": "eth1"}, "routes[0]: family: ipv4 or ipv6"),
        ("routes", {**ROUTE, "family": "ipv6"}, "routes[0].gateway: 192.0.2.1 is no IPv6 address"),
        ("routes", {**ROUTE, "destination": "2001:db8::/32"}, "routes[0].gateway: 192.0.2.1 is no IPv6 address"),
        ("routes", {**ROUTE, "destination": "192.0.2.1/24"}, "routes[0].destination: 192.0.2.1/24 has host bits set"),
        ("routes", {**ROUTE, "kind": "local"}, "routes[0].gateway: what a route of kind local has"),
        ("routes", {**ROUTE, "interface": "a b"}, "routes[0].interface: 'a b' is not the name of an interface"),
        ("routes", {**ROUTE, "table": 255}, "routes[0].table: 255 is the kernel's own table local"),
        ("rules", {**RULE, "priority": 32766}, "rules[0].priority: 32766 is not within 1 and 32765"),
        ("rules", {**RULE, "source_port": "80-70"}, "rules[0].source_port: '80-70' ends before it begins; write 70-80"),
        (
            "rules",
            {**RULE, "source_port": "1024-65535"},
            "rules[0].source_port: the kernel takes ports up to 65534 in a routing rule, not 1024-65535",
        ),
        ("rules", {**RULE, "mark": 0}, "rules[0].mark: 0 is not within 1 and 4294967295"),
        ("rules", {"priority": 1, "table": 7}, "rules[0]: family: ipv4 or ipv6"),
        ("rules", {**RULE, "source": "2001:db8::1"}, "rules[0].source: 2001:db8::1 is no IPv4 network"),
        ("rules", {**RULE, "source": "default"}, "rules[0].source: leave it out for all addresses"),
        ("refused_gateways", "192.0.2", "refused_gateways[0]: gateway: '192.0.2' is no IPv4 or IPv6 address"),
        ("handed_over", "192.0.2.198/32", "handed_over[0]: address: '192.0.2.198/32' is no IPv4 or IPv6 address"),
        ("sysctls", {"net.ipv4.conf.[here].rp_filter": 1}, "'here' is no IPv4 or IPv6 address"),
        ("sysctls", {"net.ipv4.conf.a[192.0.2.1].rp_filter": 1}, "a name here begins with net."),
    ],
)
def test_what_cannot_be_is_refused_by_its_path(option: str, entry: Any, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_network({option: entry if option == "sysctls" else [entry]})
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("option", "entry"), [("tunnels", TUNNEL), ("listeners", {"port": 1}), ("routes", ROUTE), ("rules", RULE)]
)
def test_what_is_listed_twice_is_refused(option: str, entry: Any) -> None:
    with pytest.raises(InvalidInput, match=rf"{option}\[1\]: .* is listed already"):
        parse_network({option: [entry, entry]})
