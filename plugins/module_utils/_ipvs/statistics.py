# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What IPVS counts, from the same messages that carry the settings. Private to the collection.

Source: ip_vs_genl_fill_stats(), ip_vs_genl_fill_stats64() and ip_vs_genl_fill_dest() in ip_vs_ctl.c of the kernel.
"""

from __future__ import annotations

from typing import Any, Dict, NamedTuple

from .._netlink import ipvs
from .._netlink.attributes import BINARY, AttributeTable, Nested
from .._netlink.attributes import HEADER as ATTRIBUTE_HEADER
from .._netlink.errors import MalformedMessage
from .._netlink.generic import HEADER
from .._netlink.layout import Decoder
from .model import DestinationKey, ServiceKey, name_as_option


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
_STATS = ("STATS64", "STATS")
_CONNECTIONS = ("ACTIVE_CONNS", "INACT_CONNS", "PERSIST_CONNS")


def _decoder(name: str, table: AttributeTable, *required: str) -> Decoder:
    """The decoder of a service's or destination's connections, and of its statistics as bytes."""
    parts = (attribute._replace(kind=BINARY) for attribute in table.only(*_STATS).attributes)
    reduced = Nested(AttributeTable(table.prefix, *table.only(*required).attributes, *parts))
    outer = ipvs.COMMAND.only(name).attributes[0]._replace(kind=reduced)
    return Decoder(AttributeTable(ipvs.COMMAND.prefix, outer), name, required, _STATS)


def _numbers_decoder(name: str) -> Decoder:
    """The decoder of the statistics themselves: a decoder remembers where the parts of one attribute lie."""
    return Decoder(ipvs.SERVICE.only(name), name, [attribute.name for attribute in ipvs.STATS.attributes])


_SERVICE = _decoder("SERVICE", ipvs.SERVICE)
_DESTINATION = _decoder("DEST", ipvs.DESTINATION, *_CONNECTIONS)
_NUMBERS = {name: _numbers_decoder(name) for name in _STATS}
_NUMBER_OF = {name: ipvs.SERVICE.only(name).attributes[0].number for name in _STATS}


def decode_service(payload: bytes) -> Statistics:
    """Read the statistics in one message of a GET_SERVICE dump. MalformedMessage where there are none."""
    return _statistics(*_SERVICE.decode(payload, HEADER.size))


def decode_destination(payload: bytes) -> DestinationStatistics:
    """Read the statistics in one message of a GET_DEST dump. MalformedMessage where there are none."""
    active, inactive, persistent, stats64, stats = _DESTINATION.decode(payload, HEADER.size)
    return DestinationStatistics(Connections(active, inactive, persistent), _statistics(stats64, stats))


def _statistics(stats64: bytes | None, stats: bytes | None) -> Statistics:
    if stats64 is not None:
        return _decoded("STATS64", stats64)
    if stats is not None:
        return _decoded("STATS", stats)
    raise MalformedMessage("the kernel's description of a service or destination has no statistics")


def _decoded(name: str, data: bytes) -> Statistics:
    header = ATTRIBUTE_HEADER.pack(ATTRIBUTE_HEADER.size + len(data), _NUMBER_OF[name])
    numbers = _NUMBERS[name].decode(header + data, 0)
    return Statistics(Counts(*numbers[:5]), Counts(*numbers[5:]))


def as_result(key: ServiceKey, service: ServiceStatistics) -> Dict[str, Any]:
    """Return the statistics of a service as ipvs_info shows them, with what identifies it."""
    result = name_as_option(key)
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
