# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The counters against recorded_statistics.json: a real kernel's messages, and the same as ipvsadm told it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs import statistics, wire
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.counted import CountedTableReader
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import (
    DestinationKey,
    ServiceKey,
    endpoint,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.statistics import (
    Connections,
    Counts,
    DestinationStatistics,
    ServiceStatistics,
    Statistics,
)
from ansible_collections.lvs.cluster.plugins.module_utils._netlink import ipvs
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import MalformedMessage
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.generic import HEADER

RECORDED = json.loads(Path(__file__).with_name("recorded_statistics.json").read_text())
SERVICES = [bytes.fromhex(payload) for payload in RECORDED["services"]]
DESTINATIONS = [bytes.fromhex(payload) for listed in RECORDED["services"].values() for payload in listed]
NAMES = [attribute.name for attribute in ipvs.STATS.attributes]


class Family:
    """The recorded kernel; it counts how often it is asked for a list."""

    def __init__(self) -> None:
        self.dumps = 0

    def dump(self, command: int, operation: str, attributes: bytes = b"") -> list[bytes]:
        self.dumps += 1
        if command == ipvs.GET_SERVICE:
            return SERVICES
        (listed,) = [
            listed
            for payload, listed in RECORDED["services"].items()
            if wire.identifying(wire.decode_service(bytes.fromhex(payload))[0]) == attributes
        ]
        return [bytes.fromhex(payload) for payload in listed]


def by_ipvsadm(key: ServiceKey) -> str:
    return f"FWM {key.fwmark}" if key.fwmark else f"{key.protocol.upper()} {endpoint(key.address, key.port)}"


def test_the_table_and_its_counters_come_from_one_dump() -> None:
    family = Family()
    table, counted = CountedTableReader(family).read()
    assert family.dumps == 1 + len(SERVICES)
    told: dict[str, dict[str, Any]] = {"--stats": {}, "--rate": {}, "--persistent-conn": {}}
    for key, service in counted.items():
        assert [destination.key for destination in table[key].destinations] == list(service.destinations)
        name = by_ipvsadm(key)
        told["--stats"][name] = list(service.statistics.counters)
        told["--rate"][name] = list(service.statistics.rates)
        for destination in table[key].destinations:
            there = service.destinations[destination.key]
            row = f"{name} -> {destination.key}"
            told["--stats"][row] = list(there.statistics.counters)
            told["--rate"][row] = list(there.statistics.rates)
            active, inactive, persistent = there.connections
            told["--persistent-conn"][row] = [destination.weight, persistent, active, inactive]
    assert told == RECORDED["ipvsadm"]


def message(command: int, part: str, values: dict[str, Any]) -> bytes:
    return HEADER.pack(command, ipvs.VERSION, 0) + ipvs.COMMAND.encode({part: values})


@given(st.lists(st.integers(0, 2**64 - 1), min_size=10, max_size=10))
def test_counters_have_64_bits(numbers: list[int]) -> None:
    low = dict.fromkeys(NAMES, 7)
    values = {"STATS": low, "STATS64": dict(zip(NAMES, numbers))}
    decoded = statistics.decode_service(message(ipvs.NEW_SERVICE, "SERVICE", values))
    assert decoded == Statistics(Counts(*numbers[:5]), Counts(*numbers[5:]))


def test_a_kernel_without_64_bits_gives_its_32() -> None:
    """One before 4.1."""
    values = {"STATS": dict(zip(NAMES, range(10)))}
    decoded = statistics.decode_service(message(ipvs.NEW_SERVICE, "SERVICE", values))
    assert decoded == Statistics(Counts(0, 1, 2, 3, 4), Counts(5, 6, 7, 8, 9))
    values.update(ACTIVE_CONNS=1, INACT_CONNS=2, PERSIST_CONNS=3)
    of_destination = statistics.decode_destination(message(ipvs.NEW_DEST, "DEST", values))
    assert of_destination == DestinationStatistics(Connections(1, 2, 3), decoded)


@pytest.mark.parametrize(
    ("decode", "payload"),
    [
        (statistics.decode_service, message(ipvs.NEW_SERVICE, "SERVICE", {"AF": 2})),
        (statistics.decode_service, message(ipvs.NEW_SERVICE, "SERVICE", {"STATS64": {"CONNS": 1}})),
        (statistics.decode_service, message(ipvs.NEW_SERVICE, "DEST", {})),
        (statistics.decode_destination, message(ipvs.NEW_DEST, "DEST", {"STATS": dict.fromkeys(NAMES, 0)})),
    ],
)
def test_a_message_without_its_counters_is_malformed(decode: Callable[[bytes], object], payload: bytes) -> None:
    with pytest.raises(MalformedMessage):
        decode(payload)


@pytest.mark.parametrize("payload", [*SERVICES, *DESTINATIONS])
def test_a_message_cut_short_is_never_a_wrong_value(payload: bytes) -> None:
    decode = statistics.decode_service if payload in SERVICES else statistics.decode_destination
    for size in range(len(payload)):
        with pytest.raises(MalformedMessage):
            decode(payload[:size])


@given(st.sampled_from([*SERVICES, *DESTINATIONS]), st.data())
def test_a_damaged_message_raises_nothing_but_its_own_error(payload: bytes, data: st.DataObject) -> None:
    damaged = bytearray(payload)
    damaged[data.draw(st.integers(0, len(payload) - 1))] ^= data.draw(st.integers(1, 255))
    decode = statistics.decode_service if payload in SERVICES else statistics.decode_destination
    with contextlib.suppress(MalformedMessage):
        decode(bytes(damaged))


def test_the_result_has_the_keys_of_the_services_and_says_what_is_counted() -> None:
    some = Statistics(Counts(1, 2, 3, 4, 5), Counts(6, 7, 8, 9, 10))
    there = DestinationStatistics(Connections(11, 12, 13), some)
    service = ServiceStatistics(some, {DestinationKey("192.0.2.21", 80): there})
    counted = {
        "counters": {
            "connections": 1,
            "incoming_packets": 2,
            "outgoing_packets": 3,
            "incoming_bytes": 4,
            "outgoing_bytes": 5,
        },
        "rates": {
            "connections": 6,
            "incoming_packets": 7,
            "outgoing_packets": 8,
            "incoming_bytes": 9,
            "outgoing_bytes": 10,
        },
    }
    assert statistics.as_result(ServiceKey("ipv4", "tcp", "192.0.2.198", 80, 0), service) == {
        "address": "192.0.2.198",
        "port": 80,
        "protocol": "tcp",
        **counted,
        "destinations": [
            {
                "address": "192.0.2.21",
                "port": 80,
                "active_connections": 11,
                "inactive_connections": 12,
                "persistent_connections": 13,
                **counted,
            }
        ],
    }
    by_mark = statistics.as_result(ServiceKey("ipv6", "", "", 0, 4), service)
    assert {name: by_mark[name] for name in ("fwmark", "family")} == {"fwmark": 4, "family": "ipv6"}
    assert "address" not in by_mark
