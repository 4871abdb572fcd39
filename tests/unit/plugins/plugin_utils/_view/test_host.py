# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import (
    GROUPS,
    HOSTS,
    by_mark,
    parse,
    service,
    view,
)

NOTHING: dict[str, Any] = {
    "kernel_modules": [],
    "module_options": {},
    "tunnels": [],
    "listeners": [],
    "addresses": [],
    "routes": [],
    "rules": [],
    "sysctls": {},
    "refused_gateways": [],
    "refused_addresses": [],
    "handed_over": [],
}


def six(**options: object) -> dict[str, Any]:
    return service(**{"name": "six", "address": "2001:db8::c6", "real_servers": "six", **options})


def test_a_director_that_serves_has_the_vip_once() -> None:
    seen = view(parse(service(), groups={"web": ["lvs1", "web1"]}), "lvs1")
    assert seen["roles"] == ["director", "realserver"]
    assert seen["network"] == {
        **NOTHING,
        "kernel_modules": ["ip_vs", "ip_vs_wlc"],
        "addresses": [{"address": "192.0.2.198/32", "beside": "192.0.2.2", "announce": True}],
        "sysctls": {"net.ipv4.vs.conn_reuse_mode": "3"},
    }


def test_keepalived_takes_over_the_vips_that_hosts_hold() -> None:
    network = view(parse(service(), cluster={"engine": "keepalived"}), "lvs1")["network"]
    assert (network["addresses"], network["handed_over"]) == ([], ["192.0.2.198"])
    routed = {"engine": "keepalived", "vips": [{"address": "192.0.2.198", "routed": True}]}
    marked = parse(service(fwmark=1, protocol="tcp"), cluster=routed)
    assert view(marked, "lvs1")["network"]["handed_over"] == []


def test_services_on_one_address_give_it_once() -> None:
    cluster = parse(service(), service(name="tls", port=443), service(name="dns", port=53, protocol="udp"))
    for host in ("lvs1", "web1"):
        assert len(view(cluster, host)["network"]["addresses"]) == 1


def test_directors_that_serve_name_their_peers() -> None:
    groups = {"lvs_directors": ["lvs1", "lvs2"], "web": ["lvs1", "lvs2"]}
    cluster = parse(service(fwmark=1, protocol="tcp"), groups=groups)
    assert view(cluster, "lvs1")["peers"] == ["lvs2"]
    assert view(parse(service(), groups=groups), "lvs1")["peers"] == ["lvs2"]
    assert view(parse(service(forward="nat", nat_return="source_nat"), groups=groups), "lvs1")["peers"] == []
    assert view(parse(service(), groups={"lvs_directors": ["lvs1", "lvs2"]}), "lvs1")["peers"] == []


@pytest.mark.parametrize("tool", ["arptables", "nftables"])
def test_a_director_that_serves_a_routed_address_is_silenced_by_the_tool_of_its_owner(tool: str) -> None:
    routed = {"arp": tool, "firewall": "iptables", "vips": [{"address": "192.0.2.198", "routed": True}]}
    groups = {"lvs_directors": ["lvs1", "lvs2"], "web": ["lvs1", "lvs2"]}
    seen = view(parse(service(fwmark=1, protocol="tcp"), cluster=routed, groups=groups), "lvs1")["filter"]
    assert (seen["firewall"], seen["arp_firewall"]) == ("iptables", tool)
    assert [rule["kind"] for rule in seen["rules"]] == ["silence", "mark", "mark"]


def test_a_host_without_a_part_has_an_empty_view() -> None:
    assert view(parse(service()), "client") == {
        "roles": [],
        "address": None,
        "peers": [],
        "network": NOTHING,
        "filter": {"firewall": None, "rules": []},
        "services": [],
        "schedulers": [],
        "persistence_engines": [],
        "timeouts": {},
        "connection_table_bits": None,
        "vips": [],
        "virtual_routers": [],
        "keepalived": None,
        "programs": [],
        "sync_daemon": {},
        "announcing": {},
    }


SERVICES = [
    service(),
    service(name="tls", port=443, real_servers=[{"host": "web2"}, {"host": "web1"}, {"address": "198.51.100.9"}]),
    service(name="dns", port=53, protocol="udp"),
    service(name="sip", port=53, address="192.0.2.199", scheduler="sh", scheduler_flags=["port", "fallback"]),
    six(),
    service(name="tun", port=82, forward="tun", tunnel_type="gue"),
    service(name="both", port=[83, 84], fwmark=7, protocol="udp", real_servers=[{"host": "web2"}, {"host": "web1"}]),
    by_mark(
        forward="nat",
        nat_return="source_nat",
        real_servers=[{"host": "web1", "port": 81}, {"host": "web1", "port": 80}],
    ),
    by_mark(name="mark6", family="ipv6", real_servers="six"),
]
VIPS = [{"address": "192.0.2.198", "interface": "eth1"}, {"address": "2001:db8::c6"}, {"address": "192.0.2.200"}]


@given(data=st.data())
def test_the_order_of_lists_changes_nothing(data: st.DataObject) -> None:
    def shuffled(items: list[Any]) -> list[Any]:
        return data.draw(st.permutations(items))

    def shuffle(one: dict[str, Any]) -> dict[str, Any]:
        lists = {key: shuffled(value) for key, value in one.items() if isinstance(value, list)}
        return dict(shuffled(list({**one, **lists}.items())))

    groups = {name: shuffled(list(hosts)) for name, hosts in {**GROUPS, "lvs_directors": ["lvs1", "lvs2"]}.items()}
    before = parse(*SERVICES, cluster={"vips": VIPS}, groups={"lvs_directors": ["lvs1", "lvs2"]})
    after = parse(*(shuffle(one) for one in shuffled(SERVICES)), cluster={"vips": shuffled(VIPS)}, groups=groups)
    for host in HOSTS:
        assert view(before, host) == view(after, host)
