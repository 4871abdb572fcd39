# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which machines an inventory is mapped to, and where they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._lab.description import errors_of
from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal.machines import CLIENT, Mapped, mapped
from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal.subject import (
    NotRehearsed,
    Subject,
    chosen_hosts,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import HOSTS, by_mark, parse, service

VRRP = {"engine": "keepalived", "vrrp": {"virtual_router_id": 51}}
TWO = {"lvs_directors": ["lvs1", "lvs2"]}


def subject(*services: object, **inventory: Any) -> Subject:
    hosts = {**HOSTS, **inventory.get("hosts", {})}
    connected = {host: str(variables.get("ansible_host", host)) for host, variables in hosts.items()}
    return Subject((parse(*services, **inventory),), connected)


def lab(*services: object, most: int = 8, **inventory: Any) -> Mapped:
    one = subject(*services, **inventory)
    chosen, _left_out = chosen_hosts([one], most)
    found = mapped([one], chosen, "bookworm")
    assert [*errors_of(found.description)] == []
    return found


def interfaces(found: Mapped, machine: str) -> Mapping[str, tuple[str, ...]]:
    return dict(found.description.host(machine).interfaces)


def test_each_host_has_a_machine_with_its_own_addresses_and_the_client_is_their_router() -> None:
    found = lab(service(), cluster=VRRP, groups=TWO)
    assert found.machines == {"lvs1": "lvs1", "lvs2": "lvs2", "web1": "web1", "web2": "web2"}
    assert interfaces(found, "lvs1") == {"lan": ("192.0.2.2/24",)}
    assert interfaces(found, CLIENT) == {"lan": ("192.0.2.254/24",)}
    assert found.description.host("web1").gateways == ("192.0.2.254",)
    assert found.clients_interface("192.0.2.198") == "eth1"
    assert found.clients_interface("203.0.113.1") is None


def test_a_director_gets_an_address_in_the_network_of_a_vip_where_it_has_none() -> None:
    found = lab(service(address="203.0.113.198"))
    assert interfaces(found, "lvs1") == {"lan": ("192.0.2.2/24",), "lan2": ("203.0.113.253/24",)}
    assert interfaces(found, "web1") == {"lan": ("192.0.2.21/24",)}
    assert found.clients_interface("203.0.113.198") == "eth2"


def test_both_families_of_a_host_are_on_one_segment() -> None:
    lvs1 = {**HOSTS["lvs1"], "lvs_ipv6_address": "2001:db8::2"}
    found = lab(service(real_servers=[{"host": "dual"}]), hosts={"lvs1": lvs1})
    assert interfaces(found, "lvs1") == {"lan": ("192.0.2.2/24", "2001:db8::2/64")}


def test_real_servers_behind_nat_get_no_way_around_the_director() -> None:
    found = lab(service(forward="nat"))
    assert found.description.host("web1").gateways == ()
    assert found.description.host("lvs1").gateways == ("192.0.2.254",)


def test_a_gateway_says_how_large_its_network_is() -> None:
    gateway = {"address": "198.51.100.1", "prefix": 25, "gateway": True}
    hosts = {"web1": {"ansible_host": "198.51.100.21"}, "web2": {"ansible_host": "198.51.100.22"}}
    found = lab(service(forward="nat"), cluster={"vips": [gateway]}, hosts=hosts)
    assert interfaces(found, "web1") == {"lan2": ("198.51.100.21/25",)}
    assert interfaces(found, "lvs1")["lan2"] == ("198.51.100.125/25",)


def test_interfaces_have_the_names_of_the_definition() -> None:
    found = lab(service(), hosts={"lvs1": {**HOSTS["lvs1"], "lvs_interface": "bond0"}})
    assert found.description.host("lvs1").names == ("bond0",)
    assert "Interfaces are plain Ethernet, no bonds, VLANs or bridges: bond0" in found.notes


def test_where_routers_know_the_way_to_a_vip_the_client_sends_its_packets_to_a_director() -> None:
    vips = {"vips": [{"address": "203.0.113.20", "routed": True}]}
    found = lab(by_mark(address="203.0.113.20", port=80, protocol="tcp"), cluster=vips)
    assert found.client.gateways == ("192.0.2.2",)


def test_names_that_the_lab_does_not_take_are_made_shorter_and_different() -> None:
    names = {
        "WEB_1.example.com": {"ansible_host": "192.0.2.21"},
        "web-1.example.net": {"ansible_host": "192.0.2.22"},
        "192.0.2.23": {},
    }
    found = lab(service(), hosts=names, groups={"web": [*names]})
    assert [*found.machines.values()] == ["lvs1", "192-0-2-23", "web-1", "web-1-2"]


def test_of_too_many_real_servers_each_service_gets_one_before_any_gets_the_next() -> None:
    hosts = {f"app{number}": {"ansible_host": f"192.0.2.{30 + number}"} for number in (1, 2, 3)}
    other = service(name="app", port=81, real_servers="app")
    one = subject(service(), other, groups={"app": [*hosts]}, hosts=hosts)
    assert chosen_hosts([one], 4) == (["lvs1", "web1", "app1"], ["app2", "app3", "web2"])
    assert chosen_hosts([one], 5)[0] == ["lvs1", "web1", "app1", "web2"]
    assert chosen_hosts([one], 99)[1] == []
    with pytest.raises(NotRehearsed, match="1 director, a client and a real server take 3"):
        chosen_hosts([one], 2)


def test_hosts_of_both_inventories_have_machines() -> None:
    before = subject(service(real_servers=[{"host": "dual"}]))
    now = subject(service())
    assert chosen_hosts([before, now], 8)[0] == ["lvs1", "dual", "web1", "web2"]


def test_more_networks_than_a_machine_has_interfaces_for_share_one() -> None:
    hosts = {f"web{number}": {"ansible_host": f"198.18.{number}.21"} for number in (1, 2)}
    found = lab(service(address="203.0.113.198", forward="nat"), hosts=hosts)
    shared = "A machine has 3 interfaces, so these networks share one: 198.18.2.0/24, 203.0.113.0/24"
    assert shared in found.notes
    assert interfaces(found, "web2") == {"lan3": ("198.18.2.21/24",)}
