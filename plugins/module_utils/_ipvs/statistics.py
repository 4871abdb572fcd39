# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What IPVS counts, from the same messages that carry the settings. Private to the collection.

Source: ip_vs_genl_fill_stats(), ip_vs_genl_fill_stats64() and ip_vs_genl_fill_dest() in ip_vs_ctl.c of the kernel.
"""

from __future__ import annotations

from typing import Any, Dict, NamedTuple

from .._netlink import ipvs
from .._netlink.attributes import BINARY, Attribute, AttributeTable, Nested
from .._netlink.attributes import HEADER as ATTRIBUTE_HEADER
from .._netlink.errors import MalformedMessage
from .._netlink.generic import HEADER, command_of
from .._netlink.layout import Decoder
from .model import DestinationKey, ServiceKey


class Counts(NamedTuple):
    """Connections, packets and bytes; all that there ever were, or so many per second."""

    connections: int
    incoming_packets: int
    outgoing_packets: int
    incoming_bytes: int
    outgoing_bytes: int


class Statistics(NamedTuple):
    """counters: since the service or destination was added, or zeroed. rates: per second, the kernel's own average.

    The kernel brings both up to date every two seconds (ip_vs_est.c), unless net.ipv4.vs.run_estimation is 0.
    """

    counters: Counts
    rates: Counts


class Connections(NamedTuple):
    """The connections that a destination has now.

    active: of TCP or SCTP, being opened or established. inactive: all others, so all of UDP. persistent: the clients
    that are kept at this destination (connection templates), each with or without connections.
    """

    active: int
    inactive: int
    persistent: int


class DestinationStatistics(NamedTuple):
    """What is counted for one destination."""

    connections: Connections
    statistics: Statistics


class ServiceStatistics(NamedTuple):
    """What is counted for one service, and for each of its destinations, sorted."""

    statistics: Statistics
    destinations: Dict[DestinationKey, DestinationStatistics]


TableStatistics = Dict[ServiceKey, ServiceStatistics]


# The 64-bit counters are in kernels since 4.1; the others wrap around at 2**32, but for the bytes.
_NUMBERS = {"STATS": 10, "STATS64": 12}  # the same for services and destinations


def _stats_of(table: AttributeTable, *others: str) -> AttributeTable:
    """The statistics of a table as bytes, and some attributes as they are."""
    stats = (Attribute(number, name, BINARY) for name, number in _NUMBERS.items())
    return AttributeTable(table.prefix, *table.only(*others).attributes, *stats)


_SERVICE = Decoder(AttributeTable("IPVS_CMD_ATTR", Attribute(1, "SERVICE", Nested(_stats_of(ipvs.SERVICE)))))
_CONNECTIONS = ("ACTIVE_CONNS", "INACT_CONNS", "PERSIST_CONNS")
_DESTINATION = Decoder(
    AttributeTable("IPVS_CMD_ATTR", Attribute(2, "DEST", Nested(_stats_of(ipvs.DESTINATION, *_CONNECTIONS))))
)
# Decoders remember the layout of one nested attribute, so each of the statistics has one of its own.
_STATISTICS = {
    name: Decoder(AttributeTable("IPVS_STATS_ATTR", Attribute(_NUMBERS[name], name, Nested(table))))
    for name, table in (("STATS64", ipvs.STATS64), ("STATS", ipvs.STATS))
}


def decode_service(payload: bytes) -> Statistics:
    """Read the statistics in one message of a GET_SERVICE dump. MalformedMessage where there are none."""
    return _statistics(_part(payload, ipvs.NEW_SERVICE, _SERVICE, "SERVICE"))


def decode_destination(payload: bytes) -> DestinationStatistics:
    """Read the statistics in one message of a GET_DEST dump. MalformedMessage where there are none."""
    values = _part(payload, ipvs.NEW_DEST, _DESTINATION, "DEST")
    try:
        connections = Connections(*[values[name] for name in _CONNECTIONS])
    except KeyError as error:
        raise MalformedMessage(f"the kernel's description of a destination has no {error}") from None
    return DestinationStatistics(connections, _statistics(values))


def _part(payload: bytes, command: int, decoder: Decoder, name: str) -> Dict[str, Any]:
    if command_of(payload) != command:
        raise MalformedMessage(f"a dump message has the command {command_of(payload)} instead of {command}")
    values: Dict[str, Any] = decoder.decode(payload, HEADER.size).get(name, {})
    return values


def _statistics(values: Dict[str, Any]) -> Statistics:
    for name, decoder in _STATISTICS.items():
        if name in values:
            data = values[name]
            attribute = ATTRIBUTE_HEADER.pack(ATTRIBUTE_HEADER.size + len(data), _NUMBERS[name]) + data
            numbers = decoder.decode(attribute, 0)[name]
            if len(numbers) != len(ipvs.STATS.attributes):
                raise MalformedMessage(f"{name} has {len(numbers)} numbers instead of {len(ipvs.STATS.attributes)}")
            ordered = [numbers[attribute.name] for attribute in ipvs.STATS.attributes]
            return Statistics(Counts(*ordered[:5]), Counts(*ordered[5:]))
    raise MalformedMessage("the kernel's description of a service or destination has no statistics")


def as_result(key: ServiceKey, service: ServiceStatistics) -> Dict[str, Any]:
    """Return the statistics of a service as ipvs_info shows them, with what identifies it."""
    if key.fwmark:
        result: Dict[str, Any] = {"fwmark": key.fwmark, "family": key.family}
    else:
        result = {"address": key.address, "port": key.port, "protocol": key.protocol}
    result.update(_as_result(service.statistics))
    result["destinations"] = [
        {**destination._asdict(), **_connections(counted.connections), **_as_result(counted.statistics)}
        for destination, counted in service.destinations.items()
    ]
    return result


def _as_result(statistics: Statistics) -> Dict[str, Any]:
    return {"counters": statistics.counters._asdict(), "rates": statistics.rates._asdict()}


def _connections(connections: Connections) -> Dict[str, int]:
    return {f"{name}_connections": number for name, number in connections._asdict().items()}
