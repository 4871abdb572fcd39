# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import errno
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._netlink import socket as netlink
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import (
    DumpInterrupted,
    KernelRefused,
    MalformedMessage,
    NetlinkError,
)


def message(kind: int, payload: bytes, flags: int = 0, sequence: int = 1) -> bytes:
    length = netlink.HEADER.size + len(payload)
    return netlink.HEADER.pack(length, kind, flags, sequence, 0) + payload + b"\0" * (-length % 4)


def test_a_datagram_holds_several_messages() -> None:
    messages = netlink.split_messages(message(20, b"abc") + message(21, b"", sequence=2))
    assert messages == [(20, 0, 1, b"abc"), (21, 0, 2, b"")]


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
    assert sum((netlink.HEADER.size + len(payload) + 3) & ~3 for _type, _flags, _sequence, payload in messages) >= len(
        data
    )


payloads = st.lists(st.sampled_from([b"", b"abcd", b"efgh", b"abc", b"sixteen bytes!!!"]), max_size=5)
kinds = st.sampled_from((20, 20, 20, netlink.NLMSG_DONE, netlink.NLMSG_ERROR))


@given(
    st.one_of(
        st.tuples(payloads.map(lambda listed: listed[:1] * len(listed)), st.just([20])),
        st.tuples(payloads, st.lists(kinds, min_size=1, max_size=5)),
    ),
    st.sampled_from((0, 0, netlink.NLM_F_DUMP_INTR)),
    st.sampled_from((7, 7, 8)),
    st.integers(0, 3),
)
def test_a_list_is_read_at_once_as_message_by_message(
    listed: tuple[list[bytes], list[int]], flags: int, sequence: int, cut: int
) -> None:
    bodies, types = listed
    data = b"".join(message(types[place % len(types)], body, flags, sequence) for place, body in enumerate(bodies))
    data = data[: len(data) - cut]
    at_once = netlink.payloads_alike(data, 7)
    if at_once:
        assert list(at_once) == [payload for _kind, _flags, _sequence, payload in netlink.split_messages(data)]
        assert {one[:3] for one in netlink.split_messages(data)} == {(20, 0, 7)}


def test_a_list_of_equal_messages_is_read_at_once() -> None:
    """Else the test above would have nothing to compare."""
    data = message(20, b"abc", 2) + message(20, b"def", 2)
    assert netlink.payloads_alike(data, 1) == (b"abc", b"def")
    assert netlink.payloads_alike(data, 2) == ()
    assert netlink.payloads_alike(data[:-4], 1) == ()
    assert netlink.payloads_alike(b"short", 1) == ()


def test_an_error_says_what_was_wanted_what_is_and_what_the_kernel_says() -> None:
    refused = KernelRefused(errno.EEXIST, "add service tcp 192.0.2.198:80", "it is there already", "Extended words")
    assert str(refused) == (
        'cannot add service tcp 192.0.2.198:80: it is there already (EEXIST); the kernel says "Extended words"'
    )
    assert "No such process (ESRCH)" in str(KernelRefused(errno.ESRCH, "remove it"))


class Kernel:
    """Stands in for the kernel behind a NetlinkSocket: answers each request with the next of its prepared datagrams.

    A real kernel cannot be made to interrupt a dump or to lose an answer when a test wants it.
    """

    def __init__(self, *answers: list[tuple[int, bytes, int]]) -> None:
        self.answers = list(answers)
        self.waiting: list[bytes] = []

    def send(self, data: bytes) -> None:
        sequence = netlink.split_messages(data)[-1][2]
        self.waiting += [message(kind, payload, flags, sequence) for kind, payload, flags in self.answers.pop(0)]

    def recv_into(self, buffer: memoryview, size: int, flags: int) -> int:
        if not self.waiting:
            raise BlockingIOError
        datagram = self.waiting.pop(0)
        fits = min(len(datagram), len(buffer))
        buffer[:fits] = datagram[:fits]
        return len(datagram) if flags & socket.MSG_TRUNC else fits


def connected_to(kernel: Kernel) -> netlink.NetlinkSocket:
    """A NetlinkSocket that talks to the stand-in."""
    opened = netlink.NetlinkSocket(netlink.NETLINK_ROUTE)
    opened._socket.close()
    opened._socket = kernel
    return opened


DONE = (netlink.NLMSG_DONE, bytes(4), 0)
REQUEST = netlink.Request(20, 0, b"")


def error(number: int) -> tuple[int, bytes, int]:
    return netlink.NLMSG_ERROR, netlink.ERROR_CODE.pack(-number) + bytes(netlink.HEADER.size), netlink.NLM_F_CAPPED


def test_an_interrupted_dump_is_read_to_its_end_and_then_again() -> None:
    """A socket carries one dump at a time: the kernel answers EBUSY to the next before the first has ended."""
    interrupted = [(20, b"old ", netlink.NLM_F_DUMP_INTR), (20, b"old ", 0), DONE]
    kernel = Kernel(interrupted, [(20, b"new ", 0), DONE])
    assert connected_to(kernel).dump(REQUEST, "read") == [b"new "]
    assert kernel.waiting == []


def test_a_dump_that_is_always_interrupted_is_an_error() -> None:
    interrupted = [(20, b"old ", netlink.NLM_F_DUMP_INTR), DONE]
    with pytest.raises(DumpInterrupted, match="read: the list changed while it was read"):
        connected_to(Kernel(*[interrupted] * netlink.DUMP_ATTEMPTS)).dump(REQUEST, "read")


def test_a_batch_tells_what_was_refused_and_sends_nothing_after_it() -> None:
    kernel = Kernel([error(errno.EEXIST)], [error(0)])
    requests = [REQUEST] * (netlink.BATCH + 1)
    assert connected_to(kernel).batch(requests) == [netlink.Refusal(netlink.BATCH - 1, errno.EEXIST, "")]
    assert len(kernel.answers) == 1


@pytest.mark.parametrize("number", [2**31, 4096, -1])
def test_a_code_that_is_no_errno_is_never_told_as_one(number: int) -> None:
    with pytest.raises(MalformedMessage, match=f"code {-number}, which is no errno"):
        connected_to(Kernel([error(number)])).dump(REQUEST, "read")


def test_lost_answers_are_told() -> None:
    class Full(Kernel):
        def recv_into(self, buffer: memoryview, size: int, flags: int) -> int:
            raise OSError(errno.ENOBUFS, "No buffer space available")

    with pytest.raises(NetlinkError, match="what was carried out is not known"):
        connected_to(Full([error(0)])).batch([REQUEST])


def test_an_answer_that_does_not_fit_is_never_read_in_part() -> None:
    kernel = Kernel([(20, bytes(netlink.ANSWER_SIZE), 0)])
    with pytest.raises(MalformedMessage, match="longer than"):
        connected_to(kernel).dump(REQUEST, "read")


def test_a_kernel_that_says_nothing_does_not_hang_the_caller() -> None:
    with pytest.raises(NetlinkError, match="no answer for 60 seconds"):
        connected_to(Kernel([])).dump(REQUEST, "read")


def test_an_answer_to_an_earlier_request_is_passed_over() -> None:
    kernel = Kernel([(20, b"new ", 0), DONE])
    kernel.waiting.append(message(20, b"old ", 0, sequence=999))
    assert connected_to(kernel).dump(REQUEST, "read") == [b"new "]
