# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._change import InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._network.model import Address, AddressKey, Link, Network
from ansible_collections.lvs.cluster.plugins.module_utils._network.place import held, missing, place
from ansible_collections.lvs.cluster.plugins.module_utils._network.wanted import parse_network

LINKS = {"lo": Link(1, b"\0" * 6, False), "eth1": Link(2, b"\2" * 6, True), "eth2": Link(3, b"\3" * 6, True)}
DIP = AddressKey("eth1", "192.0.2.2", 24)
HOST = Network(addresses={DIP: Address("eth1")}, links=LINKS)
TUNNEL = {"name": "lvs-ipip", "kind": "ipip", "local": "192.0.2.2"}


def host(*keys: AddressKey) -> Network:
    return HOST._replace(addresses={key: Address("") for key in keys})


def beside(address: str, where: str, observed: Network) -> str:
    """The interface that an address is put on."""
    (key,) = place(parse_network({"addresses": [{"address": address, "beside": where}]}), observed).addresses
    return key.interface


def test_beside_is_the_interface_whose_network_has_the_address() -> None:
    inner = AddressKey("eth2", "198.51.100.2", 24)
    assert beside("198.51.100.198/32", "192.0.2.2", host(DIP, inner)) == "eth2"
    assert beside("192.0.2.198/32", "198.51.100.2", host(DIP, inner)) == "eth1"


@pytest.mark.parametrize(
    "others",
    [
        (),
        (AddressKey("eth2", "203.0.113.9", 32),),  # a network of its own alone
        (AddressKey("lo", "203.0.113.9", 24),),
        (AddressKey("eth2", "203.0.113.9", 24), AddressKey("eth3", "203.0.113.8", 24)),
    ],
)
def test_beside_is_else_the_interface_that_has_what_is_named(others: tuple[AddressKey, ...]) -> None:
    assert beside("203.0.113.198/32", "192.0.2.2", host(DIP, *others)) == "eth1"


def test_beside_in_ipv6() -> None:
    keys = (AddressKey("eth1", "2001:db8:1::2", 64), AddressKey("eth2", "2001:db8:2::2", 64), DIP)
    assert beside("2001:db8:2::198", "2001:db8:1::2", host(*keys)) == "eth2"
    assert beside("2001:db8:3::198", "2001:db8:1::2", host(*keys)) == "eth1"


def test_an_address_and_a_route_may_be_on_a_tunnel_of_the_same_call() -> None:
    wanted = parse_network(
        {
            "tunnels": [TUNNEL],
            "addresses": [{"address": "192.0.2.198", "interface": "lvs-ipip"}],
            "routes": [{"destination": "203.0.113.0/24", "interface": "lvs-ipip"}],
        }
    )
    assert list(place(wanted, HOST).addresses) == [AddressKey("lvs-ipip", "192.0.2.198", 32)]


@pytest.mark.parametrize(
    "option",
    [
        {"addresses": [{"address": "192.0.2.198", "interface": "lvs-ipip"}]},
        {"routes": [{"destination": "203.0.113.0/24", "interface": "lvs-ipip"}]},
    ],
)
def test_nothing_may_be_on_a_tunnel_that_goes(option: dict[str, Any]) -> None:
    there = HOST._replace(links={**LINKS, "lvs-ipip": Link(9, b"", False)})
    place(parse_network(option), there)
    with pytest.raises(InvalidInput, match="this host has no interface lvs-ipip; it has eth1, eth2, lo"):
        place(parse_network(option), there, going={"lvs-ipip"})


def test_a_sysctl_of_the_interface_that_has_an_address() -> None:
    wanted = parse_network({"sysctls": {"net.ipv4.conf.[192.0.2.2].rp_filter": 2}})
    assert place(wanted, HOST).sysctls == {"net.ipv4.conf.eth1.rp_filter": "2"}
    dotted = host(AddressKey("eth0.5", "192.0.2.2", 24))
    assert place(wanted, dotted).sysctls == {"net.ipv4.conf.eth0/5.rp_filter": "2"}
    with pytest.raises(InvalidInput, match="no interface of this host holds 192"):
        place(wanted, host())
    assert place(wanted, host(), gone_is_fine=True).sysctls == {}


def test_a_sysctl_of_the_interface_in_whose_network_an_address_is() -> None:
    inner = AddressKey("eth2", "198.51.100.2", 24)
    wanted = parse_network({"sysctls": {"net.ipv4.conf.[near 198.51.100.200].send_redirects": 0}})
    for there in ((DIP, inner), (DIP, inner, AddressKey("eth2", "198.51.100.200", 32))):
        assert place(wanted, host(*there)).sysctls == {"net.ipv4.conf.eth2.send_redirects": "0"}
    with pytest.raises(InvalidInput, match="no interface of this host is in the network of 198"):
        place(wanted, HOST)
    with pytest.raises(InvalidInput, match=r"several interfaces of this host are \(eth2, eth3\) in the network of 198"):
        place(wanted, host(inner, AddressKey("eth3", "198.51.100.3", 24)))
    with pytest.raises(InvalidInput, match=r"\[by 192\.0\.2\.2\] is neither \[ADDRESS\] nor \[near ADDRESS\]"):
        parse_network({"sysctls": {"net.ipv4.conf.[by 192.0.2.2].rp_filter": 2}})


def test_a_route_by_the_interface_that_has_an_address() -> None:
    inner = AddressKey("eth2", "2001:db8::21", 64)
    listed = {"destination": "default", "gateway": "fe80::1", "interface": "[2001:DB8::21]"}
    wanted = parse_network({"routes": [listed]})
    assert [str(route) for route in place(wanted, host(DIP, inner)).routes.values()] == ["via fe80::1 dev eth2"]
    with pytest.raises(InvalidInput, match="routes: ipv6 default in table 254: no interface of this host holds 2001"):
        place(wanted, HOST)
    assert place(wanted, HOST, gone_is_fine=True).routes == {}
    with pytest.raises(InvalidInput, match=r"routes\[0\].interface: .*web1"):
        parse_network({"routes": [{**listed, "interface": "[web1]"}]})


def test_a_link_local_address_is_on_no_network() -> None:
    """The network fe80::/64 is everywhere, or on one interface by chance."""
    keys = (AddressKey("eth1", "2001:db8::2", 64), AddressKey("eth2", "fe80::2", 64))
    assert beside("fe80::1", "2001:db8::2", host(*keys)) == "eth1"


def test_a_sysctl_with_two_values_is_refused() -> None:
    wanted = parse_network({"sysctls": {"net.ipv4.conf.[192.0.2.2].rp_filter": 2, "net.ipv4.conf.eth1.rp_filter": 1}})
    with pytest.raises(InvalidInput, match="rp_filter is listed already, with another value"):
        place(wanted, HOST)


def test_listeners_bring_their_module() -> None:
    assert list(place(parse_network({"listeners": [{"port": 6080}]}), HOST).modules) == ["fou"]


def test_an_address_that_is_listed_twice_is_refused() -> None:
    twice = [{"address": "192.0.2.198", "interface": "lo"}, {"address": "192.0.2.198/32", "interface": "lo"}]
    with pytest.raises(InvalidInput, match=r"addresses\[1\]: 192\.0\.2\.198/32 on lo is listed already"):
        place(parse_network({"addresses": twice}), HOST)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ({"address": "192.0.2.198", "interface": "eth9"}, "this host has no interface eth9; it has eth1, eth2, lo"),
        ({"address": "203.0.113.198", "beside": "192.0.2.3"}, "no interface of this host holds 192.0.2.3"),
        ({"address": "192.0.2.198", "interface": "eth1", "label": "eth2:shop"}, "does not begin with its interface"),
    ],
)
def test_an_address_without_a_place_is_refused(address: dict, words: str) -> None:
    with pytest.raises(InvalidInput, match="addresses\\[0\\]") as caught:
        place(parse_network({"addresses": [address]}), HOST)
    assert words in str(caught.value)


def test_an_address_is_held_only_where_it_is_to_be() -> None:
    listed = [{"address": "192.0.2.198", "beside": "192.0.2.2"}, {"address": "192.0.2.199/24", "interface": "eth1"}]
    wanted = parse_network({"addresses": listed})
    here = AddressKey("eth1", "192.0.2.198", 32)
    as_a_real_server = AddressKey("lo", "192.0.2.198", 32)
    assert (held(wanted, host(DIP, here)), missing(wanted, host(DIP, here))) == (
        ["192.0.2.198/32"],
        ["192.0.2.199/24"],
    )
    assert held(wanted, host(DIP, as_a_real_server)) == []


def test_an_address_that_has_no_place_here_is_missing() -> None:
    wanted = parse_network({"addresses": [{"address": "192.0.2.198/32", "interface": "eth9"}]})
    assert (held(wanted, HOST), missing(wanted, HOST)) == ([], ["192.0.2.198/32"])
