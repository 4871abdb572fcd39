# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Ethernet frames that announce an address. Private to the collection."""

from __future__ import annotations

from struct import Struct, pack
from typing import List

from .._netlink.address import to_bytes

_ETHERNET = Struct("!6s6sH")
_ARP = Struct("!HHBBH6s4s6s4s")
_IPV6 = Struct("!IHBB16s16s")
_NEIGHBOUR_ADVERTISEMENT = Struct("!BBHI16sBB6s")
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


def _checksum(data: bytes) -> int:
    total = sum(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
