# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, problems, service

TWO_DIRECTORS = {"lvs_directors": ["lvs1", "lvs2"]}
INNER, OTHER = "198.51.100.200", "203.0.113.200"
APP, DATABASE = "198.51.100.21", "203.0.113.31"
HOSTS: dict[str, dict[str, object]] = {"web1": {"ansible_host": APP}, "web2": {"ansible_host": DATABASE}}
SIX_OF_LVS1 = {"lvs1": {"ansible_host": "192.0.2.2", "lvs_ipv6_address": "2001:db8::2"}}


def gateways(*listed: dict[str, Any] | str) -> dict[str, Any]:
    """The variable lvs_cluster with these gateways."""
    entries = [entry if isinstance(entry, dict) else {"address": entry} for entry in listed]
    return {"vips": [{"gateway": True, **entry} for entry in entries]}


def chosen(cluster: Any = None, **inventory: Any) -> list[str | None]:
    """The gateways of the hosts web1 and web2."""
    read = parse(service(forward="nat"), cluster=cluster, **inventory)
    return [server.gateway for server in read.services[0].real_servers]


def test_nat_needs_a_gateway_that_every_director_can_hold() -> None:
    assert problems(service(forward="nat"), groups=TWO_DIRECTORS) == [
        "lvs_services[0]: nat with several directors needs a gateway that any of them can hold: list an address of the "
        "real servers' network in lvs_cluster.vips, with gateway: true"
    ]
    assert chosen(gateways(INNER), groups=TWO_DIRECTORS) == [INNER, INNER]
    parse(service(forward="nat", nat_return="source_nat"), groups=TWO_DIRECTORS)


def test_nat_needs_a_director_of_its_family() -> None:
    six = service(address="2001:db8::c6", real_servers="six", forward="nat")
    assert problems(six) == [
        "lvs_services[0]: with nat, answers go back through the director, which needs an ipv6 address for that: "
        "lvs_ipv6_address"
    ]
    assert parse(six, hosts=SIX_OF_LVS1).gateways_of("ipv6") == ("2001:db8::2",)


def test_the_virtual_gateway_comes_before_the_directors_own_address() -> None:
    assert chosen() == ["192.0.2.2", "192.0.2.2"]
    assert chosen(gateways(INNER)) == [INNER, INNER]


@pytest.mark.parametrize("directors", [TWO_DIRECTORS, {}])
def test_a_real_server_has_the_gateway_of_its_network(directors: dict[str, list[str]]) -> None:
    assert chosen(gateways(OTHER, INNER), hosts=HOSTS, groups=directors) == [INNER, OTHER]


@given(
    prefix=st.integers(8, 30),
    own=st.integers(0x0B000000, 0xDF000000),
    gateway_bits=st.integers(0),
    server_bits=st.integers(0),
    elsewhere=st.integers(0x0B000000, 0xDF000000),
)
def test_among_networks_the_nearest_gateway_is_that_of_the_own(
    prefix: int, own: int, gateway_bits: int, server_bits: int, elsewhere: int
) -> None:
    """Whatever the networks, as long as they are several."""
    network = ip_network((own >> (32 - prefix) << (32 - prefix), prefix))
    gateway, address = (str(network[bits % network.num_addresses]) for bits in (gateway_bits, server_bits))
    other = str(ip_address(elsewhere))
    usable = {"192.0.2.2", "192.0.2.198", "192.0.2.22"}.isdisjoint({gateway, address, other})
    assume(gateway != address and ip_address(other) not in network and usable)
    assume(not any(ip_address(text).is_multicast or ip_address(text).is_loopback for text in (gateway, address, other)))
    hosts = {"web1": {"ansible_host": address}}
    assert chosen(gateways(other, gateway), hosts=hosts, groups={"web": ["web1"]}) == [gateway]


def test_a_prefix_says_which_network_is_meant() -> None:
    """Of two gateways in one network a prefix tells nothing; of networks within each other it does."""
    within = gateways({"address": "192.0.2.254", "prefix": 28}, {"address": "192.0.2.30"})
    assert chosen(within, hosts={"web2": {"ansible_host": "192.0.2.250"}}) == ["192.0.2.30", "192.0.2.254"]
    both = gateways(*({"address": address, "prefix": 24} for address in ("192.0.2.200", "192.0.2.20")))
    assert problems(service(forward="nat"), cluster=both) == [
        "hostvars[web1, web2].lvs_gateway: several gateways are equally near, 192.0.2.20 and 192.0.2.200; name here "
        "the one through which it answers"
    ]
    neither = gateways({"address": INNER, "prefix": 24}, {"address": OTHER, "prefix": 24})
    assert problems(service(forward="nat", real_servers=[{"host": "web1"}]), cluster=neither) == [
        f"hostvars[web1].lvs_gateway: 192.0.2.21 is in the network of no gateway ({INNER} and {OTHER}); list a gateway "
        "of its network in lvs_cluster.vips, or name here the one through which it answers"
    ]


def test_a_host_may_name_its_gateway() -> None:
    both = gateways(INNER, OTHER)
    hosts = {"web1": {"ansible_host": APP, "lvs_gateway": OTHER}, "web2": {"ansible_host": DATABASE}}
    assert chosen(both, hosts=hosts, groups=TWO_DIRECTORS) == [OTHER, OTHER]
    hosts["web1"]["lvs_gateway"] = [INNER, "2001:db8::200"]
    assert chosen(both, hosts=hosts, groups=TWO_DIRECTORS) == [INNER, OTHER]
    hosts["web1"]["lvs_gateway"] = "198.51.100.201"
    assert problems(service(forward="nat"), cluster=both, hosts=hosts, groups=TWO_DIRECTORS) == [
        "hostvars[web1].lvs_gateway: 198.51.100.201 is not a gateway in lvs_cluster.vips; did you mean 198.51.100.200?"
    ]


def test_the_only_directors_address_on_another_network_is_named() -> None:
    """What addresses it has there, the definition cannot know."""
    hosts = {"web1": {"ansible_host": APP, "lvs_gateway": "198.51.100.2"}}
    assert chosen(hosts=hosts) == ["198.51.100.2", "192.0.2.2"]


def test_the_only_directors_other_addresses_are_gateways_too() -> None:
    directors = {"lvs1": {"ansible_host": "192.0.2.2", "lvs_other_addresses": ["198.51.100.2", "203.0.113.2"]}}
    assert chosen(hosts={**HOSTS, **directors}) == ["198.51.100.2", "203.0.113.2"]


def test_a_gateway_may_be_link_local() -> None:
    six = service(address="2001:db8::c6", real_servers="six", forward="nat")
    on_a_link = {"vips": [{"address": "FE80::1", "interface": "eth1", "gateway": True}]}
    instances = {"vrrp": {"instances": [{"name": "all", "vips": ["2001:db8::c6", "fe80::1"]}]}}
    read = parse(
        six, cluster={**on_a_link, **instances, "engine": "keepalived"}, groups=TWO_DIRECTORS, hosts=SIX_OF_LVS1
    )
    assert read.services[0].gateways == ("fe80::1",)
    assert ("fe80::1", 128, "eth1") in [(vip.address, vip.prefix, vip.interface) for vip in read.vips]
    hosts = {**SIX_OF_LVS1, "six1": {"lvs_address": "2001:db8::21", "lvs_gateway": "fe80::5054:ff:fe00:2"}}
    assert parse(six, hosts=hosts).services[0].gateways == ("fe80::5054:ff:fe00:2",)


@pytest.mark.parametrize(
    ("gateway", "expected"),
    [
        (
            {"address": "fe80::1"},
            "fe80::1 is a link-local address, which no client on another network can reach; only a gateway of the real "
            "servers may have one (gateway: true)",
        ),
        (
            {"address": "fe80::1%eth1", "gateway": True},
            "fe80::1%eth1: leave out %eth1; the key interface names the interface",
        ),
        ({"address": "198.51.100.400", "gateway": True}, "'198.51.100.400' is not an IPv4 or IPv6 address"),
    ],
)
def test_no_error_follows_from_a_wrong_gateway(gateway: dict[str, Any], expected: str) -> None:
    """That a gateway is missing, for one."""
    (found,) = problems(service(forward="dr"), cluster={"vips": [gateway]})
    assert found == f"lvs_cluster.vips[0].address: {expected}"
    if gateway.get("gateway"):
        assert problems(service(forward="nat"), cluster={"vips": [gateway]}, groups=TWO_DIRECTORS) == [found]


def test_what_needs_no_gateway_has_none() -> None:
    both = gateways({"address": INNER, "prefix": 24}, {"address": OTHER, "prefix": 24})
    for options in ({"forward": "dr"}, {"forward": "nat", "nat_return": "source_nat"}):
        read = parse(service(**options), cluster=both)
        assert {server.gateway for server in read.services[0].real_servers} == {None}
    parse(service(forward="nat", real_servers=[{"address": "192.0.2.99"}]), cluster=both)


def test_a_host_has_one_default_route() -> None:
    at_both = [
        service(
            name=name, port=port, forward="nat", nat_return=way, real_servers=[{"host": "web1", "address": address}]
        )
        for name, port, way, address in (
            ("app", 80, "default_route", APP),
            ("db", 81, "default_route", DATABASE),
        )
    ]
    assert problems(*at_both, cluster=gateways(INNER, OTHER)) == [
        f"lvs_services[1].real_servers[0]: web1 cannot have two default routes, through {INNER} for another service "
        f"and through {OTHER} for this one; set nat_return: policy_route, or name one gateway in its lvs_gateway"
    ]
    at_both[1]["nat_return"] = "policy_route"
    parse(*at_both, cluster=gateways(INNER, OTHER))
