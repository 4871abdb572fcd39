# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Advertisements of VRRP as they are on the wire. Those of keepalived itself: tests/kernel/test_host_info.py."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.managed import VirtualRouter
from ansible_collections.lvs.cluster.plugins.module_utils._wire.virtual_routers import Asked, asked, unknown
from ansible_collections.lvs.cluster.plugins.module_utils._wire.vrrp import parse

# RFC 3768, section 5.1: version 2, virtual router 51, priority 100, one address, no authentication, one second.
TWO = bytes.fromhex("2133640100010000c00002c60000000000000000")
# RFC 9568, section 5.1: version 3, virtual router 7, priority 99, 40 hundredths of a second.
THREE = bytes.fromhex("3107630100280000")


def ipv4(protocol: int, payload: bytes, options: bytes = b"") -> bytes:
    words = 5 + len(options) // 4
    head = bytes([0x40 | words, 0xC0]) + (words * 4 + len(payload)).to_bytes(2, "big") + bytes(4)
    return head + bytes([255, protocol, 0, 0, 192, 0, 2, 7, 224, 0, 0, 18]) + options + payload


def ipv6(protocol: int, payload: bytes) -> bytes:
    source, group = bytes.fromhex("fe80" + "0" * 24 + "0007"), bytes.fromhex("ff02" + "0" * 26 + "12")
    return bytes([0x60, 0, 0, 0]) + len(payload).to_bytes(2, "big") + bytes([protocol, 255]) + source + group + payload


def test_version_2_counts_in_seconds() -> None:
    for packet in (ipv4(112, TWO), ipv4(112, TWO, options=bytes(8))):
        assert parse(packet) == ("ipv4", "192.0.2.7", 2, 51, 100, 1.0, ("192.0.2.198",))


def test_version_3_counts_in_hundredths_of_a_second() -> None:
    address = bytes.fromhex("20010db8" + "0" * 20 + "00c6")
    assert parse(ipv6(112, THREE + address)) == ("ipv6", "fe80::7", 3, 7, 99, 0.4, ("2001:db8::c6",))


def test_an_advertisement_behind_an_authentication_header_is_read() -> None:
    """RFC 4302, section 2: next header, length in words less 2, and so on."""
    header = bytes([112, 4]) + bytes(22)
    advertisement = parse(ipv4(51, header + TWO))
    assert advertisement is not None
    assert advertisement.virtual_router_id == 51
    assert parse(ipv4(51, bytes([6, 4]) + bytes(22) + TWO)) is None


def test_what_is_no_whole_advertisement_is_none() -> None:
    for packet in (
        b"",
        ipv4(6, TWO),
        ipv4(112, b"\x22" + TWO[1:]),
        ipv4(112, TWO[:10]),
        ipv6(58, THREE),
        ipv4(51, b"p"),
    ):
        assert parse(packet) is None


@given(st.one_of(st.binary(max_size=80), st.binary(max_size=60).map(lambda payload: ipv4(112, payload))))
def test_whatever_comes_in_is_read_without_a_crash(packet: bytes) -> None:
    parse(packet)


def test_a_virtual_router_is_asked_for_where_this_host_does_not_take_part_in_it() -> None:
    interfaces = {"192.0.2.2": "eth0", "198.51.100.2": "eth1"}
    by_name = {"virtual_router_id": 51, "family": "ipv4", "interface": "eth1", "beside": None, "interval": 1.0}
    one = asked(by_name, interfaces)
    assert one == Asked(51, "ipv4", "eth1", 1.0)
    beside = {**by_name, "interface": None, "beside": "192.0.2.2"}
    other = asked(beside, interfaces)
    assert other == Asked(51, "ipv4", "eth0", 1.0)
    assert asked({**by_name, "interface": "eth9"}, interfaces) is None
    assert asked({**beside, "beside": "192.0.2.9"}, interfaces) is None
    running = [VirtualRouter("lvs", 51, "ipv4", "eth1", "127.112.9.51")]
    assert unknown([one, other], running) == [other]
    assert unknown([one], [VirtualRouter("lvs", 52, "ipv4", "eth1", "")]) == [one]
