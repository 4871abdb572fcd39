# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Advertisements of VRRP, from the bytes on the wire to values (RFC 3768, RFC 9568). Private to the collection."""

from __future__ import annotations

from struct import Struct
from typing import List, NamedTuple, Optional, Tuple

from .._netlink.address import from_bytes

PROTOCOL, AUTHENTICATION_HEADER = 112, 51  # IP's numbers of VRRP and AH
GROUPS = {"ipv4": "224.0.0.18", "ipv6": "ff02::12"}  # RFC 9568, sections 5.1.1.2 and 5.1.2.2
_HEADER = Struct("!BBBBH")
_ADVERTISEMENT = 1
_IPV6_HEADER = 40


class Advertisement(NamedTuple):
    """What a virtual router's master tells. source: its address. interval: seconds. addresses: those that it names."""

    family: str
    source: str
    version: int
    virtual_router_id: int
    priority: int
    interval: float
    addresses: Tuple[str, ...]


def parse(packet: bytes) -> Optional[Advertisement]:
    """Read a packet from its IP header on; None where it is no advertisement, or none that is whole."""
    try:
        if packet[0] >> 4 == 4:
            return _ipv4(packet)
        return _ipv6(packet) if packet[0] >> 4 == 6 else None
    except (IndexError, ValueError):
        return None


def _ipv4(packet: bytes) -> Optional[Advertisement]:
    protocol, source, payload = packet[9], from_bytes(packet[12:16]), packet[(packet[0] & 0xF) * 4 :]
    if protocol == AUTHENTICATION_HEADER:  # RFC 4302: the next header, and the length in words of 4 bytes less 2
        protocol, payload = payload[0], payload[(payload[1] + 2) * 4 :]
    return _advertisement("ipv4", source, payload, 4) if protocol == PROTOCOL else None


def _ipv6(packet: bytes) -> Optional[Advertisement]:
    source = from_bytes(packet[8:24])
    return _advertisement("ipv6", source, packet[_IPV6_HEADER:], 16) if packet[6] == PROTOCOL else None


def _advertisement(family: str, source: str, message: bytes, size: int) -> Optional[Advertisement]:
    if len(message) < 8 or message[0] & 0xF != _ADVERTISEMENT:
        return None
    first, number, priority, count, timing = _HEADER.unpack_from(message)
    version = first >> 4
    # Version 2 has the kind of authentication and whole seconds here, version 3 twelve bits of hundredths.
    interval = float(timing & 0xFF) if version == 2 else (timing & 0xFFF) / 100
    ends = range(8 + size, 8 + size * (count + 1), size)
    if ends and len(message) < ends[-1]:
        return None
    addresses: List[str] = [from_bytes(message[end - size : end]) for end in ends]
    return Advertisement(family, source, version, number, priority, interval, tuple(addresses))
