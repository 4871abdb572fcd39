# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.plugin_utils.topology import (
    QUIET_ARP,
    director_view,
    host_view,
    realserver_view,
    roles,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import (
    GROUPS,
    HOSTS,
    by_mark,
    parse,
    service,
)

VIP_ON_LO = {"address": "192.0.2.198/32", "interface": "lo", "announce": False}
VIP6_ON_LO = {"address": "2001:db8::c6/128", "interface": "lo", "announce": False}
NOTHING: dict[str, Any] = {"addresses": [], "sysctls": {}}


def six(**options: object) -> dict[str, Any]:
    return service(**{"name": "six", "address": "2001:db8::c6", "real_servers": "six", **options})


def test_a_director_by_direct_routing() -> None:
    assert director_view(parse(service(scheduler="rr")), "lvs1") == {
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
                    {
                        "address": "192.0.2.21",
                        "port": 80,
                        "forward": "dr",
                        "weight": 1,
                        "upper_threshold": 0,
                        "lower_threshold": 0,
                    },
                    {
                        "address": "192.0.2.22",
                        "port": 80,
                        "forward": "dr",
                        "weight": 2,
                        "upper_threshold": 0,
                        "lower_threshold": 0,
                    },
                ],
            }
        ],
        "addresses": [{"address": "192.0.2.198/32", "beside": "192.0.2.2", "announce": True}],
        "sysctls": {},
        "schedulers": ["rr"],
        "persistence_engines": [],
        "kernel_modules": ["ip_vs", "ip_vs_rr"],
    }


def test_a_service_by_mark_has_no_address() -> None:
    (only,) = director_view(parse(by_mark(persistence_timeout=60, persistence_netmask="24")), "lvs1")["services"]
    assert only["fwmark"] == 1
    assert only["family"] == "ipv4"
    assert only["persistence_netmask"] == "255.255.255.0"
    assert not {"address", "port", "protocol", "persistence_engine"} & only.keys()
    assert [destination["port"] for destination in only["destinations"]] == [0, 0]


def test_kernel_modules_are_those_of_schedulers_and_engines() -> None:
    sip = service(
        name="sip", protocol="udp", port=5060, persistence_engine="sip", persistence_timeout=60, scheduler="sh"
    )
    view = director_view(parse(sip, service(), service(name="more", port=81)), "lvs1")
    assert view["schedulers"] == ["sh", "wlc"]
    assert view["persistence_engines"] == ["sip"]
    assert view["kernel_modules"] == ["ip_vs", "ip_vs_sh", "ip_vs_wlc", "ip_vs_pe_sip"]


def test_forwarding_is_for_nat_alone_and_for_its_family() -> None:
    tun = service(name="tun", port=81, forward="tun")
    assert director_view(parse(service(), tun, six()), "lvs1")["sysctls"] == {}
    assert director_view(parse(service(forward="nat"), six()), "lvs1")["sysctls"] == {"net.ipv4.ip_forward": "1"}
    assert director_view(parse(service(), six(forward="nat")), "lvs1")["sysctls"] == {
        "net.ipv6.conf.all.forwarding": "1"
    }


def test_the_interface_of_a_vip_is_the_nearest_that_is_named() -> None:
    vip = {"address": "192.0.2.198", "prefix": 24, "interface": "eth1", "label": "eth1:100"}
    named = {"lvs1": {"ansible_host": "192.0.2.2", "lvs_interface": "eth0"}}
    by_vip = director_view(parse(service(), cluster={"vips": [vip]}, hosts=named), "lvs1")["addresses"]
    assert by_vip == [{"address": "192.0.2.198/24", "interface": "eth1", "label": "eth1:100", "announce": True}]
    by_host = director_view(parse(service(), hosts=named), "lvs1")["addresses"]
    assert by_host == [{"address": "192.0.2.198/32", "interface": "eth0", "announce": True}]


def test_services_on_one_address_give_it_once() -> None:
    cluster = parse(service(), service(name="tls", port=443), service(name="dns", port=53, protocol="udp"))
    assert len(director_view(cluster, "lvs1")["addresses"]) == 1
    assert realserver_view(cluster, "web1")["addresses"] == [VIP_ON_LO]


def test_every_director_has_the_same_services_beside_its_own_address() -> None:
    cluster = parse(service(), groups={"lvs_directors": ["lvs2", "lvs1"]})
    first, second = director_view(cluster, "lvs1"), director_view(cluster, "lvs2")
    assert second["addresses"] == [{**first["addresses"][0], "beside": "192.0.2.3"}]
    assert first["services"] == second["services"]
    assert [director.host for director in cluster.directors] == ["lvs1", "lvs2"]


def test_a_real_server_holds_the_vip_and_keeps_quiet() -> None:
    for forward in ("dr", "tun"):
        view = realserver_view(parse(service(forward=forward)), "web1")
        assert view == {"addresses": [VIP_ON_LO], "sysctls": QUIET_ARP}


def test_a_real_server_behind_nat_needs_nothing() -> None:
    assert realserver_view(parse(service(forward="nat")), "web1") == NOTHING


def test_a_real_server_has_only_the_addresses_that_it_serves() -> None:
    other = service(name="other", address="192.0.2.199", real_servers=[{"host": "web2"}])
    assert realserver_view(parse(service(), other), "web1")["addresses"] == [VIP_ON_LO]


def test_ipv6_needs_no_quiet() -> None:
    assert realserver_view(parse(six()), "six1") == {"addresses": [VIP6_ON_LO], "sysctls": {}}


def test_a_real_server_of_a_mark_holds_the_addresses_that_are_listed() -> None:
    cluster = parse(by_mark(), cluster={"vips": [{"address": "192.0.2.198", "prefix": 24}]})
    assert realserver_view(cluster, "web1")["addresses"] == [VIP_ON_LO]
    assert director_view(cluster, "lvs1")["addresses"][0]["address"] == "192.0.2.198/24"


def test_a_director_that_serves_has_the_vip_where_clients_reach_it() -> None:
    cluster = parse(service(), groups={"web": ["lvs1", "web1"]})
    view = host_view(cluster, "lvs1")
    assert view["roles"] == ["director", "realserver"]
    assert view["network"] == {
        "addresses": [{"address": "192.0.2.198/32", "beside": "192.0.2.2", "announce": True}],
        "sysctls": {},
    }
    assert realserver_view(cluster, "lvs1") == NOTHING


def test_a_host_without_a_part_has_an_empty_view() -> None:
    assert host_view(parse(service()), "client") == {
        "roles": [],
        "network": NOTHING,
        "services": [],
        "schedulers": [],
        "persistence_engines": [],
        "kernel_modules": [],
    }


SERVICES = [
    service(),
    service(name="tls", port=443, real_servers=[{"host": "web2"}, {"host": "web1"}, {"address": "198.51.100.9"}]),
    service(name="dns", port=53, protocol="udp"),
    service(name="sip", port=53, address="192.0.2.199", scheduler="sh", scheduler_flags=["port", "fallback"]),
    six(),
    by_mark(forward="nat", real_servers=[{"host": "web1", "port": 81}, {"host": "web1", "port": 80}]),
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
        for view in (host_view, director_view, realserver_view, roles):
            assert view(before, host) == view(after, host)
