# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import socket

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._network.frames import announcement, claim, question


def test_gratuitous_arp_is_what_rfc_5944_asks_for() -> None:
    mac = bytes.fromhex("020000000001")
    request, reply = announcement("192.0.2.198", mac)
    for frame, operation in ((request, 1), (reply, 2)):
        assert frame[:14] == b"\xff" * 6 + mac + b"\x08\x06"
        assert frame[14:22] == bytes.fromhex("0001 0800 06 04") + operation.to_bytes(2, "big")
        assert frame[22:28] == mac
        assert frame[28:32] == frame[38:42] == socket.inet_aton("192.0.2.198")


def test_the_neighbour_advertisement_has_a_right_checksum() -> None:
    (frame,) = announcement("2001:db8::198", bytes.fromhex("020000000001"))
    ipv6, message = frame[14:54], frame[54:]
    assert frame[:6].hex() == "333300000001"
    assert (message[0], message[4]) == (136, 0x20)  # neighbour advertisement, override
    covered = ipv6[8:40] + len(message).to_bytes(4, "big") + (58).to_bytes(4, "big") + message
    total = sum(int.from_bytes(covered[at : at + 2], "big") for at in range(0, len(covered), 2))
    assert (total & 0xFFFF) + (total >> 16) == 0xFFFF  # RFC 1071: the sum with the checksum is all ones


MAC = bytes.fromhex("020000000001")


def test_a_question_is_no_claim() -> None:
    probe = question("192.0.2.198", MAC)
    assert probe[:14] == b"\xff" * 6 + MAC + b"\x08\x06"
    assert probe[20:22] == b"\x00\x01"  # a request
    assert (probe[28:32], probe[38:42]) == (bytes(4), socket.inet_aton("192.0.2.198"))  # RFC 5227: of nobody
    solicitation = question("2001:db8::198", MAC)
    assert solicitation[:6].hex() == "3333ff000198"
    assert (solicitation[22:38], solicitation[54]) == (bytes(16), 135)
    assert claim(probe) is None
    assert claim(solicitation) is None


def test_a_claim_names_the_address_and_who_has_it() -> None:
    for address in ("192.0.2.198", "2001:db8::198"):
        for frame in announcement(address, MAC):
            assert claim(frame) == (address, "02:00:00:00:00:01")


@given(st.sampled_from(["192.0.2.198", "2001:db8::198"]), st.integers(0, 90), st.binary(max_size=20))
def test_a_damaged_frame_is_read_or_passed_over(address: str, length: int, rest: bytes) -> None:
    claim(announcement(address, MAC)[0][:length] + rest)
