# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, problems, service

TWO_DIRECTORS = {"lvs_directors": ["lvs1", "lvs2"]}
ON_LAN = {"vips": [{"address": "192.0.2.198", "prefix": 24, "on_real_servers": "lan"}]}
WEB1 = [{"host": "web1"}]
TO_ANY = {"fwmark": 1, "address": None, "protocol": "tcp"}


def vip(**options: object) -> dict[str, Any]:
    return {"vips": [{"address": "192.0.2.198", **options}]}


@pytest.mark.parametrize(
    ("options", "cluster", "expected"),
    [
        (
            {"forward": "tun", "real_servers": WEB1},
            {"arp": "redirect"},
            "lvs_services[0].real_servers[0]: with arp: redirect, web1 has no VIP, and tun needs it there; give it "
            "another lvs_arp",
        ),
        (
            {"real_servers": WEB1},
            ON_LAN,
            "lvs_cluster.vips[0].on_real_servers: lan: with arp: sysctl, web1 would answer ARP for 192.0.2.198; choose "
            "arptables or nftables",
        ),
        (
            {"forward": "tun", "tunnel_port": 6080, "real_servers": WEB1},
            None,
            "lvs_services[0].real_servers[0].tunnel_port: ipip has no port; gue has",
        ),
        (
            {"forward": "tun", "tunnel_type": "gre", "tunnel_checksum": "remcsum", "real_servers": WEB1},
            None,
            "lvs_services[0].real_servers[0].tunnel_checksum: gre does not support remcsum, only nocsum, csum",
        ),
        (
            {**TO_ANY, "forward": "tun", "real_servers": WEB1},
            None,
            "lvs_services[0].real_servers[0].forward: tun: the device that unpacks needs a VIP, and a service without "
            "an address has none; choose dr, or nat",
        ),
        (
            {**TO_ANY, "real_servers": [{"host": "lvs1"}]},
            None,
            "lvs_services[0].real_servers[0]: 192.0.2.2 is a director, which by dr does not accept packets to any "
            "address from itself; choose another real server, or forward: nat",
        ),
        (
            {**TO_ANY, "real_servers": WEB1, "sorry_server": {"address": "127.0.0.1"}},
            None,
            "lvs_services[0].sorry_server: 127.0.0.1 is a director, which by dr does not accept packets to any address "
            "from itself; choose another real server, or forward: nat",
        ),
        (
            {},
            vip(routed=True),
            "lvs_cluster.vips[0].routed: no director holds it, so its services need a fwmark beside their address",
        ),
        (
            {"fwmark": 1, "protocol": "tcp"},
            vip(routed=True, label="eth1:1", interface="eth1"),
            "lvs_cluster.vips[0].interface: has no meaning for a routed address, which no director holds",
        ),
    ],
)
def test_a_closed_way_is_refused(options: dict[str, Any], cluster: dict[str, Any] | None, expected: str) -> None:
    assert problems(service(**options), cluster=cluster)[-1 if "label" not in str(cluster) else 0] == expected


def test_the_ways_beside_are_open() -> None:
    parse(service(), cluster={**ON_LAN, "arp": "arptables"})
    parse(service(forward="tun", tunnel_type="gue", tunnel_checksum="remcsum"))
    parse(service(fwmark=1, protocol="tcp"), cluster=vip(routed=True))
    parse(service(forward="tun"), cluster={"arp": "nftables"})


def test_a_vip_on_the_lan_is_for_ipv4() -> None:
    six = service(address="2001:db8::c6", real_servers="six")
    found = problems(six, cluster={"arp": "nftables", "vips": [{"address": "2001:db8::c6", "on_real_servers": "lan"}]})
    assert found == [
        "lvs_cluster.vips[0].on_real_servers: lan is for IPv4; an IPv6 address on lo needs nothing to be quiet"
    ]


def test_the_director_cannot_route_what_it_would_drop() -> None:
    by_nat = service(name="nat", port=81, forward="nat", nat_return="default_route", real_servers=WEB1)
    (found,) = problems(service(real_servers=WEB1), by_nat)
    assert found.startswith("lvs_services[1].real_servers[0]: web1 cannot have the director as its default route")
    assert "lvs_services[0].real_servers[0]" in found
    parse(service(), {**by_nat, "nat_return": "policy_route"})


def test_one_host_unpacks_gre_in_one_way() -> None:
    def gre(name: str, port: int, checksum: str) -> dict[str, Any]:
        options = {"forward": "tun", "tunnel_type": "gre", "tunnel_checksum": checksum, "real_servers": WEB1}
        return service(name=name, port=port, **options)

    assert problems(gre("one", 80, "csum"), gre("two", 81, "nocsum")) == [
        "lvs_services[1].real_servers[0].tunnel_checksum: web1 unpacks gre with csum for another service; "
        "it must be the same for all"
    ]
    parse(gre("one", 80, "csum"), gre("two", 81, "csum"))


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"forward": "tun"}, ""),
        ({"forward": "nat"}, ", or by nat with nat_return: source_nat"),
    ],
)
def test_directors_serve_each_other_by_direct_routing_alone(options: dict[str, Any], hint: str) -> None:
    gateway = {"vips": [{"address": "192.0.2.200", "gateway": True}]} if options["forward"] == "nat" else None
    both = {"groups": {**TWO_DIRECTORS, "web": ["lvs1", "web1"]}, "cluster": gateway}
    assert problems(service(**options), **both) == [
        "lvs_services[0].real_servers[lvs1]: lvs1 is one of several directors, and can serve what the others send it "
        f"only by dr{hint}"
    ]
    parse(service(**options), cluster=gateway, groups={"web": ["lvs1", "web1"]})
    parse(service(forward="nat", nat_return="source_nat"), **both)


def test_a_director_that_is_the_sorry_server_itself() -> None:
    def sorry(family_address: str = "192.0.2.198", **options: object) -> dict[str, Any]:
        servers = "web" if "." in family_address else "six"
        listed = {"address": "127.0.0.1", **options}
        return service(address=family_address, real_servers=servers, sorry_server=listed)

    assert problems(sorry(host="lvs2")) == [
        "lvs_services[0].sorry_server.address: 127.0.0.1 is the director itself, whichever has the VIP; leave it out, "
        "or leave out the host lvs2"
    ]
    assert problems(sorry(forward="tun")) == [
        "lvs_services[0].sorry_server.forward: tun: what stays on the director needs no tunnel; choose dr, or nat"
    ]
    assert problems(sorry("2001:db8::c6")) == [
        "lvs_services[0].sorry_server: lvs1 needs an ipv6 address to be the sorry server itself: set lvs_ipv6_address"
    ]
    (found,) = problems(sorry(port=8080))
    assert found.startswith("lvs_services[0].sorry_server.port: dr leaves packets at port 80")
    for loopback in ("127.0.0.1", "::1"):
        (one, _other) = parse(
            {
                **sorry(),
                "address": ["192.0.2.198", "2001:db8::c6"],
                "forward": "tun",
                "sorry_server": {"address": loopback},
            },
            hosts={"lvs1": {"ansible_host": "192.0.2.2", "lvs_ipv6_address": "2001:db8::2"}},
        ).services
        assert one.sorry_server is not None
        assert (one.sorry_server.address, one.sorry_server.forward) == ("127.0.0.1", "dr")


@pytest.mark.parametrize(
    "options",
    [
        {"forward": "nat"},
        {"forward": "nat", "nat_return": "source_nat"},
        {"sorry_server": {"address": "127.0.0.1"}},
    ],
)
def test_no_error_follows_from_a_director_without_an_address(options: dict[str, Any]) -> None:
    (found,) = problems(service(**options), hosts={"lvs1": {"ansible_host": "lvs1.example.net"}})
    assert found.startswith("hostvars[lvs1].lvs_address: is missing")
    (found,) = problems(service(**options), groups={"lvs_directors": []})
    assert found.startswith("groups[lvs_directors]: no director")


def test_source_nat_needs_an_address_of_the_director() -> None:
    six = service(address="2001:db8::c6", real_servers="six", forward="nat", nat_return="source_nat")
    assert problems(six) == [
        "lvs_services[0]: with source_nat the director replaces the client's address with its own, and lvs1 has no "
        "ipv6 address: set lvs_ipv6_address"
    ]
    parse(six, hosts={"lvs1": {"ansible_host": "192.0.2.2", "lvs_ipv6_address": "2001:db8::2"}})
