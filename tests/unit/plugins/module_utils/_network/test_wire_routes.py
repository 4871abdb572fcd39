# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of the kernel reads as what was asked for; what others have is not taken for it.

That the kernel and ip see it so too, tests/kernel/test_host_network_routes.py shows.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from ansible_collections.lvs.cluster.plugins.module_utils._change import ADD, CHANGE, REMOVE, Change
from ansible_collections.lvs.cluster.plugins.module_utils._netlink import route
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import MalformedMessage
from ansible_collections.lvs.cluster.plugins.module_utils._network.model import Link, Present, Route, RouteKey, Rule
from ansible_collections.lvs.cluster.plugins.module_utils._network.wire_routes import (
    decode_route,
    decode_rule,
    encode_route,
    encode_rule,
    heads,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

LINKS = {"lo": Link(1, b"", False), "eth1": Link(2, b"", True)}
INTERFACES = {1: "lo", 2: "eth1"}
DEFAULT = RouteKey("ipv4", "default", 254, 0)


@given(strategies.routes(("lo", "eth1")))
def test_a_route_that_is_asked_for_reads_as_itself(entry: tuple[RouteKey, Route]) -> None:
    key, value = entry
    (request,) = encode_route(Change(ADD, "route", key, None, value), LINKS)
    assert decode_route(request.payload, heads([key]), INTERFACES) == entry
    assert decode_route(request.payload, heads([]), INTERFACES) is None


def test_a_route_is_replaced_in_one_step() -> None:
    before, after = Route("unicast", "192.0.2.1", ""), Route("unicast", "192.0.2.2", "")
    (request,) = encode_route(Change(CHANGE, "route", DEFAULT, before, after), LINKS)
    assert (request.type, request.flags) == (route.RTM_NEWROUTE, 0x400 | 0x100)
    (request,) = encode_route(Change(REMOVE, "route", DEFAULT, before, None), LINKS)
    assert request.type == route.RTM_DELROUTE


def message(values: dict[str, Any], tos: int = 0, flags: int = 0) -> bytes:
    return route.ROUTE_HEADER.pack(2, 0, 0, tos, 254, 3, 0, 1, flags) + route.ROUTE.encode(values)


def hop(gateway: bytes) -> bytes:
    attributes = route.ROUTE.encode({"GATEWAY": gateway})
    return route.NEXT_HOP_HEADER.pack(8 + len(attributes), 0, 0, 2) + attributes


def test_every_gateway_of_a_route_is_known() -> None:
    several = message({"MULTIPATH": hop(bytes((192, 0, 2, 1))) + hop(bytes((192, 0, 2, 2))), "PRIORITY": 7})
    decoded = decode_route(several, heads([DEFAULT]), INTERFACES)
    assert decoded == (DEFAULT._replace(metric=7), Route("unicast", "192.0.2.1 192.0.2.2", ""))
    other_family = message({"VIA": b"\x0a\0" + bytes(15) + b"\1", "OIF": 2})
    assert decode_route(other_family, heads([DEFAULT]), INTERFACES) == (DEFAULT, Route("unicast", "::1", "eth1"))
    with pytest.raises(MalformedMessage, match="a next hop claims"):
        decode_route(message({"MULTIPATH": hop(bytes(4))[:-4]}), heads([DEFAULT]), INTERFACES)


def test_a_route_that_the_model_cannot_tell_is_passed_over() -> None:
    for payload in (message({}, tos=4), message({}, flags=route.RTM_F_CLONED)):
        assert decode_route(payload, heads([DEFAULT]), INTERFACES) is None


@given(strategies.rules())
def test_a_rule_that_is_asked_for_reads_as_itself(rule: Rule) -> None:
    (request,) = encode_rule(Change(ADD, "rule", rule, None, Present()), LINKS)
    assert (request.type, decode_rule(request.payload)) == (route.RTM_NEWRULE, rule)
    (request,) = encode_rule(Change(REMOVE, "rule", rule, Present(), None), LINKS)
    assert request.type == route.RTM_DELRULE


@pytest.mark.parametrize(
    ("action", "flags", "values"),
    [
        (8, 0, {}),  # FR_ACT_PROHIBIT
        (1, 2, {}),  # FIB_RULE_INVERT
        (1, 0, {"IIFNAME": "lo"}),
        (1, 0, {"FWMARK": 1, "FWMASK": 3}),
        (1, 0, {"SUPPRESS_PREFIXLEN": 0}),
        (1, 0, {"IP_PROTO": 1}),
        (1, 0, {"SPORT_RANGE": (80, 81)}),
        (1, 0, {"DPORT_RANGE": (80, 80)}),
    ],
)
def test_a_rule_that_the_model_cannot_tell_is_passed_over(action: int, flags: int, values: dict[str, Any]) -> None:
    header = route.RULE_HEADER.pack(2, 0, 0, 0, 7, action, flags)
    assert decode_rule(header + route.RULE.encode({"PRIORITY": 7, **values})) is None
