# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.plugins.plugin_utils._view import director_filter
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.director_network import FORWARDING
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.entries import FilterRule
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.known import Known
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils import samples
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import by_mark, parse, service

ROUTED = {"vips": [{"address": "192.0.2.198", "routed": True}]}
SENDING = {"net.ipv4.conf.all.send_redirects": "0", "net.ipv4.conf.[192.0.2.2].send_redirects": "0"}


# So that a client's port is no reason to send it where it was before.
REUSE = {"net.ipv4.vs.conn_reuse_mode": "3"}


def view(cluster: Cluster, host: str = "lvs1", **known: Any) -> dict[str, Any]:
    return samples.view(cluster, host, Known(**known))


def network(cluster: Cluster, host: str = "lvs1") -> dict[str, Any]:
    found: dict[str, Any] = view(cluster, host)["network"]
    return found


def rules(cluster: Cluster) -> list[dict[str, Any]]:
    """In the order in which they are asked for."""
    entries = director_filter.entries(cluster, cluster.directors[0], Known())
    return [entry.options() for entry in entries if isinstance(entry, FilterRule)]


def marked(**options: object) -> dict[str, Any]:
    return service(**{"fwmark": 1, "port": [80, 443], "protocol": "tcp", **options})


def six(**options: object) -> dict[str, Any]:
    return service(**{"name": "six", "address": "2001:db8::c6", "real_servers": "six", **options})


def test_a_director_by_direct_routing() -> None:
    plain = {"port": 80, "forward": "dr", "upper_threshold": 0, "lower_threshold": 0}
    assert view(parse(service(scheduler="rr"))) == {
        "services": [
            {
                "address": "192.0.2.198",
                "port": 80,
                "protocol": "tcp",
                "scheduler": "rr",
                "scheduler_flags": [],
                "one_packet": False,
                "persistence_timeout": 0,
                "destinations": [
                    {"address": "192.0.2.21", "weight": 1, **plain},
                    {"address": "192.0.2.22", "weight": 2, **plain},
                ],
            }
        ],
        "schedulers": ["rr"],
        "persistence_engines": [],
        "timeouts": {},
        "connection_table_bits": None,
        "vips": [{"address": "192.0.2.198/32", "beside": "192.0.2.2", "announce": True}],
        "virtual_routers": [],
        "keepalived": None,
        "programs": ["ipvsadm"],
        "sync_daemon": {},
        "announcing": {},
        "network": {
            "kernel_modules": ["ip_vs", "ip_vs_rr"],
            "module_options": {},
            "addresses": [{"address": "192.0.2.198/32", "beside": "192.0.2.2", "announce": True}],
            "handed_over": [],
            "tunnels": [],
            "listeners": [],
            "routes": [],
            "rules": [],
            "refused_gateways": [],
            "refused_addresses": [],
            "sysctls": REUSE,
        },
        "filter": {"firewall": None, "rules": []},
        "address": "192.0.2.2",
        "peers": [],
        "roles": ["director"],
    }


def test_a_service_by_mark_has_no_address() -> None:
    (only,) = view(parse(by_mark(persistence_timeout=60, persistence_netmask="24")))["services"]
    assert only["fwmark"] == 1
    assert only["family"] == "ipv4"
    assert only["persistence_netmask"] == "255.255.255.0"
    assert not {"address", "port", "protocol", "persistence_engine"} & only.keys()
    assert [destination["port"] for destination in only["destinations"]] == [0, 0]


def test_several_ports_are_one_service_by_their_mark() -> None:
    cluster = parse(marked())
    (only,) = view(cluster)["services"]
    assert only["fwmark"] == 1
    assert rules(cluster) == [
        {"kind": "mark", "mark": 1, "address": "192.0.2.198", "protocol": "tcp", "port": [80, 443]}
    ]
    assert network(cluster)["addresses"] == [{"address": "192.0.2.198/32", "beside": "192.0.2.2", "announce": True}]


def test_a_service_by_address_keeps_its_packets_from_a_mark_for_more() -> None:
    everything = marked(port=None, checks="ping")
    rest = [service(name="web"), service(name="dns", port=53, protocol="udp"), service(name="two", fwmark=2, port=81)]
    rest[2].update(protocol="tcp")
    assert rules(parse(everything, *rest)) == [
        {"kind": "mark", "mark": 1, "address": "192.0.2.198", "protocol": "tcp"},
        {"kind": "mark", "mark": 2, "address": "192.0.2.198", "protocol": "tcp", "port": 81},
        {"kind": "mark", "mark": 0, "address": "192.0.2.198", "protocol": "tcp", "port": 80},
    ]


def test_what_is_told_about_packets_to_a_routed_address_comes_to_the_director_too() -> None:
    told = {"kind": "mark", "mark": 1, "address": "192.0.2.198", "protocol": "icmp"}
    assert rules(parse(marked(), cluster=ROUTED))[1:] == [told]
    both = parse(marked(), marked(name="more", fwmark=2, port=81), cluster=ROUTED)
    assert [rule for rule in rules(both) if rule["protocol"] == "icmp"] == [told]


def test_proxies_get_packets_to_any_address_but_their_own() -> None:
    to_any = {"kind": "mark", "address": "0.0.0.0/0", "protocol": "tcp", "port": 80}
    cluster = parse(by_mark(protocol="tcp", port=80), service(name="web", forward="nat"))
    assert rules(cluster) == [
        {**to_any, "mark": 1},
        {"kind": "mark", "mark": 0, "address": "192.0.2.198", "protocol": "tcp", "port": 80},
        {**to_any, "mark": 0, "source": "192.0.2.21"},
        {**to_any, "mark": 0, "source": "192.0.2.22"},
    ]
    assert network(cluster)["rules"] == [{"priority": 5081, "family": "ipv4", "mark": 1, "table": 5081}]


def test_in_ipv6_proxies_get_packets_to_any_address_too() -> None:
    cluster = parse(by_mark(protocol="udp", port=443, family="ipv6", real_servers="six"))
    to_any = {"kind": "mark", "address": "::/0", "protocol": "udp", "port": 443}
    assert rules(cluster) == [{**to_any, "mark": 1}, {**to_any, "mark": 0, "source": "2001:db8::21"}]
    assert network(cluster)["routes"][0]["family"] == "ipv6"


def test_packets_to_any_address_are_let_in_and_translated_by_their_mark() -> None:
    proxies = by_mark(protocol="tcp", port=80, forward="nat", nat_return="source_nat", real_servers=[{"host": "web1"}])
    assert rules(parse(proxies, cluster={"open_firewall": True}))[2:] == [
        {"kind": "source_nat", "to": "192.0.2.2", "mark": 1},
        {"kind": "accept", "hook": "input", "mark": 1},
        {"kind": "accept", "hook": "forward", "source": "192.0.2.21", "protocol": "tcp", "source_port": 80},
    ]


def test_a_routed_address_is_held_by_nobody() -> None:
    found = network(parse(marked(), cluster=ROUTED))
    assert found["addresses"] == []
    assert found["rules"] == [{"priority": 5081, "family": "ipv4", "mark": 1, "table": 5081}]
    assert found["routes"] == [
        {"destination": "default", "family": "ipv4", "kind": "local", "interface": "lo", "table": 5081}
    ]
    assert found["sysctls"] == {"net.ipv4.conf.[192.0.2.2].rp_filter": "2", **REUSE}
    named = {"lvs1": {"ansible_host": "192.0.2.2", "lvs_interface": "bond0.100"}}
    by_name = network(parse(marked(), cluster=ROUTED, hosts=named))
    assert by_name["sysctls"] == {"net.ipv4.conf.bond0/100.rp_filter": "2", **REUSE}


def test_kernel_modules_are_those_of_schedulers_engines_and_ftp() -> None:
    sip = service(
        name="sip", protocol="udp", port=5060, persistence_engine="sip", persistence_timeout=60, scheduler="sh"
    )
    cluster = parse(sip, service(), service(name="more", port=81))
    assert view(cluster)["schedulers"] == ["sh", "wlc"]
    assert view(cluster)["persistence_engines"] == ["sip"]
    assert network(cluster)["kernel_modules"] == ["ip_vs", "ip_vs_sh", "ip_vs_wlc", "ip_vs_pe_sip"]
    ftp = service(port=21, forward="nat")
    assert network(parse(ftp))["kernel_modules"] == ["ip_vs", "ip_vs_ftp", "ip_vs_wlc"]
    assert "ip_vs_ftp" not in network(parse(service(port=21)))["kernel_modules"]


def test_forwarding_is_for_nat_alone_and_for_its_family() -> None:
    tun = service(name="tun", port=81, forward="tun")
    assert network(parse(service(), tun, six()))["sysctls"] == REUSE
    assert network(parse(service(forward="nat"), six()))["sysctls"] == {
        **FORWARDING["ipv4"],
        **SENDING,
        **REUSE,
    }
    assert network(parse(service(forward="nat")))["sysctls"] == {**FORWARDING["ipv4"], **SENDING}
    assert network(parse(service(), six(forward="nat", nat_return="none")))["sysctls"] == {
        "net.ipv6.conf.all.forwarding": "1",
        **REUSE,
    }


def test_no_real_server_is_told_of_a_shorter_way_in_any_of_their_networks() -> None:
    vips = [
        {"address": "198.51.100.200", "gateway": True},
        {"address": "203.0.113.200", "gateway": True, "interface": "eth0.5"},
    ]
    hosts = {"web1": {"ansible_host": "198.51.100.21"}, "web2": {"ansible_host": "203.0.113.22"}}
    sysctls = network(parse(service(forward="nat"), cluster={"vips": vips}, hosts=hosts))["sysctls"]
    assert {name for name in sysctls if name.endswith("send_redirects")} == {
        *SENDING,
        "net.ipv4.conf.[near 198.51.100.200].send_redirects",
        "net.ipv4.conf.eth0/5.send_redirects",
    }
    hosts = {"web1": {"ansible_host": "198.51.100.21", "lvs_gateway": "198.51.100.2"}}
    assert (
        "net.ipv4.conf.[198.51.100.2].send_redirects" in network(parse(service(forward="nat"), hosts=hosts))["sysctls"]
    )


def test_persistence_does_not_outlive_a_quiesce_unless_the_owner_says_so() -> None:
    persistent = service(persistence_timeout=60)
    name = "net.ipv4.vs.expire_quiescent_template"
    assert network(parse(persistent))["sysctls"] == {name: "1", **REUSE}
    kept = {"ipvs_sysctls": {"expire_quiescent_template": False, "sync_threshold": "3 50"}}
    assert network(parse(persistent, cluster=kept))["sysctls"] == {
        name: "0",
        "net.ipv4.vs.sync_threshold": "3 50",
        **REUSE,
    }


def test_a_client_of_udp_leaves_a_real_server_that_has_failed() -> None:
    def expires(*services: dict[str, Any], **options: Any) -> str | None:
        found: str | None = network(parse(*services, **options))["sysctls"].get("net.ipv4.vs.expire_nodest_conn")
        return found

    udp = service(protocol="udp", checks="udp")
    checked = {"engine": "keepalived"}
    assert expires(udp, cluster=checked) == "1"
    assert expires(by_mark(protocol="udp", address="192.0.2.198", port=53, checks="ping"), cluster=checked) == "1"
    assert expires(udp, cluster={**checked, "ipvs_sysctls": {"expire_nodest_conn": 0}}) == "0"
    # TCP outlives a restart of keepalived.
    assert expires(service(), cluster=checked) is None
    assert expires(service(protocol="udp", checks="udp", one_packet=True), cluster=checked) is None
    assert expires(service(protocol="udp"), cluster=checked) is None
    # Directors hand TCP connections over, which are to survive; with 1 some would end when the VIPs come back.
    handing_over = {**checked, "sync_daemon": {}}
    mixed = [udp, service(name="web", port=81)]
    assert (expires(*mixed, cluster=checked), expires(*mixed, cluster=handing_over)) == ("1", None)
    assert expires(udp, cluster=handing_over) == "1"
    assert expires(service(protocol="udp"), cluster={"engine": "static"}) is None


def test_answers_are_forced_back_by_source_nat() -> None:
    cluster = parse(service(forward="nat", nat_return="source_nat"))
    expected = {"kind": "source_nat", "address": "192.0.2.198", "protocol": "tcp", "port": 80, "to": "192.0.2.2"}
    assert rules(cluster) == [expected]
    assert network(cluster)["sysctls"]["net.ipv4.vs.conntrack"] == "1"
    ftp = parse(service(forward="nat", nat_return="source_nat", port=21))
    assert "port" not in rules(ftp)[0]
    assert rules(parse(service(forward="nat"))) == []


def test_real_servers_behind_nat_reach_out() -> None:
    assert rules(parse(service(forward="nat"), cluster={"masquerade": True})) == [
        {"kind": "masquerade", "source": "192.0.2.21"},
        {"kind": "masquerade", "source": "192.0.2.22"},
    ]
    assert rules(parse(service(), cluster={"masquerade": True})) == []


def test_a_closed_firewall_is_opened_for_the_services_and_no_more() -> None:
    opened = {"open_firewall": True}
    to_vip = {"kind": "accept", "hook": "input", "address": "192.0.2.198"}
    arriving = [{**to_vip, "protocol": "tcp", "port": 80}, {**to_vip, "protocol": "icmp"}]
    assert rules(parse(service(), cluster=opened)) == arriving
    servers = [{"host": "web1", "port": 8080}]
    assert rules(parse(service(forward="nat", real_servers=servers), cluster=opened)) == [
        *arriving,
        {"kind": "accept", "hook": "forward", "source": "192.0.2.21", "protocol": "tcp", "source_port": 8080},
    ]
    by_mark = service(fwmark=1, protocol="tcp", port=[80, 443], forward="nat", real_servers=[{"host": "web1"}])
    assert [rule["source_port"] for rule in rules(parse(by_mark, cluster=opened)) if "source" in rule] == [80, 443]
    reaching_out = parse(service(forward="nat", real_servers=servers), cluster={**opened, "masquerade": True})
    assert rules(reaching_out) == [
        {"kind": "masquerade", "source": "192.0.2.21"},
        *arriving,
        {"kind": "accept", "hook": "forward", "source": "192.0.2.21"},
        {"kind": "accept", "hook": "forward", "address": "192.0.2.21", "connection": "established"},
    ]


def untracked(*services: dict[str, Any], **cluster: Any) -> list[dict[str, Any]]:
    found = rules(parse(*services, cluster={"firewall": "firewalld", **cluster}))
    return [rule for rule in found if rule["kind"] == "untracked"]


def test_netfilter_tracks_nothing_that_firewalld_would_call_invalid() -> None:
    servers = [{"host": "web1", "port": 8080}]
    to_vip = {"kind": "untracked", "address": "192.0.2.198"}
    arriving = [{**to_vip, "protocol": "tcp", "port": 80}, {**to_vip, "protocol": "icmp"}]
    answers = {"kind": "untracked", "source": "192.0.2.21", "protocol": "tcp", "source_port": 8080}
    by_nat = service(forward="nat", real_servers=servers)
    assert untracked(service()) == arriving
    assert untracked(by_nat) == [*arriving, answers]
    assert untracked(by_nat, masquerade=True) == [*arriving, answers]
    assert untracked(by_nat, firewall="nftables") == []


def test_netfilter_tracks_what_it_has_a_part_in() -> None:
    servers = [{"host": "web1"}]
    assert untracked(service(forward="nat", real_servers=servers, nat_return="source_nat")) == []
    assert untracked(service(forward="nat", real_servers=servers, port=21)) == []
    assert untracked(service(real_servers=[{"host": "web1"}, {"host": "lvs1"}])) == []


def test_a_closed_firewall_lets_in_the_data_connections_of_ftp_by_nat() -> None:
    to_vip = {"kind": "accept", "hook": "input", "address": "192.0.2.198", "protocol": "tcp"}
    opened = {"open_firewall": True}
    assert rules(parse(service(port=21, forward="nat"), cluster=opened))[0] == to_vip
    assert rules(parse(service(port=21), cluster=opened))[0] == {**to_vip, "port": 21}


def test_directors_that_serve_do_not_mark_each_others_packets() -> None:
    groups = {"lvs_directors": ["lvs1", "lvs2", "web1"], "web": ["lvs1", "lvs2", "web1", "web2"]}
    cluster = parse(marked(), groups=groups, cluster=ROUTED)
    known = {"lvs1": "02:00:00:00:00:01", "lvs2": "02:00:00:00:00:02", "web1": "02:00:00:00:00:03"}
    found = [rule for rule in view(cluster, hardware_addresses=known)["filter"]["rules"] if rule["kind"] == "unmarked"]
    assert found == [{"kind": "unmarked", **which} for which in ({"mac": known["lvs2"]}, {"mac": known["web1"]}, {})]
    apart = parse(marked(), groups={"lvs_directors": ["lvs1", "lvs2"]}, cluster=ROUTED)
    kinds = {rule["kind"] for rule in view(apart, hardware_addresses=known)["filter"]["rules"]}
    assert kinds == {"mark"}


def test_the_interface_of_a_vip_is_the_nearest_that_is_named() -> None:
    vip = {"address": "192.0.2.198", "prefix": 24, "interface": "eth1", "label": "eth1:100"}
    named = {"lvs1": {"ansible_host": "192.0.2.2", "lvs_interface": "eth0"}}
    by_vip = network(parse(service(), cluster={"vips": [vip]}, hosts=named))["addresses"]
    assert by_vip == [{"address": "192.0.2.198/24", "interface": "eth1", "label": "eth1:100", "announce": True}]
    by_host = network(parse(service(), hosts=named))["addresses"]
    assert by_host == [{"address": "192.0.2.198/32", "interface": "eth0", "announce": True}]


def test_a_gateway_is_on_the_real_servers_side() -> None:
    named = {"lvs1": {"ansible_host": "192.0.2.2", "lvs_interface": "eth0"}}
    inner = {"vips": [{"address": "198.51.100.200", "gateway": True}]}
    found = network(parse(service(forward="nat"), cluster=inner, hosts=named))["addresses"]
    assert {"address": "198.51.100.200/32", "beside": "192.0.2.2", "announce": True} in found


def test_every_director_has_the_same_services_beside_its_own_address() -> None:
    cluster = parse(service(), groups={"lvs_directors": ["lvs2", "lvs1"]})
    first, second = network(cluster)["addresses"], network(cluster, "lvs2")["addresses"]
    assert second == [{**first[0], "beside": "192.0.2.3"}]
    assert view(cluster)["services"] == view(cluster, "lvs2")["services"]
    assert [director.host for director in cluster.directors] == ["lvs1", "lvs2"]


def test_one_entry_of_two_families_is_two_services() -> None:
    hosts = {
        "lvs1": {"ansible_host": "192.0.2.2", "lvs_ipv6_address": "2001:db8::2"},
        "web1": {"ansible_host": "192.0.2.21", "lvs_ipv6_address": "2001:db8::21"},
    }
    both = service(address=["192.0.2.198", "2001:db8::c6"], real_servers=[{"host": "web1"}, {"address": "192.0.2.29"}])
    cluster = parse(both, hosts=hosts)
    found = {
        one["address"]: [destination["address"] for destination in one["destinations"]]
        for one in view(cluster)["services"]
    }
    assert found == {"192.0.2.198": ["192.0.2.21", "192.0.2.29"], "2001:db8::c6": ["2001:db8::21"]}
    assert {"address": "2001:db8::c6/128", "beside": "2001:db8::2", "announce": True} in network(cluster)["addresses"]


def keepalived(**options: object) -> dict[str, Any]:
    return {"engine": "keepalived", **options}


TWO = {"groups": {"lvs_directors": ["lvs1", "lvs2"]}}


def test_with_keepalived_the_vips_are_its_own_affair() -> None:
    found = view(parse(service(), cluster=keepalived()))
    assert found["network"]["addresses"] == []
    assert found["vips"] == [{"address": "192.0.2.198/32", "beside": "192.0.2.2", "announce": True}]
    assert found["keepalived"] is None
    interfaces = {"192.0.2.2": "eth1", "192.0.2.198": "eth1"}
    known = view(parse(service(), cluster=keepalived()), interfaces=interfaces)
    assert "virtual_server 192.0.2.198 80 {" in known["keepalived"]
    assert view(parse(service()), interfaces=interfaces)["keepalived"] is None


INTERFACES = {"192.0.2.2": "eth1", "192.0.2.198": "eth1"}


@pytest.mark.parametrize(
    ("checks_by", "vips_by", "programs"),
    [
        ("keepalived", "vrrp", ["keepalived"]),
        ("keepalived", "static", ["keepalived"]),
        ("none", "vrrp", ["ipvsadm", "keepalived"]),
        ("none", "static", ["ipvsadm"]),
    ],
)
def test_each_axis_asks_for_its_own(checks_by: str, vips_by: str, programs: list[str]) -> None:
    cluster = parse(service(), cluster={"checks_by": checks_by, "vips_by": vips_by, "timeouts": {}}, engine=None)
    found = view(cluster, interfaces=INTERFACES)
    assert found["programs"] == programs
    text = found["keepalived"] or ""
    assert ("virtual_server" in text, "vrrp_instance" in text) == (checks_by == "keepalived", vips_by == "vrrp")
    assert ("track_file standby" in text, bool(found["virtual_routers"])) == (vips_by == "vrrp", vips_by == "vrrp")
    assert bool(text) is ("keepalived" in programs)
    held = [{"address": "192.0.2.198/32", "beside": "192.0.2.2", "announce": True}]
    assert (found["network"]["addresses"], found["vips"]) == (held if vips_by == "static" else [], held)
    assert found["network"]["handed_over"] == ([] if vips_by == "static" else ["192.0.2.198"])


@pytest.mark.parametrize("checks_by", ["keepalived", "none"])
@pytest.mark.parametrize("vips_by", ["vrrp", "static"])
@pytest.mark.parametrize("apart", [False, True])
def test_somebody_starts_the_sync_daemon(checks_by: str, vips_by: str, apart: bool) -> None:
    """keepalived by its part for VRRP, or by the one for checks where VIPs move apart; or else ipvs_sync_daemon."""
    instances = [{"name": "one", "vips": "192.0.2.198"}, {"name": "two", "vips": "192.0.2.199"}] if apart else None
    axes = {"checks_by": checks_by, "vips_by": vips_by, "sync_daemon": {}, "vrrp": {"instances": instances}}
    other = service(name="other", address="192.0.2.199")
    found = view(parse(service(), other, cluster=axes, engine=None), interfaces={**INTERFACES, "192.0.2.199": "eth1"})
    by_keepalived = vips_by == "vrrp" and (checks_by == "keepalived" or not apart)
    assert ("lvs_sync_daemon" in (found["keepalived"] or "")) is by_keepalived
    assert bool(found["sync_daemon"]) is not by_keepalived
    assert ("ipvsadm" in found["programs"]) is (checks_by == "none" or not by_keepalived)


def test_what_is_loaded_at_boot_needs_its_tool() -> None:
    timeouts = keepalived(timeouts={"tcp": 7200})
    assert view(parse(service(), cluster=timeouts))["programs"] == ["ipvsadm", "keepalived"]


def test_keepalived_sets_timeouts_where_it_balances() -> None:
    for checks_by, there in (("keepalived", True), ("none", False)):
        cluster = parse(service(), cluster={"checks_by": checks_by, "timeouts": {"tcp": 7200}}, engine=None)
        assert ("lvs_timeouts" in view(cluster, interfaces=INTERFACES)["keepalived"]) is there


def test_directors_are_let_in_by_the_addresses_that_they_advertise_from() -> None:
    hosts = {
        "lvs1": {"ansible_host": "192.0.2.2", "lvs_vrrp_address": "198.51.100.2"},
        "lvs2": {"ansible_host": "192.0.2.3", "lvs_vrrp_address": "198.51.100.3"},
    }
    opening = {**OPENING, "protocol": "vrrp", "source": "198.51.100.3"}
    for vrrp in ({}, {"unicast": True}, {"interface": "eth9"}):
        opened = keepalived(open_firewall=True, vrrp=vrrp, sync_daemon={})
        found = rules(parse(service(), cluster=opened, hosts=hosts, **TWO))[2:]
        assert found == [opening, {**OPENING, "protocol": "udp", "address": "224.0.0.81", "port": 8848}]


def test_virtual_routers_are_listened_for_where_directors_hear_each_other() -> None:
    beside = {"virtual_router_id": 51, "family": "ipv4", "interval": 1, "beside": "192.0.2.2"}
    assert view(parse(service(), cluster=keepalived()))["virtual_routers"] == [beside]
    elsewhere = keepalived(vrrp={"interface": "eth9", "advert_interval": 2, "virtual_router_id": 7})
    assert view(parse(service(), cluster=elsewhere))["virtual_routers"] == [
        {"virtual_router_id": 7, "family": "ipv4", "interval": 2, "interface": "eth9"}
    ]


def test_advertisements_name_what_they_name_already() -> None:
    router = {"name": "lvs", "virtual_router_id": 51, "family": "ipv4", "advertised": "127.112.0.51"}
    report = {"virtual_routers": [router], "keepalived_runs": True, "addresses": [], "heard": []}
    cluster, interfaces = parse(service(), cluster=keepalived()), {"192.0.2.2": "eth1", "192.0.2.198": "eth1"}
    kept = view(cluster, interfaces=interfaces, reports={"lvs1": report})["keepalived"]
    new = view(cluster, interfaces=interfaces)["keepalived"]
    assert "127.112.0.51/32" in kept
    assert "127.112.0.51/32" not in new


def test_a_closed_firewall_lets_in_what_directors_tell_each_other() -> None:
    opened = keepalived(open_firewall=True, sync_daemon={})
    found = rules(parse(service(checks="bfd"), cluster=opened, **TWO))
    opening = {"kind": "accept", "hook": "input"}
    assert found[2:] == [
        {**opening, "protocol": "vrrp", "source": "192.0.2.3"},
        {**opening, "protocol": "udp", "source": "192.0.2.3", "port": 8848},
        {**opening, "protocol": "udp", "source": "192.0.2.21", "port": 3784},
        {**opening, "protocol": "udp", "source": "192.0.2.22", "port": 3784},
    ]
    assert rules(parse(service(checks="bfd"), cluster={"open_firewall": True}, **TWO)) == found[:2]
    six = parse(service(address="2001:db8::c6", real_servers="six"), cluster=opened, **TWO)
    assert {**opening, "protocol": "vrrp", "source": "fe80::/10"} in rules(six)


OPENING = {"kind": "accept", "hook": "input"}


@pytest.mark.parametrize(
    ("cluster", "hosts"),
    [
        ({"vrrp": {"interface": "eth9"}}, {}),
        ({"vrrp": {"instances": [{"name": "a", "vips": "192.0.2.198", "interface": "eth9"}]}}, {}),
        ({}, {"lvs2": {"ansible_host": "192.0.2.3", "lvs_interface": "eth9"}}),
    ],
)
def test_what_leaves_by_another_interface_is_known_by_its_group(
    cluster: dict[str, Any], hosts: dict[str, dict[str, object]]
) -> None:
    opened = keepalived(open_firewall=True, sync_daemon={}, **cluster)
    assert rules(parse(service(), cluster=opened, hosts=hosts, **TWO))[2:] == [
        {**OPENING, "protocol": "vrrp", "address": "224.0.0.18"},
        {**OPENING, "protocol": "udp", "address": "224.0.0.81", "port": 8848},
    ]


def test_connections_alone_may_come_by_another_interface() -> None:
    opened = keepalived(open_firewall=True, sync_daemon={"interface": "eth9"})
    assert rules(parse(service(), cluster=opened, **TWO))[2:] == [
        {**OPENING, "protocol": "vrrp", "source": "192.0.2.3"},
        {**OPENING, "protocol": "udp", "address": "224.0.0.81", "port": 8848},
    ]
    static = {"open_firewall": True, "sync_daemon": {"interface": "eth9"}}
    assert rules(parse(service(), cluster=static, **TWO))[2:] == [
        {**OPENING, "protocol": "udp", "address": "224.0.0.81", "port": 8848}
    ]


def test_connections_are_let_in_by_the_group_of_the_owner() -> None:
    opened = keepalived(open_firewall=True, sync_daemon={"group": "ff02::5e"})
    assert {**OPENING, "protocol": "udp", "address": "ff02::5e", "port": 8848} in rules(
        parse(service(), cluster=opened, **TWO)
    )
    opened = keepalived(open_firewall=True, sync_daemon={"group": "224.0.0.99", "interface": "eth9"})
    assert {**OPENING, "protocol": "udp", "address": "224.0.0.99", "port": 8848} in rules(
        parse(service(), cluster=opened, **TWO)
    )


def test_a_peer_is_let_in_by_the_address_that_keepalived_names() -> None:
    opened = keepalived(open_firewall=True, vrrp={"unicast": True, "interface": "eth9"})
    assert rules(parse(service(), cluster=opened, **TWO))[2:] == [
        {**OPENING, "protocol": "vrrp", "source": "192.0.2.3"}
    ]
    hosts = {
        "lvs1": {"ansible_host": "192.0.2.2", "lvs_ipv6_address": "2001:db8::2"},
        "lvs2": {"ansible_host": "192.0.2.3", "lvs_ipv6_address": "2001:db8::3"},
    }
    assert rules(parse(six(), cluster=opened, hosts=hosts, **TWO))[2:] == [
        {**OPENING, "protocol": "vrrp", "source": "2001:db8::3"}
    ]


def test_authenticated_advertisements_are_of_another_protocol() -> None:
    opened = keepalived(open_firewall=True, vrrp={"authentication": "ah", "password": "secret"})
    assert rules(parse(service(), cluster=opened, **TWO))[2:] == [{**OPENING, "protocol": "ah", "source": "192.0.2.3"}]
    assert rules(parse(six(), cluster=opened, **TWO))[2:] == [{**OPENING, "protocol": "vrrp", "source": "fe80::/10"}]
    without = keepalived(open_firewall=True, vrrp={"authentication": "ah"})
    assert rules(parse(service(), cluster=without, **TWO))[2:] == [
        {**OPENING, "protocol": "vrrp", "source": "192.0.2.3"}
    ]


def test_the_only_director_hears_nobody() -> None:
    opened = keepalived(open_firewall=True, sync_daemon={}, vrrp={"interface": "eth9"})
    assert rules(parse(service(), six(), cluster=opened))[4:] == []


def test_the_rules_alone_have_sync_daemons_too() -> None:
    cluster = parse(service(), cluster={"sync_daemon": {"id": 7, "ttl": 2}})
    assert view(cluster)["sync_daemon"] == {}
    known = view(cluster, interfaces={"192.0.2.2": "eth1"})
    assert known["sync_daemon"] == {"sync_id": 7, "ttl": 2, "port": 8848, "interface": "eth1"}


def test_the_sorry_server_is_set_up_like_a_real_server() -> None:
    cluster = parse(service(sorry_server={"host": "named", "address": "192.0.2.30"}), cluster=keepalived())
    assert cluster.realserver_hosts == ("named", "web1", "web2")
    assert "named" in [host.host for host in cluster.real_servers]


def test_a_sorry_server_that_is_the_director_itself_needs_nothing_beside() -> None:
    """Nothing leaves the director: no forwarding, no return path, no opening but the one that the VIP has."""
    options = keepalived(open_firewall=True, masquerade=True)
    plain, sorry = (
        parse(service(**given), cluster=options)
        for given in ({}, {"sorry_server": {"address": "127.0.0.1", "port": 81, "forward": "nat"}})
    )
    assert view(sorry)["network"] == view(plain)["network"]
    assert view(sorry)["filter"] == view(plain)["filter"]
    assert sorry.realserver_hosts == ("web1", "web2")


def test_a_next_hop_serves_nothing() -> None:
    vips = [{"address": "192.0.2.200", "next_hop": True}, {"address": "203.0.113.10", "routed": True}]
    marked_service = service(fwmark=1, address="203.0.113.10", protocol="tcp")
    cluster = parse(marked_service, cluster=keepalived(vips=vips))
    assert cluster.keepalived.instances[0].vips == ("192.0.2.200",)
    assert [vip["address"] for vip in view(cluster)["vips"]] == ["192.0.2.200/32"]


def test_the_size_of_the_table_of_connections_is_an_option_of_the_module() -> None:
    found = network(parse(service(), cluster={"connection_table_bits": 20}))
    assert found["module_options"] == {"ip_vs": {"conn_tab_bits": 20}}
