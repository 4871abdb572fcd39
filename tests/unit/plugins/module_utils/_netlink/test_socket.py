# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._netlink import socket as netlink
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import KernelRefused, MalformedMessage


def message(kind: int, payload: bytes, flags: int = 0, sequence: int = 1) -> bytes:
    length = netlink.HEADER.size + len(payload)
    return netlink.HEADER.pack(length, kind, flags, sequence, 0) + payload + b"\0" * (-length % 4)


def test_a_datagram_holds_several_messages() -> None:
    messages = netlink.split_messages(message(20, b"abc") + message(21, b"", sequence=2))
    assert [(one.type, one.sequence, one.payload) for one in messages] == [(20, 1, b"abc"), (21, 2, b"")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (message(20, b"abcd")[:-1], "claims 20 bytes of 19"),
        (message(20, b"")[:10], "10 bytes left where a netlink message should begin"),
        (netlink.HEADER.pack(8, 20, 0, 1, 0), "claims 8 bytes of 16"),
    ],
)
def test_a_datagram_cut_short_is_an_error(data: bytes, words: str) -> None:
    with pytest.raises(MalformedMessage, match=words):
        netlink.split_messages(data)


@given(st.binary(max_size=100))
def test_every_byte_of_a_datagram_is_accounted_for(data: bytes) -> None:
    try:
        messages = netlink.split_messages(data)
    except MalformedMessage:
        return
    assert sum((netlink.HEADER.size + len(one.payload) + 3) & ~3 for one in messages) >= len(data)


def test_an_error_says_what_was_wanted_what_is_and_what_the_kernel_says() -> None:
    refused = KernelRefused(errno.EEXIST, "add service tcp 192.0.2.198:80", "it is there already", "Extended words")
    assert str(refused) == (
        'cannot add service tcp 192.0.2.198:80: it is there already (EEXIST); the kernel says "Extended words"'
    )
    assert "No such process (ESRCH)" in str(KernelRefused(errno.ESRCH, "remove it"))
