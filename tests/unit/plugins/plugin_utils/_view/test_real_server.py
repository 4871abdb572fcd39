# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.entries import FilterRule, RoutingRule
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.host import HostView
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.known import Known
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.real_server import QUIET_ARP, real_server_entries
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.return_path import return_tables
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import by_mark, parse, service

VIP_ON_LO = {"address": "192.0.2.198/32", "interface": "lo", "announce": False}
VIP6_ON_LO = {"address": "2001:db8::c6/128", "interface": "lo", "announce": False}
MACS = {"lvs1": "02:00:00:00:00:01", "lvs2": "02:00:00:00:00:02"}
SILENCE = {"kind": "silence", "address": "192.0.2.198", "instead": "192.0.2.21"}


def seen(cluster: Cluster, host: str) -> HostView:
    """What the cluster asks of a host as a real server, as it is asked for."""
    tables = return_tables([cluster], host)
    known = Known(hardware_addresses=MACS)
    return HostView((), tuple(dict.fromkeys(real_server_entries(cluster, host, known, tables))))


def network(cluster: Cluster, host: str = "web1") -> dict[str, Any]:
    """What is not empty, without what is the same for all real servers."""
    view = seen(cluster, host)
    routing_rules = [rule.options() for rule in view.of(RoutingRule)]
    found = {**view.network_options(), "rules": routing_rules}
    return {key: value for key, value in found.items() if value and key != "refused_addresses"}


def rules(cluster: Cluster, host: str = "web1") -> list[dict[str, Any]]:
    return [rule.options() for rule in seen(cluster, host).of(FilterRule)]


def six(**options: object) -> dict[str, Any]:
    return service(**{"name": "six", "address": "2001:db8::c6", "real_servers": "six", **options})


def tunnel(**options: object) -> dict[str, Any]:
    return service(**{"forward": "tun", **options})


def test_by_direct_routing_it_holds_the_vip_and_keeps_quiet() -> None:
    assert network(parse(service())) == {
        "addresses": [VIP_ON_LO],
        "sysctls": QUIET_ARP,
        "refused_gateways": ["192.0.2.198", "192.0.2.2"],
    }
    assert rules(parse(service())) == []


def test_a_director_answers_for_the_vips_and_no_real_server() -> None:
    vips = [{"address": "192.0.2.199", "next_hop": True}]
    cluster = parse(service(), six(), groups={"web": ["lvs1", "web1"]}, cluster={"vips": vips})
    refused = {host: seen(cluster, host).network_options()["refused_addresses"] for host in ("lvs1", "web1")}
    assert refused == {"lvs1": [], "web1": ["192.0.2.198", "192.0.2.199", "2001:db8::c6"]}


@pytest.mark.parametrize("tool", ["arptables", "nftables"])
def test_the_packet_filter_keeps_it_quiet(tool: str) -> None:
    cluster = parse(service(), hosts={"web1": {"ansible_host": "192.0.2.21", "lvs_arp": tool}})
    assert network(cluster)["addresses"] == [VIP_ON_LO]
    assert "sysctls" not in network(cluster)
    assert seen(cluster, "web1").filter_options() == {
        "firewall": None,
        "arp_firewall": tool,
        "rules": [SILENCE],
    }
    assert network(cluster, "web2")["sysctls"] == QUIET_ARP


def test_with_the_packet_filter_the_vip_may_be_on_the_lan() -> None:
    on_lan = {"arp": "arptables", "vips": [{"address": "192.0.2.198", "prefix": 24, "on_real_servers": "lan"}]}
    cluster = parse(service(), cluster=on_lan)
    expected = {"address": "192.0.2.198/24", "beside": "192.0.2.21", "announce": False}
    assert network(cluster)["addresses"] == [expected]


def test_a_redirect_needs_no_vip() -> None:
    cluster = parse(service(), cluster={"arp": "redirect", "firewall": "iptables"})
    assert network(cluster).keys() == {"refused_gateways"}
    assert seen(cluster, "web1").filter_options() == {
        "firewall": "iptables",
        "rules": [{"kind": "redirect", "address": "192.0.2.198", "protocol": "tcp", "port": 80}],
    }


def test_a_proxy_redirects_packets_to_any_address_where_it_is_to() -> None:
    proxies = by_mark(protocol="tcp", port=80)
    redirect = {"kind": "redirect", "address": "0.0.0.0/0", "protocol": "tcp", "port": 80}
    cluster = parse(proxies, cluster={"arp": "redirect", "open_firewall": True})
    opening = {"kind": "accept", "hook": "input", "address": "192.0.2.21", "protocol": "tcp", "port": 80}
    assert rules(cluster) == [redirect, opening]
    assert network(cluster) == {}
    assert rules(parse(proxies, cluster={"open_firewall": True})) == []
    assert "refused_gateways" in network(parse(proxies, service()))


def test_a_redirect_of_all_ports_is_one_of_each_protocol() -> None:
    listed = {"arp": "redirect", "vips": [{"address": "192.0.2.198"}]}
    assert rules(parse(by_mark(), cluster=listed)) == [
        {"kind": "redirect", "address": "192.0.2.198", "protocol": protocol} for protocol in ("tcp", "udp")
    ]


def test_the_answers_of_nat_go_back_through_the_director_by_a_rule_of_their_own() -> None:
    cluster = parse(service(forward="nat", real_servers=[{"host": "web1", "port": 8080}]))
    assert network(cluster) == {
        "routes": [{"destination": "default", "gateway": "192.0.2.2", "table": 5080}],
        "rules": [
            {
                "priority": 5080,
                "family": "ipv4",
                "source": "192.0.2.21",
                "protocol": "tcp",
                "source_port": 8080,
                "table": 5080,
            }
        ],
    }


def test_the_answers_of_a_udp_socket_without_an_address_go_back_too() -> None:
    answers = {"protocol": "udp", "source_port": 53, "table": 5080}
    (own, any_own) = network(parse(service(forward="nat", protocol="udp", port=53)))["rules"]
    assert own == {"priority": 5080, "family": "ipv4", "source": "192.0.2.21", **answers}
    assert any_own == {"priority": 5080, "family": "ipv4", "source": "0.0.0.0", **answers}
    hosts = {"lvs1": {"ansible_host": "192.0.2.2", "lvs_ipv6_address": "2001:db8::2"}}
    found = network(parse(six(forward="nat", protocol="udp", port=53), hosts=hosts), "six1")["rules"]
    assert found[1] == {"priority": 5080, "family": "ipv6", **answers}
    gateway = {"vips": [{"address": "192.0.2.200", "gateway": True}]}
    two = {"cluster": gateway, "groups": {"lvs_directors": ["lvs1", "lvs2"]}}
    straight = network(parse(service(forward="nat", protocol="udp", port=53), **two))["rules"]
    assert {
        "priority": 5079,
        "family": "ipv4",
        "source": "0.0.0.0",
        "destination": "192.0.2.3",
        "table": 254,
    } in straight


def test_ftp_answers_from_ports_that_nobody_knows_before() -> None:
    (rule,) = network(parse(service(forward="nat", port=21)))["rules"]
    assert rule == {"priority": 5080, "family": "ipv4", "source": "192.0.2.21", "protocol": "tcp", "table": 5080}


def test_the_answers_of_a_marked_service_are_known_by_the_ports_that_are_marked() -> None:
    marked = service(fwmark=1, protocol="tcp", port=[80, 443], forward="nat")
    cluster = parse(marked, cluster={"open_firewall": True})
    assert [(rule["protocol"], rule["source_port"]) for rule in network(cluster)["rules"]] == [
        ("tcp", 80),
        ("tcp", 443),
    ]
    opened = {"kind": "accept", "hook": "input", "address": "192.0.2.21", "protocol": "tcp"}
    assert rules(cluster) == [{**opened, "port": [80, 443]}]


@pytest.mark.parametrize("port", [65535, "1024-65535"])
def test_a_routing_rule_takes_no_last_port(port: object) -> None:
    marked = service(fwmark=1, protocol="tcp", port=port, forward="nat", checks="ping")
    (rule,) = network(parse(marked))["rules"]
    assert rule == {"priority": 5080, "family": "ipv4", "source": "192.0.2.21", "protocol": "tcp", "table": 5080}


def test_a_port_without_a_protocol_tells_no_answers_apart() -> None:
    cluster = parse(
        by_mark(forward="nat", real_servers=[{"host": "web1", "port": 8080}]), cluster={"open_firewall": True}
    )
    (rule,) = network(cluster)["rules"]
    assert rule == {"priority": 5080, "family": "ipv4", "source": "192.0.2.21", "table": 5080}
    assert rules(cluster) == [{"kind": "accept", "hook": "input", "address": "192.0.2.21"}]


def test_the_answers_to_a_directors_own_questions_go_straight_to_it() -> None:
    gateway = {"vips": [{"address": "192.0.2.200", "gateway": True}]}
    cluster = parse(service(forward="nat"), cluster=gateway, groups={"lvs_directors": ["lvs1", "lvs2"]})
    from_here = {"family": "ipv4", "source": "192.0.2.21"}
    assert network(cluster)["rules"] == [
        {"priority": 5080, **from_here, "protocol": "tcp", "source_port": 80, "table": 5080},
        {"priority": 5079, **from_here, "destination": "192.0.2.2", "table": 254},
        {"priority": 5079, **from_here, "destination": "192.0.2.3", "table": 254},
    ]


def test_a_director_asks_from_its_address_on_the_real_servers_network() -> None:
    hosts = {"lvs2": {"ansible_host": "192.0.2.3", "lvs_other_addresses": "203.0.113.3"}}
    gateways = {"vips": [{"address": "192.0.2.200", "gateway": True}], "engine": "keepalived", "open_firewall": True}
    cluster = parse(service(forward="nat"), cluster=gateways, groups={"lvs_directors": ["lvs1", "lvs2"]}, hosts=hosts)
    straight = [rule["destination"] for rule in network(cluster)["rules"] if rule["priority"] == 5079]
    assert straight == ["192.0.2.2", "192.0.2.3", "203.0.113.3"]
    assert [rule["source"] for rule in rules(cluster) if "source" in rule] == straight
    assert (
        "203.0.113.3"
        in network(parse(service(), groups={"lvs_directors": ["lvs1", "lvs2"]}, hosts=hosts))["refused_gateways"]
    )


def test_in_ipv6_it_takes_no_shorter_way_that_the_director_tells_it_of() -> None:
    hosts = {"lvs1": {"ansible_host": "192.0.2.2", "lvs_ipv6_address": "2001:db8::2"}}
    for nat_return, told in (("policy_route", True), ("default_route", True), ("source_nat", False)):
        found = network(parse(six(forward="nat", nat_return=nat_return), hosts=hosts), "six1")
        sysctls = {"net.ipv6.conf.[2001:db8::21].accept_redirects": "0"} if told else {}
        assert found.get("sysctls", {}) == sysctls


def test_the_other_ways_back() -> None:
    assert network(parse(service(forward="nat"), cluster={"nat_return": "default_route"})) == {
        "routes": [{"destination": "default", "gateway": "192.0.2.2"}]
    }
    for nat_return in ("source_nat", "none"):
        assert network(parse(service(forward="nat", nat_return=nat_return))) == {}


def test_a_host_in_two_networks_answers_through_a_gateway_in_each() -> None:
    gateways = {"vips": [{"address": address, "gateway": True} for address in ("203.0.113.200", "198.51.100.200")]}
    services = [
        service(name=name, port=port, forward="nat", real_servers=[{"host": "web1", "address": address}])
        for name, port, address in (
            ("app", 80, "203.0.113.21"),
            ("db", 81, "198.51.100.21"),
            ("api", 82, "203.0.113.21"),
        )
    ]
    cluster = parse(*services, cluster=gateways)
    found = network(cluster)
    assert {(route["gateway"], route["table"]) for route in found["routes"]} == {
        ("198.51.100.200", 5080),
        ("203.0.113.200", 5082),
    }
    assert {(rule["source"], rule["source_port"], rule["table"]) for rule in found["rules"]} == {
        ("198.51.100.21", 81, 5080),
        ("203.0.113.21", 80, 5082),
        ("203.0.113.21", 82, 5082),
    }
    assert network(parse(*services[:1], cluster=gateways))["routes"][0]["table"] == 5080


@pytest.mark.parametrize(("nat_return", "table"), [("policy_route", {"table": 5080}), ("default_route", {})])
def test_a_link_local_gateway_is_on_the_link_of_the_real_server(nat_return: str, table: dict[str, int]) -> None:
    gateway = {"vips": [{"address": "fe80::1", "interface": "eth1", "gateway": True}]}
    found = network(parse(six(forward="nat", nat_return=nat_return), cluster=gateway), "six1")
    assert found["routes"] == [{"destination": "default", "gateway": "fe80::1", "interface": "[2001:db8::21]", **table}]
    # By dr the host may have another router of that address, on another link.
    both = parse(six(forward="nat"), six(name="dr", port=81), cluster=gateway)
    assert "fe80::1" not in network(both, "six1")["refused_gateways"]


def test_a_tunnel_is_unpacked_where_the_vip_is() -> None:
    cluster = parse(tunnel())
    assert network(cluster) == {
        "tunnels": [{"name": "lvs-ipip", "kind": "ipip", "local": "192.0.2.21"}],
        "addresses": [{"address": "192.0.2.198/32", "interface": "lvs-ipip", "announce": False}],
        "sysctls": {**QUIET_ARP, "net.ipv4.conf.lvs-ipip.rp_filter": "2"},
        "refused_gateways": ["192.0.2.198", "192.0.2.2"],
    }
    assert rules(cluster) == [{"kind": "clamp", "address": "192.0.2.198", "mss": 1440}]


@pytest.mark.parametrize(
    ("options", "devices", "size"),
    [
        ({"tunnel_type": "gre"}, [{"name": "lvs-gre", "kind": "gre"}], 1436),
        (
            {"tunnel_type": "gre", "tunnel_checksum": "csum"},
            [{"name": "lvs-gre", "kind": "gre", "checksum": True}],
            1432,
        ),
        ({"tunnel_type": "gue"}, [{"name": "lvs-ipip", "kind": "ipip"}], 1428),
        ({"tunnel_type": "gue", "tunnel_checksum": "remcsum"}, [{"name": "lvs-ipip", "kind": "ipip"}], 1420),
        ({"address": "2001:db8::c6"}, [{"name": "lvs-sit", "kind": "sit"}], 1420),
    ],
)
def test_each_tunnel_has_its_device_and_its_size(options: dict[str, str], devices: list[Any], size: int) -> None:
    cluster = parse(tunnel(**options))
    assert network(cluster)["tunnels"] == [{**device, "local": "192.0.2.21"} for device in devices]
    assert [rule["mss"] for rule in rules(cluster)] == [size]


def test_a_tunnel_in_ipv6() -> None:
    found = network(parse(six(forward="tun")), "six1")
    assert found["tunnels"] == [{"name": "lvs-ip6tnl", "kind": "ip6tnl", "local": "2001:db8::21"}]
    assert found["addresses"] == [VIP6_ON_LO]
    assert "sysctls" not in found
    gre = network(parse(six(forward="tun", tunnel_type="gre")), "six1")
    assert gre["tunnels"] == [{"name": "lvs-ip6gre", "kind": "ip6gre", "local": "2001:db8::21"}]


def test_gue_has_a_listener() -> None:
    assert network(parse(tunnel(tunnel_type="gue")))["listeners"] == [{"port": 6080, "family": "ipv4"}]


def test_udp_has_no_size_to_tell() -> None:
    assert rules(parse(tunnel(protocol="udp"))) == []


def test_two_addresses_of_one_host_have_two_devices() -> None:
    servers = [{"host": "web1"}, {"host": "web1", "address": "192.0.2.31"}]
    names = {device["local"]: device["name"] for device in network(parse(tunnel(real_servers=servers)))["tunnels"]}
    assert names == {"192.0.2.21": "lvs-ipip", "192.0.2.31": "lvs-ipip2"}


def test_a_closed_firewall_is_opened_for_what_comes_and_no_more() -> None:
    opened = {"open_firewall": True}
    to_vip = {"kind": "accept", "hook": "input", "address": "192.0.2.198", "protocol": "tcp", "port": 80}
    to_own = {**to_vip, "address": "192.0.2.21"}
    packed = {"kind": "accept", "hook": "input", "source": "192.0.2.2", "address": "192.0.2.21"}
    assert rules(parse(service(), cluster=opened)) == [to_vip]
    assert to_own in rules(parse(service(), cluster={**opened, "arp": "redirect"}))
    assert rules(parse(service(forward="nat"), cluster=opened)) == [to_own]
    for options, packing in (
        ({}, {"protocol": "4"}),
        ({"tunnel_type": "gre"}, {"protocol": "47"}),
        ({"tunnel_type": "gue"}, {"protocol": "udp", "port": 6080}),
    ):
        found = rules(parse(tunnel(**options), cluster=opened))
        assert {**packed, **packing} in found
        assert to_vip in found


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({}, [{"address": "192.0.2.21", "protocol": "tcp", "port": 80}]),
        ({"forward": "nat"}, [{"address": "192.0.2.21", "protocol": "tcp", "port": 80}]),
        ({"checks": {"type": "http", "port": 8080}}, [{"address": "192.0.2.21", "protocol": "tcp", "port": 8080}]),
        (
            {"checks": ["ping", "bfd"]},
            [
                {"address": "192.0.2.21", "protocol": "icmp"},
                {"address": "192.0.2.21", "protocol": "udp", "port": 3784},
            ],
        ),
        ({"checks": {"type": "misc", "command": "/usr/bin/true"}}, []),
        ({"checks": []}, []),
    ],
)
def test_a_closed_firewall_lets_the_directors_checks_in(options: dict[str, Any], asked: list[dict[str, Any]]) -> None:
    cluster = parse(service(**options), cluster={"engine": "keepalived", "open_firewall": True})
    assert [rule for rule in rules(cluster) if "source" in rule] == [
        {"kind": "accept", "hook": "input", "source": "192.0.2.2", **one} for one in asked
    ]
    assert not [rule for rule in rules(parse(service(), cluster={"open_firewall": True})) if "source" in rule]


def test_it_has_only_the_addresses_that_it_serves() -> None:
    other = service(name="other", address="192.0.2.199", real_servers=[{"host": "web2"}])
    assert network(parse(service(), other))["addresses"] == [VIP_ON_LO]


def test_ipv6_needs_no_quiet() -> None:
    assert network(parse(six()), "six1") == {
        "addresses": [VIP6_ON_LO],
        "refused_gateways": ["192.0.2.2", "2001:db8::c6"],
    }


def test_by_a_mark_it_holds_the_addresses_that_are_listed() -> None:
    cluster = parse(by_mark(), cluster={"vips": [{"address": "192.0.2.198", "prefix": 24}]})
    assert network(cluster)["addresses"] == [VIP_ON_LO]


def test_a_director_that_serves_has_the_vip_where_clients_reach_it() -> None:
    assert network(parse(service(), groups={"web": ["lvs1", "web1"]}), "lvs1") == {}


def test_a_director_takes_what_its_peers_send_as_its_own_so_that_it_is_not_balanced_again() -> None:
    groups = {"lvs_directors": ["lvs1", "lvs2"], "web": ["lvs1", "lvs2", "web1"]}
    redirect = {"kind": "redirect", "address": "192.0.2.198", "protocol": "tcp", "port": 80, "mac": MACS["lvs2"]}
    cluster = parse(service(), cluster={"open_firewall": True}, groups=groups)
    assert network(cluster, "lvs1") == {}
    assert rules(cluster, "lvs1") == [
        redirect,
        {"kind": "accept", "hook": "input", "protocol": "tcp", "address": "192.0.2.2", "port": 80},
    ]
    assert [rule["kind"] for rule in rules(cluster, "web1")] == ["accept"]
    assert rules(parse(service(), groups={**groups, "lvs_directors": ["lvs1"]}), "lvs1") == []


def test_a_director_that_serves_a_routed_address_has_it_for_what_it_sends_itself() -> None:
    routed = {"arp": "redirect", "vips": [{"address": "192.0.2.198", "routed": True}]}
    groups = {"lvs_directors": ["lvs1", "lvs2"], "web": ["lvs1", "lvs2", "web1"]}
    cluster = parse(service(fwmark=1, protocol="tcp"), cluster=routed, groups=groups)
    assert network(cluster, "lvs1")["addresses"] == [VIP_ON_LO]
    assert network(cluster, "lvs1")["sysctls"] == QUIET_ARP
    assert [(rule["kind"], rule.get("mac")) for rule in rules(cluster, "lvs1")] == [("redirect", MACS["lvs2"])]
    assert [(rule["kind"], rule.get("mac")) for rule in rules(cluster, "web1")] == [("redirect", None)]
