# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._view.known import Known
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import (
    by_mark,
    parse,
    problems,
    service,
    view,
)

WEB1 = "192.0.2.21 is the address of the real server web1; a VIP must be one that no host has"
OWN = "192.0.2.2"


def own(**options: object) -> dict[str, Any]:
    """A service at the director's own address."""
    return service(
        **{"address": OWN, "port": 8999, "forward": "nat", "real_servers": [{"host": "web1", "port": 80}], **options}
    )


def test_a_vip_is_no_hosts_own() -> None:
    assert problems(service(address="192.0.2.21")) == [f"lvs_services[0].address: {WEB1}"]
    assert problems(service(real_servers=[{"address": "192.0.2.198"}])) == [
        "lvs_services[0].address: 192.0.2.198 is the address of a real server; a VIP must be one that no host has"
    ]
    assert problems(own(), groups={"lvs_directors": ["lvs1", "lvs2"]})[-1] == (
        "lvs_services[0].address: 192.0.2.2 is the address of the director lvs1, one of several; a VIP must be one "
        "that no host has"
    )


def test_what_a_director_has_on_another_network_is_its_own() -> None:
    hosts = {"lvs1": {"ansible_host": OWN, "lvs_other_addresses": ["198.51.100.2"]}}
    parse(own(address="198.51.100.2"), hosts=hosts)
    assert problems(service(address="198.51.100.2"), hosts=hosts)[0].startswith(
        "lvs_services[0].address: 198.51.100.2 is the address of the director itself"
    )


def test_a_vip_for_a_mark_is_no_hosts_own_either() -> None:
    vips = [{"address": "192.0.2.21"}, {"address": "192.0.2.21"}, {"address": OWN}]
    assert problems(by_mark(), cluster={"vips": vips}) == [
        "lvs_cluster.vips[1].address: 192.0.2.21 is already listed at lvs_cluster.vips[0]",
        f"lvs_cluster.vips[0].address: {WEB1}",
        "lvs_cluster.vips[2].address: 192.0.2.2 is the address of the director lvs1, which has it already; leave it "
        "out here",
    ]


@pytest.mark.parametrize("engine", ["static", "keepalived"])
def test_the_only_director_serves_by_nat_at_an_address_that_it_keeps(engine: str) -> None:
    cluster = parse(own(), service(name="other", forward="nat"), cluster={"engine": engine})
    assert [vip.address for vip in cluster.vips] == ["192.0.2.198"]
    seen = view(cluster, "lvs1", Known(interfaces={"192.0.2.2": "eth0", "192.0.2.198": "eth0"}))
    assert [vip["address"] for vip in seen["vips"]] == ["192.0.2.198/32"]
    assert OWN in seen["network"]["handed_over"]
    if engine == "keepalived":
        assert "virtual_server 192.0.2.2 8999 {" in seen["keepalived"]
        assert "192.0.2.2/32" not in seen["keepalived"]


def test_what_ansible_connects_to_is_the_directors_own_too() -> None:
    hosts = {"lvs1": {"ansible_host": "192.0.2.2", "lvs_address": "198.51.100.2"}}
    assert parse(own(), hosts=hosts).vips == ()
    assert problems(own(forward="dr", real_servers=[{"host": "web1"}]), hosts=hosts) == [
        "lvs_services[0].address: 192.0.2.2 is the address of the director itself, which with dr and tun the real "
        "servers would get too; set forward: nat, or give the service an address that no host has"
    ]


@pytest.mark.parametrize(
    ("options", "taken"),
    [
        ({"port": 22}, "port 22"),
        ({"port": 2222}, "port 2222"),
        ({"port": 0, "persistence_timeout": 60}, "all ports"),
        ({"fwmark": 1, "port": [80, 22], "protocol": "tcp"}, "port 22"),
        ({"fwmark": 1, "port": None, "protocol": None}, "all ports"),
    ],
)
def test_the_way_to_the_director_stays_open(options: dict[str, Any], taken: str) -> None:
    hosts = {"lvs1": {"ansible_host": OWN, "ansible_port": "2222"}}
    assert problems(own(**options), hosts=hosts) == [
        "lvs_services[0].port: the director could no longer be reached by ssh: 192.0.2.2 is its own address, and the "
        f"service takes {taken} of it; choose other ports, or an address that no host has"
    ]
    parse(own(port=22, protocol="udp"), own(name="other", port=23), hosts=hosts)


def test_a_sorry_server_that_is_the_director_itself_may_be_there_by_dr() -> None:
    parse(own(sorry_server={"address": "127.0.0.1", "forward": "dr"}))


def test_a_second_vip_with_the_same_address_is_refused() -> None:
    vips = [{"address": "192.0.2.198"}, {"address": "192.0.2.198"}]
    assert problems(service(), cluster={"vips": vips}) == [
        "lvs_cluster.vips[1].address: 192.0.2.198 is already listed at lvs_cluster.vips[0]"
    ]
