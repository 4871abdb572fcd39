# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kernel's messages about links and addresses <-> the values of the model, and the frames that announce an address.

Private to the collection.
"""

from __future__ import annotations

import errno
from struct import Struct, pack
from typing import Dict, List, Mapping, Tuple

from .._change import CHANGE, REMOVE, Change
from .._netlink import route
from .._netlink.address import FAMILY_NAMES, FAMILY_NUMBERS, family_of, from_bytes, to_bytes
from .._netlink.errors import MalformedMessage
from .._netlink.socket import NLM_F_CREATE, NLM_F_EXCL, Request
from .model import Address, AddressKey, Link

GET_LINKS = Request(route.RTM_GETLINK, 0, route.LINK_HEADER.pack(0, 0, 0, 0, 0))
GET_ADDRESSES = Request(route.RTM_GETADDR, 0, route.ADDRESS_HEADER.pack(0, 0, 0, 0, 0))

# What an errno means: inet_rtm_newaddr(), inet6_addr_add() and their counterparts.
REASONS: Dict[Tuple[int, int], str] = {
    (route.RTM_NEWADDR, errno.EEXIST): "it is there already: someone else has added it meanwhile",
    (route.RTM_DELADDR, errno.EADDRNOTAVAIL): "it is not there any more: someone else has removed it meanwhile",
    (route.RTM_NEWADDR, errno.ENODEV): "the interface is gone",
    (route.RTM_DELADDR, errno.ENODEV): "the interface is gone",
    (route.RTM_NEWADDR, errno.EACCES): "IPv6 is switched off on this interface (net.ipv6.conf.*.disable_ipv6)",
}
PERMISSION_REASON = "this needs CAP_NET_ADMIN: run it as root (become: true)"


def reason(message: int, number: int) -> str:
    """Return what this errno means for this message, "" where only the errno is known."""
    if number == errno.EPERM:
        return PERMISSION_REASON
    return REASONS.get((message, number), "")


def decode_link(payload: bytes) -> Tuple[str, Link]:
    """Read one message of a link dump: the interface's name and itself. MalformedMessage where it is none."""
    if len(payload) < route.LINK_HEADER.size:
        raise MalformedMessage(f"a message about a link of {len(payload)} bytes")
    _family, hardware, number, _flags, _change = route.LINK_HEADER.unpack_from(payload)
    values = route.LINK.decode(payload, route.LINK_HEADER.size)
    if "IFNAME" not in values:
        raise MalformedMessage("a message about a link without IFLA_IFNAME")
    return values["IFNAME"], Link(number, values.get("ADDRESS", b""), hardware == route.ARPHRD_ETHER)


def decode_address(payload: bytes, interfaces: Mapping[int, str]) -> tuple[AddressKey, Address] | None:
    """Read one message of an address dump; None where its interface is unknown. MalformedMessage where it is none."""
    if len(payload) < route.ADDRESS_HEADER.size:
        raise MalformedMessage(f"a message about an address of {len(payload)} bytes")
    number, prefix, _flags, _scope, index = route.ADDRESS_HEADER.unpack_from(payload)
    values = route.ADDRESS.decode(payload, route.ADDRESS_HEADER.size)
    local = values.get("LOCAL", values.get("ADDRESS"))
    if number not in FAMILY_NAMES or local is None:
        raise MalformedMessage(f"a message about an address of family {number} without IFA_LOCAL or IFA_ADDRESS")
    if index not in interfaces:
        return None
    try:
        key = AddressKey(interfaces[index], from_bytes(local), prefix)
    except ValueError as error:
        raise MalformedMessage(f"the kernel's description of an address is not understood: {error}") from None
    return key, Address(values.get("LABEL", ""))


def encode(change: Change, links: Mapping[str, Link]) -> List[Request]:
    """Return the requests that carry out one change of an address. A label changes only with its address."""
    requests = []
    if change.action in (REMOVE, CHANGE):
        requests.append(_request(route.RTM_DELADDR, 0, change.key, change.before, links))
    if change.action != REMOVE:
        requests.append(_request(route.RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, change.key, change.after, links))
    return requests


def _request(message: int, flags: int, key: AddressKey, address: Address, links: Mapping[str, Link]) -> Request:
    family = family_of(key.address)
    data = to_bytes(key.address)
    values: Dict[str, object] = {"LOCAL": data, "ADDRESS": data}
    if address.label:
        values["LABEL"] = address.label
    # A VIP moves from host to host: to wait for a duplicate to answer would only delay it.
    own_flags = route.IFA_F_NODAD if family == "ipv6" else 0
    header = route.ADDRESS_HEADER.pack(
        FAMILY_NUMBERS[family], key.prefix, own_flags, route.RT_SCOPE_UNIVERSE, links[key.interface].number
    )
    return Request(message, flags, header + route.ADDRESS.encode(values))


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
