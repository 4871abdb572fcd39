# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""By which way this host would send a packet, as the kernel itself says (`ip route get`). Private to the collection."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, NamedTuple, Optional

from .._change import InvalidInput
from .._netlink import route
from .._netlink.address import BITS, FAMILY_NUMBERS, canonical, family_of, from_bytes, to_bytes
from .._netlink.errors import KernelRefused, MalformedMessage
from .._netlink.socket import NetlinkSocket, Request
from .model import PROTOCOLS

# The argument spec of a packet.
PACKET: Dict[str, Any] = {
    "to": {"type": "str", "required": True},
    "source": {"type": "str"},
    "protocol": {"type": "str", "choices": list(PROTOCOLS)},
    "source_port": {"type": "int"},
}


class Packet(NamedTuple):
    """A packet of this host, as far as routing rules may go by it. None for what is not said."""

    to: str
    source: Optional[str] = None
    protocol: Optional[str] = None
    source_port: Optional[int] = None


class Way(NamedTuple):
    """interface, gateway: empty for none. mtu: what the route, or what routers have said, allows; None for no limit
    besides that of the interface. refused: why there is no way.
    """

    interface: str = ""
    gateway: str = ""
    mtu: Optional[int] = None
    refused: str = ""


def parse_packet(options: Mapping[str, Any]) -> Packet:
    """Return a packet of a module's options. InvalidInput where an address is none."""
    try:
        source = options.get("source")
        return Packet(
            canonical(options["to"]),
            canonical(source) if source else None,
            options.get("protocol"),
            options.get("source_port"),
        )
    except ValueError as error:
        raise InvalidInput((f"ways: {error}",)) from error


def question(packet: Packet) -> Request:
    """Return the message that asks for the way of a packet."""
    family = family_of(packet.to)
    bits = BITS[family]
    values: Dict[str, Any] = {"DST": to_bytes(packet.to)}
    if packet.source:
        values["SRC"] = to_bytes(packet.source)
    if packet.protocol:
        values["IP_PROTO"] = PROTOCOLS[packet.protocol]
    if packet.source_port:
        values["SPORT"] = packet.source_port
    header = route.ROUTE_HEADER.pack(FAMILY_NUMBERS[family], bits, bits if packet.source else 0, 0, 0, 0, 0, 0, 0)
    return Request(route.RTM_GETROUTE, 0, header + route.ROUTE.encode(values))


def decode_way(payload: bytes, interfaces: Mapping[int, str]) -> Way:
    """Read the answer. MalformedMessage where it is none."""
    if len(payload) < route.ROUTE_HEADER.size:
        raise MalformedMessage(f"a message about a route of {len(payload)} bytes")
    values = route.ROUTE.decode(payload, route.ROUTE_HEADER.size)
    gateway = values.get("GATEWAY") or values.get("VIA", b"")[2:]
    return Way(
        interfaces.get(values.get("OIF", 0), ""),
        from_bytes(gateway) if gateway else "",
        values.get("METRICS", {}).get("MTU"),
    )


def read_ways(packets: List[Packet], netlink: NetlinkSocket, interfaces: Mapping[int, str]) -> List[Dict[str, Any]]:
    """Return the way of each packet, with the packet. interfaces: their names by their numbers."""
    return [{**packet._asdict(), **_asked(packet, netlink, interfaces)._asdict()} for packet in packets]


def _asked(packet: Packet, netlink: NetlinkSocket, interfaces: Mapping[int, str]) -> Way:
    try:
        return decode_way(netlink.query(question(packet), f"find the way to {packet.to}"), interfaces)
    except KernelRefused as refused:  # no route leads there, or one that prohibits it
        return Way(refused=str(refused))
