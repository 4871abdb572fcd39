# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask a segment who has some addresses, and write down whoever answers: `who_has.py INTERFACE FILE COUNT ADDRESS...`

IPv4: ARP requests; IPv6: neighbour solicitations. COUNT rounds, fifty a second, and a second to wait for the last
answers; or for ever, five a second, where COUNT is 0. Each answer, and what is told unasked, becomes a line of the
file: an address and a hardware address.
"""

from __future__ import annotations

import ipaddress
import socket
import struct
import sys
import time

ARP, IPV6 = 0x0806, 0x86DD
ETH_P_ALL = 3
SOL_PACKET, PACKET_ADD_MEMBERSHIP, PACKET_MR_ALLMULTI = 263, 1, 2  # linux/if_packet.h
ICMPV6, SOLICITATION, ADVERTISEMENT = 58, 135, 136


def request(address: str, hardware: bytes) -> bytes:
    """The frame that asks for an address; its sender has none of its own (RFC 5227, RFC 4862)."""
    data = ipaddress.ip_address(address).packed
    if len(data) == 4:
        body = struct.pack("!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, hardware, bytes(4), bytes(6), data)
        return b"\xff" * 6 + hardware + struct.pack("!H", ARP) + body
    group = ipaddress.ip_address("ff02::1:ff00:0").packed[:13] + data[13:]
    message = struct.pack("!BBHI16s", SOLICITATION, 0, 0, 0, data)
    pseudo_header = bytes(16) + group + struct.pack("!II", len(message), ICMPV6)
    total = sum(word for (word,) in struct.iter_unpack("!H", pseudo_header + message))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    message = message[:2] + struct.pack("!H", ~total & 0xFFFF) + message[4:]
    header = struct.pack("!IHBB16s16s", 6 << 28, len(message), ICMPV6, 255, bytes(16), group)
    return b"\x33\x33" + group[12:] + hardware + struct.pack("!H", IPV6) + header + message


def told(frame: bytes) -> tuple[str, str] | None:
    """The address and the hardware address that a frame speaks of, None where it speaks of none."""
    kind = struct.unpack_from("!H", frame, 12)[0]
    if kind == ARP and len(frame) >= 42:
        hardware, sender = frame[22:28], frame[28:32]
        return (str(ipaddress.ip_address(sender)), hardware.hex(":")) if any(sender) else None
    if kind == IPV6 and len(frame) >= 78 and frame[20] == ICMPV6 and frame[54] == ADVERTISEMENT:
        return str(ipaddress.ip_address(frame[62:78])), frame[6:12].hex(":")
    return None


def main() -> None:
    interface, path, rounds, *addresses = sys.argv[1:]
    left = int(rounds) or sys.maxsize
    pause = 0.02 if int(rounds) else 0.2
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL)) as wire, open(path, "w") as file:
        wire.bind((interface, ETH_P_ALL))
        everything = struct.pack("iHH8s", socket.if_nametoindex(interface), PACKET_MR_ALLMULTI, 0, bytes(8))
        wire.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, everything)
        with open(f"/sys/class/net/{interface}/address") as own:
            hardware = bytes.fromhex(own.read().strip().replace(":", ""))
        requests = [request(address, hardware) for address in addresses]
        due = time.monotonic()
        while left or time.monotonic() < due + 1:
            if left and time.monotonic() >= due:
                for frame in requests:
                    wire.send(frame)
                left -= 1
                due += pause
            wire.settimeout(max(0.001, due - time.monotonic()) if left else 0.1)
            try:
                frame, (_interface, _protocol, direction, *_rest) = wire.recvfrom(2048)
            except socket.timeout:  # noqa: UP041 - another one before Python 3.10
                continue
            pair = told(frame) if direction != socket.PACKET_OUTGOING else None
            if pair is not None:
                print(*pair, file=file, flush=True)


if __name__ == "__main__":
    main()
