# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Ethernet frames that announce an address. Private to the collection."""

from __future__ import annotations

from struct import Struct, pack
from typing import List, Optional, Tuple

from .._netlink.address import from_bytes, to_bytes

_ETHERNET = Struct("!6s6sH")
_ARP = Struct("!HHBBH6s4s6s4s")
_IPV6 = Struct("!IHBB16s16s")
_NEIGHBOUR_ADVERTISEMENT = Struct("!BBHI16sBB6s")
_NEIGHBOUR_SOLICITATION = Struct("!BBHI16s")
ETHERTYPES = {"ipv4": 0x0806, "ipv6": 0x86DD}  # of ARP, and of IPv6, which neighbour discovery is part of
_BROADCAST = b"\xff" * 6
_ALL_NODES = to_bytes("ff02::1")
_ALL_NODES_HARDWARE = b"\x33\x33\x00\x00\x00\x01"


def announcement(address: str, hardware_address: bytes) -> List[bytes]:
    """Return the Ethernet frames that tell a segment where an address now is.

    IPv4: gratuitous ARP, once as a request and once as a reply, since some neighbours listen to one of them only
    (RFC 5944, section 4.6). IPv6: an unsolicited neighbour advertisement that overrides (RFC 4861, section 7.2.6).
    """
    data = to_bytes(address)
    if len(data) == 16:
        return [_neighbour_advertisement(data, hardware_address)]
    header = _ETHERNET.pack(_BROADCAST, hardware_address, 0x0806)
    return [
        header + _ARP.pack(1, 0x0800, 6, 4, operation, hardware_address, data, _BROADCAST, data) for operation in (1, 2)
    ]


def _neighbour_advertisement(address: bytes, hardware_address: bytes) -> bytes:
    override, target_option = 0x20000000, 2
    message = _NEIGHBOUR_ADVERTISEMENT.pack(136, 0, 0, override, address, target_option, 1, hardware_address)
    pseudo_header = pack("!16s16sII", address, _ALL_NODES, len(message), 58)
    message = message[:2] + pack("!H", _checksum(pseudo_header + message)) + message[4:]
    header = _ETHERNET.pack(_ALL_NODES_HARDWARE, hardware_address, 0x86DD)
    return header + _IPV6.pack(0x60000000, len(message), 58, 255, address, _ALL_NODES) + message


def question(address: str, hardware_address: bytes) -> bytes:
    """Return the Ethernet frame that asks a segment who has an address, without a claim to it.

    IPv4: an ARP probe (RFC 5227, section 2.1.1). IPv6: the solicitation by which duplicates are found (RFC 4862,
    section 5.4.2), which is answered to all.
    """
    data = to_bytes(address)
    if len(data) == 4:
        header = _ETHERNET.pack(_BROADCAST, hardware_address, ETHERTYPES["ipv4"])
        return header + _ARP.pack(1, 0x0800, 6, 4, 1, hardware_address, bytes(4), bytes(6), data)
    group = to_bytes("ff02::1:ff00:0")[:13] + data[13:]
    message = _NEIGHBOUR_SOLICITATION.pack(135, 0, 0, 0, data)
    pseudo_header = pack("!16s16sII", bytes(16), group, len(message), 58)
    message = message[:2] + pack("!H", _checksum(pseudo_header + message)) + message[4:]
    header = _ETHERNET.pack(b"\x33\x33" + group[12:], hardware_address, ETHERTYPES["ipv6"])
    return header + _IPV6.pack(0x60000000, len(message), 58, 255, bytes(16), group) + message


def claim(frame: bytes) -> Optional[Tuple[str, str]]:
    """Return the address that a frame's sender says it has, and its hardware address; None where it says nothing."""
    if len(frame) < _ETHERNET.size:
        return None
    _to, sender, ethertype = _ETHERNET.unpack_from(frame)
    body = frame[_ETHERNET.size :]
    if ethertype == ETHERTYPES["ipv4"] and len(body) >= _ARP.size:
        words = _ARP.unpack_from(body)
        hardware_address, address = words[5], words[6]
        return (from_bytes(address), hardware_address.hex(":")) if any(address) else None
    if ethertype == ETHERTYPES["ipv6"] and len(body) >= _IPV6.size + _NEIGHBOUR_SOLICITATION.size and body[6] == 58:
        kind, _code, _checksum_there, _flags, address = _NEIGHBOUR_SOLICITATION.unpack_from(body, _IPV6.size)
        return (from_bytes(address), sender.hex(":")) if kind == 136 else None
    return None


def _checksum(data: bytes) -> int:
    total = sum(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
