# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Damaged datagrams in answer to a request: an answer, or an error of ours."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._netlink import socket as netlink
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.generic import CONTROL, HEADER, find_family
from ansible_collections.lvs.cluster.tests.fuzz import seeds
from ansible_collections.lvs.cluster.tests.fuzz.mutations import damaged_attributes, damaged_bytes, outcome

REQUEST = netlink.Request(28, 0, b"request ")


def message(kind: int, payload: bytes, flags: int = 0, sequence: int = 1) -> bytes:
    length = netlink.HEADER.size + len(payload)
    return netlink.HEADER.pack(length, kind, flags, sequence, 4711) + payload + bytes(-length % 4)


def error(number: int, flags: int = 0, after: bytes = b"", sequence: int = 1) -> bytes:
    """struct nlmsgerr: the code, the request or its header, attributes."""
    return message(netlink.NLMSG_ERROR, netlink.ERROR_CODE.pack(-number) + after, flags, sequence)


HEAD = message(REQUEST.type, REQUEST.payload)[: netlink.HEADER.size]
SAID = netlink.ERROR_ATTRIBUTES.encode({"MSG": "Unknown attribute type"})
FOUND = CONTROL.encode({"FAMILY_NAME": "IPVS", "FAMILY_ID": 28})
DATAGRAMS = [
    b"".join(message(28, payload, 2) for payload in seeds.SERVICES[:3]),
    b"".join(message(28, payload, 2) for payload in seeds.DESTINATIONS[:3]),
    message(28, HEADER.pack(1, 2, 0) + FOUND),
    message(netlink.NLMSG_DONE, bytes(4), 2),
    message(netlink.NLMSG_DONE, netlink.ERROR_CODE.pack(-errno.EINVAL) + SAID, 2 | netlink.NLM_F_ACK_TLVS),
    error(0, netlink.NLM_F_CAPPED, HEAD),
    error(0, netlink.NLM_F_CAPPED, HEAD, sequence=3),
    error(errno.EEXIST, netlink.NLM_F_CAPPED, HEAD, sequence=2),
    error(errno.EINVAL, netlink.NLM_F_CAPPED | netlink.NLM_F_ACK_TLVS, HEAD + SAID),
    error(errno.EINVAL, netlink.NLM_F_ACK_TLVS, message(REQUEST.type, REQUEST.payload) + SAID),
]
codes = st.sampled_from([0, errno.EPERM, errno.ENOENT, -1, 4095, 4096, 2**31])
answers = st.builds(
    message,
    st.sampled_from([netlink.NLMSG_ERROR, netlink.NLMSG_DONE, netlink.NLMSG_NOOP, netlink.NLMSG_OVERRUN, 28]),
    st.tuples(
        codes.map(lambda number: netlink.ERROR_CODE.pack(-number)),
        st.sampled_from([b"", HEAD, message(REQUEST.type, REQUEST.payload)]),
        damaged_attributes([SAID, FOUND]),
    ).map(b"".join),
    st.sampled_from([0, netlink.NLM_F_DUMP_INTR, netlink.NLM_F_CAPPED, netlink.NLM_F_ACK_TLVS, 2**16 - 1]),
    st.integers(0, 4),
)
datagrams = st.one_of(st.lists(answers, max_size=3).map(b"".join), st.sampled_from(DATAGRAMS), damaged_bytes(DATAGRAMS))
ENDS = [error(0, netlink.NLM_F_CAPPED, HEAD)], [message(netlink.NLMSG_DONE, bytes(4), 2)], []
conversations = st.builds(list.__add__, st.lists(datagrams, max_size=3), st.sampled_from(ENDS))


class Kernel:
    """Stands in for the kernel: says what it has been given to say, whatever it is asked."""

    def __init__(self, datagrams: list[bytes]) -> None:
        self.datagrams = list(datagrams)

    def send(self, data: bytes) -> None:
        pass

    def close(self) -> None:
        pass

    def recv_into(self, buffer: memoryview, size: int, flags: int) -> int:
        if not self.datagrams:
            raise BlockingIOError
        datagram = self.datagrams.pop(0)
        buffer[: len(datagram)] = datagram
        return len(datagram)


def hear(datagrams: list[bytes], ask: Callable[[netlink.NetlinkSocket], Any]) -> Any:
    """Return what a question gets for an answer where the kernel sends these datagrams."""
    with netlink.NetlinkSocket(netlink.NETLINK_ROUTE) as opened:
        opened._socket.close()
        opened._socket = Kernel(datagrams)
        return ask(opened)


@given(damaged_bytes(DATAGRAMS))
def test_a_datagram_is_taken_apart_whole(datagram: bytes) -> None:
    messages = outcome(netlink.split_messages, datagram)
    if isinstance(messages, list):
        assert sum((netlink.HEADER.size + len(payload) + 3) & ~3 for *_head, payload in messages) >= len(datagram)


@given(conversations)
def test_a_question_is_answered(datagrams: list[bytes]) -> None:
    answer = outcome(hear, datagrams, lambda opened: opened.query(REQUEST, "ask"))
    assert isinstance(answer, (bytes, str))


@given(conversations)
def test_a_list_is_read(datagrams: list[bytes]) -> None:
    payloads = outcome(hear, datagrams, lambda opened: opened.dump(REQUEST, "read"))
    assert isinstance(payloads, (list, str))


@given(conversations, st.integers(1, 3))
def test_a_batch_is_acknowledged(datagrams: list[bytes], size: int) -> None:
    refusals = outcome(hear, datagrams, lambda opened: opened.batch([REQUEST] * size))
    if isinstance(refusals, list):
        assert all(0 <= refusal.position < size and refusal.number > 0 for refusal in refusals)


@given(conversations)
def test_a_family_is_found(datagrams: list[bytes]) -> None:
    family = outcome(hear, datagrams, lambda opened: find_family(opened, "IPVS", 1))
    assert isinstance(family, str) or 0 <= family.number < 2**16
