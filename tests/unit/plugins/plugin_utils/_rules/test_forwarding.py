# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._rules.advice import TWO_DIRECTORS
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, problems, service

ON_LAN = {"vips": [{"address": "192.0.2.198", "prefix": 24, "on_real_servers": "lan"}]}
WEB1 = [{"host": "web1"}]
TO_ANY = {"fwmark": 1, "address": None, "protocol": "tcp"}


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
            {**TO_ANY, "forward": "tun", "real_servers": WEB1},
            None,
            "lvs_services[0].real_servers[0].forward: tun: the tunnel device needs a VIP, and a service without "
            "an address has none; choose dr, or nat",
        ),
        (
            {**TO_ANY, "real_servers": [{"host": "lvs1"}]},
            None,
            "lvs_services[0].real_servers[0]: 192.0.2.2 is a director, which with dr does not accept packets to any "
            "address from itself; choose another real server, or forward: nat",
        ),
        (
            {**TO_ANY, "real_servers": WEB1, "sorry_server": {"address": "127.0.0.1"}},
            None,
            "lvs_services[0].sorry_server: 127.0.0.1 is a director, which with dr does not accept packets to any "
            "address from itself; choose another real server, or forward: nat",
        ),
    ],
)
def test_what_cannot_be_forwarded_is_refused(
    options: dict[str, Any], cluster: dict[str, Any] | None, expected: str
) -> None:
    assert problems(service(**options), cluster=cluster)[-1] == expected


def test_what_works_instead_is_accepted() -> None:
    parse(service(), cluster={**ON_LAN, "arp": "arptables"})
    parse(service(forward="tun"), cluster={"arp": "nftables"})


def test_a_director_is_no_default_route_for_packets_that_it_would_drop() -> None:
    by_nat = service(name="nat", port=81, forward="nat", nat_return="default_route", real_servers=WEB1)
    (found,) = problems(service(real_servers=WEB1), by_nat)
    assert found.startswith("lvs_services[1].real_servers[0]: web1 cannot have the director as its default route")
    assert "lvs_services[0].real_servers[0]" in found
    parse(service(), {**by_nat, "nat_return": "policy_route"})


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"forward": "tun"}, ""),
        ({"forward": "nat"}, ", or by nat with nat_return: source_nat"),
    ],
)
def test_directors_are_real_servers_of_each_other_only_by_direct_routing(options: dict[str, Any], hint: str) -> None:
    gateway = {"vips": [{"address": "192.0.2.200", "gateway": True}]} if options["forward"] == "nat" else None
    both = {"groups": {**TWO_DIRECTORS, "web": ["lvs1", "web1"]}, "cluster": gateway}
    assert problems(service(**options), **both) == [
        "lvs_services[0].real_servers[lvs1]: lvs1 is one of several directors, and can serve what the others send it "
        f"only by dr{hint}"
    ]
    parse(service(**options), cluster=gateway, groups={"web": ["lvs1", "web1"]})
    parse(service(forward="nat", nat_return="source_nat"), **both)
