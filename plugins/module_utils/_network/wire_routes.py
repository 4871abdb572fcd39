# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kernel's messages about routes and rules <-> the values of the model. Private to the collection."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, Optional, Tuple

from .._change import ADD, REMOVE, Change
from .._netlink import route
from .._netlink.address import BITS, FAMILY_NAMES, FAMILY_NUMBERS, from_bytes, to_bytes
from .._netlink.errors import MalformedMessage
from .._netlink.socket import NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, Request
from .._ports import parse_range, range_text
from .model import DEFAULT, PROTOCOLS, Link, Route, RouteKey, Rule

_KINDS = {number: kind for kind, number in route.ROUTE_TYPES.items()}
_PROTOCOL_NAMES = {number: name for name, number in PROTOCOLS.items()}
# The metric of a route that is given none.
_METRICS = {"ipv4": 0, "ipv6": route.IP6_RT_PRIO_USER}
# Selectors that no rule of the model has.
_UNKNOWN_SELECTORS = ("IIFNAME", "OIFNAME", "TUN_ID", "SUPPRESS_IFGROUP", "L3MDEV", "UID_RANGE", "DPORT_RANGE")
# (family, prefix length, table) as a message's header has them.
Heads = FrozenSet[Tuple[int, int, int]]


def heads(keys: Iterable[RouteKey]) -> Heads:
    """Return what the headers of the messages about these routes begin with, to pass over the others unread."""
    return frozenset((FAMILY_NUMBERS[key.family], _length(key.destination), _table_byte(key.table)) for key in keys)


def _length(network: str) -> int:
    return 0 if network == DEFAULT else int(network.partition("/")[2])


def _table_byte(table: int) -> int:
    return table if table < 256 else route.RT_TABLE_COMPAT


def decode_route(payload: bytes, wanted: Heads, interfaces: Mapping[int, str]) -> Optional[Tuple[RouteKey, Route]]:
    """Read one message of a route dump; None where it is not of the wanted heads, or one that the model cannot tell.

    MalformedMessage where it is none.
    """
    if len(payload) < route.ROUTE_HEADER.size:
        raise MalformedMessage(f"a message about a route of {len(payload)} bytes")
    number, length, source_length, tos, table, _protocol, _scope, kind, flags = route.ROUTE_HEADER.unpack_from(payload)
    if (number, length, table) not in wanted or source_length or tos or flags & route.RTM_F_CLONED:
        return None
    values = route.ROUTE.decode(payload, route.ROUTE_HEADER.size)
    family = FAMILY_NAMES[number]
    try:
        destination = _network(family, values.get("DST", b""), length) if length else DEFAULT
        gateways = [_gateway(values), *_gateways(values.get("MULTIPATH", b""))]
    except ValueError as error:
        raise MalformedMessage(f"the kernel's description of a route is not understood: {error}") from None
    metric = values.get("PRIORITY", 0)
    key = RouteKey(family, destination, values.get("TABLE", table), 0 if metric == _METRICS[family] else metric)
    interface = interfaces.get(values.get("OIF", 0), "")
    return key, Route(_KINDS.get(kind, f"type {kind}"), " ".join(filter(None, gateways)), interface)


def _network(family: str, data: bytes, length: int) -> str:
    if 8 * len(data) != BITS[family] or not 1 <= length <= BITS[family]:
        raise ValueError(f"{len(data)} bytes and a prefix length of {length} are no {family} network")
    return f"{from_bytes(data)}/{length}"


def _gateway(values: Mapping[str, Any]) -> str:
    if "GATEWAY" in values:
        return from_bytes(values["GATEWAY"])
    return from_bytes(values["VIA"][2:]) if "VIA" in values else ""


def _gateways(hops: bytes) -> List[str]:
    """Return the gateways of a route that has several."""
    gateways, start, size = [], 0, route.NEXT_HOP_HEADER.size
    while start < len(hops):
        if len(hops) - start < size:
            raise ValueError(f"{len(hops) - start} bytes left where a next hop should begin")
        length, _flags, _weight, _number = route.NEXT_HOP_HEADER.unpack_from(hops, start)
        if length < size or start + length > len(hops):
            raise ValueError(f"a next hop claims {length} bytes of {len(hops) - start}")
        gateways.append(_gateway(route.ROUTE.decode(hops, start + size, start + length)))
        start += (length + 3) & ~3
    return gateways


def encode_route(change: Change, links: Mapping[str, Link]) -> List[Request]:
    """Return the request that carries out one change of a route; one that changes is replaced in one step."""
    if change.action == REMOVE:
        return [_route(route.RTM_DELROUTE, 0, change.key, change.before, links)]
    flags = NLM_F_CREATE | (NLM_F_EXCL if change.action == ADD else NLM_F_REPLACE)
    return [_route(route.RTM_NEWROUTE, flags, change.key, change.after, links)]


def _route(message: int, flags: int, key: RouteKey, value: Route, links: Mapping[str, Link]) -> Request:
    values: Dict[str, Any] = {}
    if key.destination != DEFAULT:
        values["DST"] = to_bytes(key.destination.partition("/")[0])
    if value.gateway:
        values["GATEWAY"] = to_bytes(value.gateway)
    if value.interface:
        values["OIF"] = links[value.interface].number
    # Named even where it is the default: a request to remove without it takes a route of any metric.
    metric = key.metric or _METRICS[key.family]
    if metric:
        values["PRIORITY"] = metric
    values["TABLE"] = key.table
    header = route.ROUTE_HEADER.pack(
        FAMILY_NUMBERS[key.family],
        _length(key.destination),
        0,
        0,
        _table_byte(key.table),
        route.RTPROT_BOOT if message == route.RTM_NEWROUTE else 0,
        _scope(value),
        route.ROUTE_TYPES[value.kind],
        0,
    )
    return Request(message, flags, header + route.ROUTE.encode(values))


def _scope(value: Route) -> int:
    """Return how far away the destination is, as `ip route` says it (fib_create_info() wants it so)."""
    if value.kind == "local":
        return route.RT_SCOPE_HOST
    return route.RT_SCOPE_UNIVERSE if value.gateway else route.RT_SCOPE_LINK


def decode_rule(payload: bytes) -> Optional[Rule]:
    """Read one message of a rule dump; None where the model cannot tell it. MalformedMessage where it is none."""
    if len(payload) < route.RULE_HEADER.size:
        raise MalformedMessage(f"a message about a rule of {len(payload)} bytes")
    number, to_length, from_length, tos, table, action, flags = route.RULE_HEADER.unpack_from(payload)
    values = route.RULE.decode(payload, route.RULE_HEADER.size)
    ports = values.get("SPORT_RANGE")
    protocol = values.get("IP_PROTO", 0)
    if (
        number not in FAMILY_NAMES
        or action != route.FR_ACT_TO_TBL
        or tos
        or flags & ~route.FIB_RULE_PERMANENT
        or any(name in values for name in _UNKNOWN_SELECTORS)
        or values.get("SUPPRESS_PREFIXLEN", route.SUPPRESS_NOTHING) != route.SUPPRESS_NOTHING
        or values.get("FWMASK", route.WHOLE_MARK) != route.WHOLE_MARK
        or protocol not in (0, *_PROTOCOL_NAMES)
    ):
        return None
    family = FAMILY_NAMES[number]
    try:
        source, destination = (
            _selector(family, values.get(name), length) for name, length in (("SRC", from_length), ("DST", to_length))
        )
    except ValueError as error:
        raise MalformedMessage(f"the kernel's description of a rule is not understood: {error}") from None
    return Rule(
        priority=values.get("PRIORITY", 0),
        family=family,
        source=source,
        destination=destination,
        mark=values.get("FWMARK", 0),
        protocol=_PROTOCOL_NAMES.get(protocol, ""),
        source_port=range_text(ports) if ports else "",
        table=values.get("TABLE", table),
    )


def _selector(family: str, data: Optional[bytes], length: int) -> str:
    if data is None:
        return ""
    network = _network(family, data, length)
    return network.partition("/")[0] if length == BITS[family] else network


def encode_rule(change: Change, _links: Mapping[str, Link]) -> List[Request]:
    """Return the request that carries out one change of a rule."""
    rule: Rule = change.key
    lengths = {}
    values: Dict[str, Any] = {"PRIORITY": rule.priority, "TABLE": rule.table}
    for name, network in (("SRC", rule.source), ("DST", rule.destination)):
        address, slash, length = network.partition("/")
        lengths[name] = int(length) if slash else (BITS[rule.family] if address else 0)
        if address:
            values[name] = to_bytes(address)
    if rule.mark:
        values["FWMARK"] = rule.mark
        values["FWMASK"] = route.WHOLE_MARK
    if rule.protocol:
        values["IP_PROTO"] = PROTOCOLS[rule.protocol]
    if rule.source_port:
        values["SPORT_RANGE"] = parse_range(rule.source_port)
    header = route.RULE_HEADER.pack(
        FAMILY_NUMBERS[rule.family],
        lengths["DST"],
        lengths["SRC"],
        0,
        _table_byte(rule.table),
        route.FR_ACT_TO_TBL,
        0,
    )
    message, flags = (route.RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL) if change.action == ADD else (route.RTM_DELRULE, 0)
    return [Request(message, flags, header + route.RULE.encode(values))]
