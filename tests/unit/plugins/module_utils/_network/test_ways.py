# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the kernel is asked about the way of a packet, and how its answer reads."""

from __future__ import annotations

from typing import Any, Dict, List, cast

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._change import InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._netlink import route
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.address import to_bytes
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import KernelRefused, MalformedMessage
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.socket import NetlinkSocket, Request
from ansible_collections.lvs.cluster.plugins.module_utils._network.ways import (
    Packet,
    Way,
    decode_way,
    parse_packet,
    question,
    read_ways,
)

INTERFACES = {2: "eth1"}
HEADER = route.ROUTE_HEADER.pack(2, 32, 0, 0, 254, 0, 0, 1, route.RTM_F_CLONED)


def answer(**values: Any) -> bytes:
    return HEADER + route.ROUTE.encode({"OIF": 2, **values})


def test_an_address_alone_is_asked_for() -> None:
    asked = question(parse_packet({"to": "192.0.2.21"}))
    assert asked.type == route.RTM_GETROUTE
    assert route.ROUTE_HEADER.unpack_from(asked.payload)[:3] == (2, 32, 0)
    assert route.ROUTE.decode(asked.payload, route.ROUTE_HEADER.size) == {"DST": to_bytes("192.0.2.21")}


def test_what_rules_go_by_is_asked_with_it() -> None:
    options = {"to": "2001:DB8::1", "source": "2001:db8::21", "protocol": "tcp", "source_port": 80}
    asked = question(parse_packet(options))
    assert route.ROUTE_HEADER.unpack_from(asked.payload)[:3] == (10, 128, 128)
    assert route.ROUTE.decode(asked.payload, route.ROUTE_HEADER.size) == {
        "DST": to_bytes("2001:db8::1"),
        "SRC": to_bytes("2001:db8::21"),
        "IP_PROTO": 6,
        "SPORT": 80,
    }


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(InvalidInput):
        parse_packet({"to": "web1"})


def test_a_way_has_its_interface_its_gateway_and_its_limit() -> None:
    assert decode_way(answer(), INTERFACES) == Way("eth1")
    told = answer(GATEWAY=to_bytes("192.0.2.1"), METRICS={"MTU": 1400})
    assert decode_way(told, INTERFACES) == Way("eth1", "192.0.2.1", 1400)
    by_ipv6 = answer(VIA=b"\x0a\x00" + to_bytes("2001:db8::1"))
    assert decode_way(by_ipv6, INTERFACES).gateway == "2001:db8::1"
    with pytest.raises(MalformedMessage):
        decode_way(b"\0", INTERFACES)


class Kernel:
    """Knows the way to one address."""

    def query(self, request: Request, operation: str) -> bytes:
        if to_bytes("192.0.2.21") in request.payload:
            return answer()
        raise KernelRefused(101, operation)


def test_each_way_stands_with_its_packet_and_why_there_is_none() -> None:
    kernel = cast(NetlinkSocket, Kernel())
    ways: List[Dict[str, Any]] = read_ways([Packet("192.0.2.21"), Packet("203.0.113.1")], kernel, INTERFACES)
    assert [(way["to"], way["interface"]) for way in ways] == [("192.0.2.21", "eth1"), ("203.0.113.1", "")]
    assert ways[1]["refused"] == "cannot find the way to 203.0.113.1: Network is unreachable (ENETUNREACH)"
