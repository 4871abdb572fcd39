# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listening on an interface for what others send there. Private to the collection.

Packets are taken as they come in, so that a firewall of the host hides none. The kernel hands over those of the wanted
protocols alone, however many there are of others.
"""

from __future__ import annotations

import ctypes
import select
import socket
import struct
import time
from typing import Iterator, List, Sequence, Tuple

_ETHERTYPES = {"ipv4": 0x0800, "ipv6": 0x86DD}
_SO_ATTACH_FILTER = 26  # asm-generic/socket.h
# Instructions of struct sock_filter (linux/filter.h): load the byte at k, jump by whether it is k, return k.
_LOAD_BYTE, _JUMP_IF_EQUAL, _RETURN = 0x30, 0x15, 0x06
# Where IP has the number of the protocol.
_PROTOCOL_AT = {"ipv4": 9, "ipv6": 6}
_WHOLE = 0x40000
_MREQN = struct.Struct("=4s4si")
_IPV6_MREQ = struct.Struct("=16si")


class Wire:
    """The packets of some protocols that come in by one interface. OSError as the kernel gives it."""

    def __init__(self, interface: str, family: str, protocols: Sequence[int], group: str) -> None:
        ethertype = _ETHERTYPES[family]
        self.interface = interface
        self._sockets: List[socket.socket] = []
        self._received = self._opened(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        _attach_filter(self._received, family, protocols)
        self._received.bind((interface, ethertype))
        self._join(interface, family, group)

    def _opened(self, family: int, kind: int, protocol: int) -> socket.socket:
        opened = socket.socket(family, kind | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK, protocol)
        self._sockets.append(opened)
        return opened

    def _join(self, interface: str, family: str, group: str) -> None:
        """Have the interface take the packets to a multicast group."""
        index = socket.if_nametoindex(interface)
        if family == "ipv4":
            member = self._opened(socket.AF_INET, socket.SOCK_DGRAM, 0)
            request = _MREQN.pack(socket.inet_pton(socket.AF_INET, group), b"\0" * 4, index)
            member.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, request)
        else:
            member = self._opened(socket.AF_INET6, socket.SOCK_DGRAM, 0)
            request = _IPV6_MREQ.pack(socket.inet_pton(socket.AF_INET6, group), index)
            member.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, request)

    def fileno(self) -> int:
        return self._received.fileno()

    def packets(self) -> Iterator[bytes]:
        """Yield what has come in, from the IP header on."""
        while True:
            try:
                packet, address = self._received.recvfrom(65535)
            except OSError:  # there is nothing more, or the interface is down
                return
            if address[2] != socket.PACKET_OUTGOING:
                yield packet

    def close(self) -> None:
        for opened in self._sockets:
            opened.close()


def heard(wires: Sequence[Wire], seconds: float) -> Iterator[Tuple[str, bytes]]:
    """Yield each packet that comes in within this time, with its interface."""
    end = time.monotonic() + seconds
    while wires and time.monotonic() < end:
        ready, _writable, _failed = select.select(wires, [], [], end - time.monotonic())
        for wire in ready:
            for packet in wire.packets():
                yield wire.interface, packet


def _attach_filter(receiver: socket.socket, family: str, protocols: Sequence[int]) -> None:
    """Let the kernel drop what has another protocol: struct sock_fprog in linux/filter.h."""
    program = [(_LOAD_BYTE, 0, 0, _PROTOCOL_AT[family])]
    program += [(_JUMP_IF_EQUAL, len(protocols) - index, 0, protocol) for index, protocol in enumerate(protocols)]
    program += [(_RETURN, 0, 0, 0), (_RETURN, 0, 0, _WHOLE)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *instruction) for instruction in program))
    receiver.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HP", len(program), ctypes.addressof(code)))
