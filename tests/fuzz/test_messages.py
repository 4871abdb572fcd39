# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A damaged message is a value or an error of ours, and a value is one that could be given back to the kernel."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._change import ADD, Change
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs import wire as ipvs_wire
from ansible_collections.lvs.cluster.plugins.module_utils._netlink import fou, ipvs, route
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.address import family_of
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.attributes import HEADER as ATTRIBUTE_HEADER
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.attributes import AttributeTable
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.generic import CONTROL, HEADER
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.layout import Decoder
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.socket import ERROR_ATTRIBUTES
from ansible_collections.lvs.cluster.plugins.module_utils._network import wire as network_wire
from ansible_collections.lvs.cluster.plugins.module_utils._network import wire_routes, wire_tunnels
from ansible_collections.lvs.cluster.plugins.module_utils._network.model import (
    Link,
    ListenerKey,
    Present,
    RouteKey,
    Rule,
    Tunnel,
)
from ansible_collections.lvs.cluster.tests.fuzz import seeds
from ansible_collections.lvs.cluster.tests.fuzz.mutations import (
    attribute,
    damaged_attributes,
    damaged_bytes,
    outcome,
    renumbered,
    split,
)


def dumped(messages: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Damaged messages of a dump of IPVS: the generic header and one attribute with all others in it."""
    header = messages[0][: HEADER.size]
    ((number, _payload),) = split(messages[0][HEADER.size :])
    inner = damaged_attributes([message[HEADER.size + ATTRIBUTE_HEADER.size :] for message in messages])
    whole = inner.map(lambda attributes: header + attribute(number, attributes))
    return st.one_of(whole, whole, renumbered(whole), damaged_bytes(messages))


def routed(messages: Sequence[bytes], size: int) -> st.SearchStrategy[bytes]:
    """Damaged messages of a dump of rtnetlink: a header of this size, and attributes."""
    headers = renumbered(st.sampled_from([message[:size] for message in messages]))
    whole = st.tuples(headers, damaged_attributes([message[size:] for message in messages])).map(b"".join)
    return st.one_of(whole, renumbered(whole), damaged_bytes(messages))


services = dumped(seeds.SERVICES)
destinations = dumped(seeds.DESTINATIONS)
INFO = HEADER.pack(ipvs.SET_INFO, ipvs.VERSION, 0) + ipvs.INFO.encode({"VERSION": 0x010201, "CONN_TAB_SIZE": 4096})


@given(services)
def test_a_service_that_is_read_can_be_written(message: bytes) -> None:
    read = outcome(ipvs_wire.decode_service, message)
    if isinstance(read, tuple):
        assert read[0].fwmark or family_of(read[0].address) == read[0].family
        command, attributes = ipvs_wire.encode(Change(ADD, "service", read[0], None, read[1]))
        assert ipvs_wire.decode_service(HEADER.pack(command, ipvs.VERSION, 0) + attributes) == read


@given(destinations, st.sampled_from(["ipv4", "ipv6"]))
def test_a_destination_that_is_read_can_be_written(message: bytes, family: str) -> None:
    read = outcome(ipvs_wire.decode_destination, message, family)
    if isinstance(read, tuple):
        key, _service = ipvs_wire.decode_service(seeds.SERVICES[0])
        command, attributes = ipvs_wire.encode(Change(ADD, "destination", (key, read.key), None, read))
        assert ipvs_wire.decode_destination(HEADER.pack(command, ipvs.VERSION, 0) + attributes, family) == read


@given(st.lists(destinations, max_size=4), st.sampled_from(["ipv4", "ipv6"]))
def test_destinations_that_are_known_by_their_bytes_are_read_as_others(messages: list[bytes], family: str) -> None:
    """Every whole message has been read before, and a damaged one may look like it."""
    ipvs_wire.decode_destinations(seeds.DESTINATIONS, family)
    for message in messages:
        found = outcome(ipvs_wire.decode_destinations, [message], family)
        read = outcome(ipvs_wire.decode_destination, message, family)
        assert found == (read if isinstance(read, str) else [read])


@given(damaged_bytes([INFO]))
def test_the_version_of_ipvs_is_read_whole(message: bytes) -> None:
    read = outcome(ipvs_wire.decode_info, message)
    assert isinstance(read, str) or read.keys() == {"VERSION", "CONN_TAB_SIZE"}


@given(routed(seeds.LINKS, route.LINK_HEADER.size))
def test_a_link_is_read(message: bytes) -> None:
    read = outcome(network_wire.decode_link, message)
    assert isinstance(read, str) or (isinstance(read[0], str) and isinstance(read[2], (type(None), Tunnel)))


INTERFACES = {number: f"eth{number}" for number in range(10)}
LINKS = {name: Link(number, b"", True) for number, name in INTERFACES.items()}


@given(routed(seeds.ADDRESSES, route.ADDRESS_HEADER.size))
def test_an_address_that_is_read_can_be_written(message: bytes) -> None:
    read = outcome(network_wire.decode_address, message, INTERFACES)
    if isinstance(read, tuple):
        (request,) = network_wire.encode(Change(ADD, "address", read[0], None, read[1]), LINKS)
        assert network_wire.decode_address(request.payload, INTERFACES) == read


# The headers that a damaged message may still have: what others have is passed over unread.
HEADS = frozenset((message[0], message[1], message[4]) for message in seeds.ROUTES)


@given(routed(seeds.ROUTES, route.ROUTE_HEADER.size))
def test_a_route_is_read(message: bytes) -> None:
    read = outcome(wire_routes.decode_route, message, HEADS, INTERFACES)
    assert read is None or isinstance(read, str) or isinstance(read[0], RouteKey)


@given(routed(seeds.RULES, route.RULE_HEADER.size))
def test_a_rule_that_is_read_can_be_written(message: bytes) -> None:
    read = outcome(wire_routes.decode_rule, message)
    if isinstance(read, Rule):
        (request,) = wire_routes.encode_rule(Change(ADD, "rule", read, None, Present()), LINKS)
        assert wire_routes.decode_rule(request.payload) == read


@given(routed(seeds.LISTENERS, HEADER.size))
def test_a_listener_is_read(message: bytes) -> None:
    read = outcome(wire_tunnels.decode_listener, message)
    assert read is None or isinstance(read, (str, ListenerKey))


TABLES = (
    ipvs.COMMAND,
    ipvs.SERVICE,
    ipvs.DESTINATION,
    ipvs.DAEMON,
    ipvs.INFO,
    ipvs.STATS,
    ipvs.STATS64,
    route.LINK,
    route.LINK_INFO,
    route.IP_TUNNEL,
    route.GRE_TUNNEL,
    route.ADDRESS,
    route.ROUTE,
    route.RULE,
    fou.LISTENER,
    CONTROL,
    ERROR_ATTRIBUTES,
)


@given(st.sampled_from(TABLES), st.one_of(services, destinations, damaged_bytes(seeds.LINKS)), st.integers(0, 20))
def test_every_table_reads_every_message(table: AttributeTable, message: bytes, start: int) -> None:
    assert isinstance(outcome(table.decode, message, start), (dict, str))


@st.composite
def alike(draw: st.DrawFn) -> list[bytes]:
    """Messages that differ in few places, so that what is remembered of one is tried on the others."""
    message = draw(st.one_of(services, destinations).filter(lambda message: len(message) >= HEADER.size))
    return [message, *draw(st.lists(renumbered(st.just(message)), max_size=4))]


@given(st.lists(alike(), min_size=1, max_size=3), st.sampled_from(["SERVICE", "DEST"]))
def test_a_message_reads_the_same_whatever_was_read_before(messages: list[list[bytes]], name: str) -> None:
    table = {"SERVICE": ipvs.SERVICE, "DEST": ipvs.DESTINATION}[name]
    parts = [attribute.name for attribute in table.attributes]

    def fresh() -> Decoder:
        return Decoder(ipvs.COMMAND, name, (), parts)

    decoder = fresh()
    for message in chain(*messages, *messages):
        assert outcome(decoder.decode, message, HEADER.size) == outcome(fresh().decode, message, HEADER.size)
