# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of the kernel is what ip asks, and reads as what was asked for; what others have is not taken for it.

That the kernel does it, tests/kernel/test_host_network_routes.py shows.
"""

from __future__ import annotations

import contextlib
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
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils._network import recorded
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils._network.recorded import RECORDED, dump, request

LINKS = {"lo": Link(1, b"", False), "eth1": Link(2, b"", True)}
INTERFACES = {1: "lo", 2: "eth1"}
DEFAULT = RouteKey("ipv4", "default", 254, 0)

ON_LINK = RouteKey("ipv4", "203.0.113.0/24", 254, 0)
ROUTES = {
    "ip route add default via 192.0.2.9 dev eth1 metric 7 table 5080": Change(
        ADD, "route", RouteKey("ipv4", "default", 5080, 7), None, Route("unicast", "192.0.2.9", "eth1")
    ),
    "ip route add local default dev lo table 5081": Change(
        ADD, "route", RouteKey("ipv4", "default", 5081, 0), None, Route("local", "", "lo")
    ),
    "ip route add 203.0.113.0/24 dev eth1 table 254": Change(ADD, "route", ON_LINK, None, Route("unicast", "", "eth1")),
    "ip route delete 203.0.113.0/24 dev eth1 table 254": Change(
        REMOVE, "route", ON_LINK, Route("unicast", "", "eth1"), None
    ),
    "ip -6 route add 2001:db8:7::/64 via 2001:db8:2::9 dev eth1 metric 7 table 5080": Change(
        ADD,
        "route",
        RouteKey("ipv6", "2001:db8:7::/64", 5080, 7),
        None,
        Route("unicast", "2001:db8:2::9", "eth1"),
    ),
}
BY_PORT = Rule(5080, "ipv4", "198.51.100.21", "", 0, "tcp", "80", 5080)
BY_MARK = Rule(5081, "ipv4", "", "", 1234, "", "", 5081)
BY_SOURCE = Rule(5083, "ipv4", "198.51.100.0/24", "", 0, "", "", 5080)
BY_DESTINATION = Rule(5082, "ipv6", "", "2001:db8:7::/64", 0, "", "", 254)
RULES = {
    "ip rule add priority 5080 from 198.51.100.21 ipproto tcp sport 80 lookup 5080": (ADD, BY_PORT),
    "ip rule add priority 5081 fwmark 1234/0xffffffff lookup 5081": (ADD, BY_MARK),
    "ip -6 rule add priority 5082 to 2001:db8:7::/64 lookup 254": (ADD, BY_DESTINATION),
    "ip rule add priority 5083 from 198.51.100.0/24 lookup 5080": (ADD, BY_SOURCE),
    "ip rule delete priority 5083 from 198.51.100.0/24 lookup 5080": (REMOVE, BY_SOURCE),
}
FAMILIES = {"ip -4": "ipv4", "ip -6": "ipv6"}
TYPES = {number: kind for kind, number in route.ROUTE_TYPES.items()}


def told_route(family: str, told: dict[str, Any]) -> tuple[RouteKey, Route]:
    """A route as ip tells it, in numbers and without what is usual."""
    bits = {"ipv4": 32, "ipv6": 128}[family]
    destination = told["dst"] if told["dst"] == "default" or "/" in told["dst"] else f"{told['dst']}/{bits}"
    number = int(told.get("type", "1"))
    key = RouteKey(family, destination, int(told.get("table", "254")), told.get("metric", 0))
    return key, Route(TYPES.get(number, f"type {number}"), told.get("gateway", ""), told["dev"])


def told_rule(family: str, told: dict[str, Any]) -> Rule:
    def network(name: str) -> str:
        address = told.get(name, "all")
        return "" if address == "all" else address + (f"/{told[f'{name}len']}" if f"{name}len" in told else "")

    return Rule(
        priority=told["priority"],
        family=family,
        source=network("src"),
        destination=network("dst"),
        mark=int(told.get("fwmark", "0"), 16),
        protocol={"ipproto-6": "tcp"}[told["ipproto"]] if "ipproto" in told else "",
        source_port=str(told.get("sport", "")),
        table=int(told["table"]),
    )


def test_the_kernels_routes_read_as_ip_tells_them() -> None:
    told = {told_route(family, one) for tool, family in FAMILIES.items() for one in RECORDED[f"{tool} route"]}
    wanted = heads(key for key, _route in told)
    assert {decode_route(payload, wanted, recorded.INTERFACES) for payload in dump("routes")} == told
    assert {change.key for command, change in ROUTES.items() if change.key != ON_LINK} <= {key for key, _route in told}


def test_the_kernels_rules_read_as_ip_tells_them() -> None:
    told = {told_rule(family, one) for tool, family in FAMILIES.items() for one in RECORDED[f"{tool} rule"]}
    assert {decode_rule(payload) for payload in dump("rules")} == told | {None}  # of IPMR and MPLS, which ip leaves out
    assert {BY_PORT, BY_MARK, BY_DESTINATION} <= told


@pytest.mark.parametrize("command", ROUTES)
def test_requests_about_routes_say_what_ip_says(command: str) -> None:
    (own,) = encode_route(ROUTES[command], recorded.LINKS)
    ours, theirs = parts_of_route(own.payload), parts_of_route(request(command))
    assert own.type == (route.RTM_DELROUTE if "delete" in command else route.RTM_NEWROUTE)
    assert ours["selector"] == theirs["selector"]
    assert ours["attributes"] == theirs["attributes"]
    # To find the one that shall go, the kernel compares scope and type unless they say "any", as ip's do.
    assert theirs["kind"] == (ours["kind"] if own.type == route.RTM_NEWROUTE else (0, 255, 0))


def parts_of_route(payload: bytes) -> dict[str, Any]:
    family, length, from_length, tos, table, protocol, scope, kind, flags = route.ROUTE_HEADER.unpack_from(payload)
    return {
        "selector": (family, length, from_length, tos, flags),
        "kind": (protocol, scope, kind),
        "attributes": {"TABLE": table, **route.ROUTE.decode(payload, route.ROUTE_HEADER.size)},
    }


@pytest.mark.parametrize("command", RULES)
def test_requests_about_rules_say_what_ip_says(command: str) -> None:
    action, rule = RULES[command]
    change = Change(action, "rule", rule, *((None, Present()) if action == ADD else (Present(), None)))
    (own,) = encode_rule(change, recorded.LINKS)
    assert own.type == (route.RTM_NEWRULE if action == ADD else route.RTM_DELRULE)
    ours, theirs = parts_of_rule(own.payload), parts_of_rule(request(command))
    assert (ours["selector"], ours["attributes"]) == (theirs["selector"], theirs["attributes"])
    assert theirs["action"] == (ours["action"] if action == ADD else 0)  # any


def parts_of_rule(payload: bytes) -> dict[str, Any]:
    family, to_length, from_length, tos, table, action, flags = route.RULE_HEADER.unpack_from(payload)
    return {
        "selector": (family, to_length, from_length, tos, flags),
        "action": action,
        "attributes": {"TABLE": table, **route.RULE.decode(payload, route.RULE_HEADER.size)},
    }


@pytest.mark.parametrize("whole", dump("routes"))
def test_a_route_cut_short_raises_nothing_but_its_own_error(whole: bytes) -> None:
    family, length, _from_length, _tos, table = whole[:5]
    for size in range(len(whole)):
        with contextlib.suppress(MalformedMessage):
            decode_route(whole[:size], frozenset({(family, length, table)}), recorded.INTERFACES)


@pytest.mark.parametrize("whole", dump("rules"))
def test_a_rule_cut_short_raises_nothing_but_its_own_error(whole: bytes) -> None:
    for size in range(len(whole)):
        with contextlib.suppress(MalformedMessage):
            decode_rule(whole[:size])


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
        (1, 0, {"DPORT_RANGE": (80, 80)}),
    ],
)
def test_a_rule_that_the_model_cannot_tell_is_passed_over(action: int, flags: int, values: dict[str, Any]) -> None:
    header = route.RULE_HEADER.pack(2, 0, 0, 0, 7, action, flags)
    assert decode_rule(header + route.RULE.encode({"PRIORITY": 7, **values})) is None


def test_a_rule_has_a_range_of_ports() -> None:
    rule = BY_PORT._replace(source_port="10000-20000")
    (request,) = encode_rule(Change(ADD, "rule", rule, None, Present()), {})
    assert decode_rule(request.payload) == rule
