# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import by_mark, parse, problems, service


@pytest.mark.parametrize(
    ("vips", "expected"),
    [
        ([{"address": "192.0.2.199"}], ["lvs_cluster.vips[0].address: no service uses 192.0.2.199"]),
        (
            [{"address": "192.0.2.198", "prefix": 33}],
            ["lvs_cluster.vips[0].prefix: 33 is out of range: a prefix length of ipv4 is a number from 1 to 32"],
        ),
        (
            [{"address": "192.0.2.198", "interface": "eth1", "label": "eth10:1"}],
            ["lvs_cluster.vips[0].label: 'eth10:1' does not begin with its interface: eth1:..."],
        ),
        (
            [{"address": "192.0.2.198", "label": "eth1:1"}],
            [
                "lvs_cluster.vips[0].label: 'eth1:1' must begin with the name of the VIP's interface; "
                "name that in the key interface"
            ],
        ),
    ],
)
def test_a_vip_that_contradicts_the_rest_is_refused(vips: list[object], expected: list[str]) -> None:
    assert problems(service(), cluster={"vips": vips}) == expected


def test_an_ipv6_address_has_no_label() -> None:
    vips = [{"address": "2001:db8::c6", "interface": "eth1", "label": "eth1:1"}]
    found = problems(service(address="2001:db8::c6", real_servers="six"), cluster={"vips": vips})
    assert found == ["lvs_cluster.vips[0].label: only IPv4 addresses have labels"]


def test_a_label_may_rest_on_the_directors_interface() -> None:
    hosts = {"lvs1": {"ansible_host": "192.0.2.2", "lvs_interface": "eth1"}}
    cluster = parse(service(), cluster={"vips": [{"address": "192.0.2.198", "label": "eth1:1"}]}, hosts=hosts)
    assert cluster.vips[0].label == "eth1:1"


def test_a_vip_for_a_mark_has_its_family() -> None:
    vip = {"address": "2001:db8::c6"}
    assert problems(by_mark(), cluster={"vips": [vip]}) == ["lvs_cluster.vips[0].address: no service uses 2001:db8::c6"]


def vip(**options: object) -> dict[str, Any]:
    return {"vips": [{"address": "192.0.2.198", **options}]}


@pytest.mark.parametrize(
    ("options", "cluster", "expected"),
    [
        (
            {},
            vip(routed=True),
            "lvs_cluster.vips[0].routed: no director holds it, so its services need a fwmark as well as an address",
        ),
        (
            {"fwmark": 1, "protocol": "tcp"},
            vip(routed=True, label="eth1:1", interface="eth1"),
            "lvs_cluster.vips[0].interface: has no meaning for a routed address, which no director holds",
        ),
    ],
)
def test_a_routed_vip_that_contradicts_the_rest_is_refused(
    options: dict[str, Any], cluster: dict[str, Any] | None, expected: str
) -> None:
    assert problems(service(**options), cluster=cluster)[0] == expected


def test_a_vip_on_the_lan_is_for_ipv4() -> None:
    six = service(address="2001:db8::c6", real_servers="six")
    found = problems(six, cluster={"arp": "nftables", "vips": [{"address": "2001:db8::c6", "on_real_servers": "lan"}]})
    assert found == [
        "lvs_cluster.vips[0].on_real_servers: lan is for IPv4; an IPv6 address on lo is not announced anyway"
    ]


def test_a_routed_vip_serves_a_mark() -> None:
    parse(service(fwmark=1, protocol="tcp"), cluster=vip(routed=True))
