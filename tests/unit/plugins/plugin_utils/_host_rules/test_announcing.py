# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The networks of a director that announces VIPs."""

from __future__ import annotations

from typing import Any

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.candidate import Candidate
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import errors_in
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._host_rules.candidates import announcing

LAN: dict[str, Any] = {
    "placed": [{"address": "198.51.100.2", "prefix": 24}, {"address": "203.0.113.198", "prefix": 32}]
}
FAR = {"address": "192.0.2.1", "remote_as": 64500}


def told(candidate: Candidate) -> list[str]:
    return list(errors_in(findings(candidate, [candidate.cluster] if candidate.cluster else [])))


def test_a_router_in_its_network_and_a_vip_in_none_are_fine() -> None:
    """Also where it has the VIP already."""
    assert told(announcing("203.0.113.198", **LAN)) == []


def test_a_router_elsewhere_has_to_be_said() -> None:
    (refusal,) = told(announcing("203.0.113.198", bgp={"neighbours": [FAR]}, **LAN))
    assert refusal == (
        "lvs1: Its neighbour 192.0.2.1 is in none of its networks. BGP with another AS reaches a neighbour in the "
        "same network only. Correct the address, or set multihop for this neighbour [LVS759]"
    )
    assert told(announcing("203.0.113.198", bgp={"neighbours": [{**FAR, "multihop": 2}]}, **LAN)) == []
    assert told(announcing("203.0.113.198", bgp={"neighbours": [{**FAR, "remote_as": 64520}]}, **LAN)) == []


def test_a_vip_in_the_routers_network_is_refused() -> None:
    (refusal,) = told(announcing("198.51.100.198", **LAN))
    assert refusal.startswith("lvs1: Its network 198.51.100.0/24 has the VIP 198.51.100.198. Hosts of that network")
