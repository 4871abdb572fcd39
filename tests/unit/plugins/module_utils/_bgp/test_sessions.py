# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.lvs.cluster.plugins.module_utils._bgp import sessions
from ansible_collections.lvs.cluster.plugins.module_utils._bgp.sessions import Session

SUMMARY = {
    "ipv4Unicast": {
        "peers": {
            "198.51.100.1": {"remoteAs": 64500, "state": "Established", "peerUptimeMsec": 5999, "pfxSnt": 1},
            "198.51.100.3": {"remoteAs": 64501, "state": "Established", "peerUptimeMsec": 1},
        }
    },
    "ipv6Unicast": {"peers": {"2001:db8:1::1": {"remoteAs": 64500, "state": "Active", "peerUptimeMsec": 0}}},
}
# As BIRD 2.17 tells it.
TOLD = """\
BIRD 2.17.6 ready.
Name       Proto      Table      State  Since         Info
lvs_direct Direct     ---        up     18:03:45.244  

lvs_198_51_100_1 BGP        ---        up     23:59:50.180  Established   
  Router ID:      198.51.100.2
  BGP state:          Established
    Neighbor address: 198.51.100.1
    Neighbor AS:      64500
    Local AS:         64520
  Channel ipv4
    State:          UP
    Table:          lvs4

lvs_2001_db8_1__1 BGP        ---        start  2026-11-30    Active        Socket: Connection refused
  BGP state:          Active
    Neighbor address: 2001:db8:1::1
    Neighbor AS:      64500
theirs     BGP        ---        up     18:03:46.180  Established   
  BGP state:          Established
    Neighbor address: 198.51.100.3
    Neighbor AS:      64501
"""  # noqa: W291
ROUTES = """\
BIRD 2.17.6 ready.
Table lvs4:
192.0.2.199/32       unicast [lvs_direct 18:05:55.572] * (240)
\tdev lvs-standby
192.0.2.198/32       unicast [lvs_direct 18:05:55.572] * (240)
\tdev lvs-vips
"""


def test_frr_tells_of_our_neighbours() -> None:
    assert [*sessions.of_frr(SUMMARY, ("198.51.100.1", "2001:db8:1::1"))] == [
        ("ipv4", Session("198.51.100.1", 64500, "Established", 5)),
        ("ipv6", Session("2001:db8:1::1", 64500, "Active")),
    ]
    assert [*sessions.of_frr({}, ("198.51.100.1",))] == []
    assert [*sessions.of_frr({"ipv4Unicast": {}}, ("198.51.100.1",))] == []


def test_bird_tells_of_our_protocols() -> None:
    assert [*sessions.of_bird(TOLD, now_s=5)] == [
        ("lvs_198_51_100_1", Session("198.51.100.1", 64500, "Established", 15)),
        ("lvs_2001_db8_1__1", Session("2001:db8:1::1", 64500, "Active")),
    ]
    assert [*sessions.of_bird("", now_s=5)] == []


def test_the_prefixes_that_a_router_has_been_told() -> None:
    assert sessions.announced_by_frr({"advertisedRoutes": {"192.0.2.198/32": {}}}) == ("192.0.2.198/32",)
    assert sessions.announced_by_frr({}) == ()
    assert sessions.announced_by_bird(ROUTES) == ("192.0.2.198/32", "192.0.2.199/32")
