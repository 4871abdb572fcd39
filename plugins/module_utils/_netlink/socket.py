# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection's only sockets: netlink requests and their answers, raw frames, and a word to systemd. Private.

A netlink message is struct nlmsghdr (include/uapi/linux/netlink.h) and a payload. The kernel handles every message of
one sendmsg() in order, goes on after an error, and answers before sendmsg() returns (netlink_rcv_skb() in
net/netlink/af_netlink.c). So a batch asks for one acknowledgement, of its last message: errors come without asking.
"""

from __future__ import annotations

import errno
import os
import select
import socket
import time
from contextlib import ExitStack, suppress
from functools import lru_cache
from itertools import islice
from struct import Struct
from typing import Iterable, Iterator, Mapping, NamedTuple, Sequence, Tuple

from .attributes import TEXT, Attribute, AttributeTable
from .errors import DumpInterrupted, KernelRefused, MalformedMessage, NetlinkError

NETLINK_ROUTE = 0
NETLINK_GENERIC = 16

HEADER = Struct("=IHHII")  # length, type, flags, sequence number, port id
ERROR_CODE = Struct("=i")
_NO_ERROR = ERROR_CODE.pack(0)
MAX_ERRNO = 4095  # include/linux/err.h

NLMSG_NOOP, NLMSG_ERROR, NLMSG_DONE, NLMSG_OVERRUN = 1, 2, 3, 4
NLM_F_REQUEST, NLM_F_MULTI, NLM_F_ACK, NLM_F_DUMP = 0x1, 0x2, 0x4, 0x300
NLM_F_DUMP_INTR = 0x10
NLM_F_CAPPED, NLM_F_ACK_TLVS = 0x100, 0x200
NLM_F_REPLACE, NLM_F_EXCL, NLM_F_CREATE = 0x100, 0x200, 0x400

# How the end of a list begins that nothing is wrong with: its length, type and flags.
_PLAIN_END = HEADER.pack(HEADER.size + ERROR_CODE.size, NLMSG_DONE, NLM_F_MULTI, 0, 0)[:8]

SOL_NETLINK = 270
NETLINK_CAP_ACK, NETLINK_EXT_ACK = 10, 11
SO_RCVBUFFORCE = 33

ERROR_ATTRIBUTES = AttributeTable("NLMSGERR_ATTR", Attribute(1, "MSG", TEXT))

_PADDING = [bytes(-length % 4) for length in range(4)]
MSG_TRUNC = int(socket.MSG_TRUNC)
BATCH = 256  # messages in one sendmsg(); more gains nothing
RECEIVE_BUFFER = 1 << 20  # bytes; holds the errors of a batch in which every message fails
DUMP_ATTEMPTS = 5
ANSWER_SIZE = 1 << 16  # bytes; the kernel sends at most 32 KiB at once (netlink_dump())
TIMEOUT = Struct("=qq").pack(60, 0)  # seconds, microseconds; the kernel answers at once, so this only ends a hang


class Request(NamedTuple):
    """One message to the kernel: its type, its flags beside NLM_F_REQUEST, and what follows the header."""

    type: int
    flags: int
    payload: bytes


class Refusal(NamedTuple):
    """The kernel's error for one request of a batch."""

    position: int
    number: int
    kernel_message: str


# One message from the kernel: its type, its flags, its sequence number, and what follows the header.
Message = Tuple[int, int, int, bytes]


class NetlinkSocket:
    """A netlink socket of one protocol; open until a with statement or the process ends."""

    def __init__(self, protocol: int) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, protocol)
        self._sequence = 0
        self._answer = memoryview(bytearray(ANSWER_SIZE))
        try:
            self._socket.bind((0, 0))
            self._socket.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, 1)
            self._socket.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, TIMEOUT)
            self._enlarge_receive_buffer()
        except OSError:
            self._socket.close()
            raise

    def __enter__(self) -> NetlinkSocket:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def _enlarge_receive_buffer(self) -> None:
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)
        except PermissionError:  # without CAP_NET_ADMIN: as much as net.core.rmem_max allows
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)

    def batch(self, requests: Iterable[Request]) -> list[Refusal]:
        """Carry out the requests in order; return what the kernel refused, in order.

        Nothing is sent after the sendmsg() in which something was refused; the other requests of that one were done.
        """
        waiting = iter(requests)
        start = 0
        while True:
            together = list(islice(waiting, BATCH))
            if not together:
                return []
            refusals = self._one_batch(together)
            if refusals:
                return [refusal._replace(position=refusal.position + start) for refusal in refusals]
            start += len(together)

    def _one_batch(self, requests: Sequence[Request]) -> list[Refusal]:
        first, last = self._sequence + 1, self._sequence + len(requests)
        self._sequence = last
        messages = [_packed(request, 0, sequence) for sequence, request in enumerate(requests[:-1], first)]
        self._socket.send(b"".join([*messages, _packed(requests[-1], NLM_F_ACK, last)]))
        refusals = []
        while True:
            for kind, flags, sequence, payload in split_messages(self._receive()):
                if kind != NLMSG_ERROR or not first <= sequence <= last:
                    continue
                number, kernel_message = _error(kind, flags, payload)
                if number:
                    refusals.append(Refusal(sequence - first, number, kernel_message))
                if sequence == last:
                    return refusals

    def query(self, request: Request, operation: str) -> bytes:
        """Return the payload of the one message that answers. KernelRefused names the operation."""
        payloads = self._answers(request, NLM_F_ACK, operation)
        if len(payloads) != 1:
            raise MalformedMessage(f"{operation}: the kernel sent {len(payloads)} answers instead of one")
        return payloads[0]

    def dump(self, request: Request, operation: str) -> list[bytes]:
        """Return the payload of each message of a dump, read again where the kernel says that the list changed.

        DumpInterrupted where it changes all the time.
        """
        for _attempt in range(DUMP_ATTEMPTS - 1):
            try:
                return self._answers(request, NLM_F_DUMP, operation)
            except DumpInterrupted:
                continue
        return self._answers(request, NLM_F_DUMP, operation)

    def _answers(self, request: Request, flags: int, operation: str) -> list[bytes]:
        # A plain question is followed by its acknowledgement, a dump by NLMSG_DONE: both mark the end.
        # The next request may only be sent after it: a socket carries one dump at a time.
        self._sequence = asked = self._sequence + 1
        self._socket.send(_packed(request, flags, asked))
        payloads: list[bytes] = []
        interrupted = 0
        while True:
            datagram = self._receive()
            listed = payloads_alike(datagram, asked)
            if listed:
                payloads += listed
                continue
            if not interrupted and is_plain_end(datagram, asked):
                return payloads
            for kind, own_flags, sequence, payload in split_messages(datagram):
                if sequence != asked:
                    continue  # left over from a request that ended early
                interrupted |= own_flags & NLM_F_DUMP_INTR
                if kind > NLMSG_OVERRUN:
                    payloads.append(payload)
                elif kind != NLMSG_NOOP:
                    _raise_what_is_told(kind, own_flags, payload, operation)
                    if interrupted:
                        raise DumpInterrupted(f"{operation}: the list changed while it was read")
                    return payloads

    def _receive(self) -> bytes:
        try:
            # With MSG_TRUNC a message that does not fit tells its whole size (netlink_recvmsg()).
            size = self._socket.recv_into(self._answer, 0, MSG_TRUNC)
        except BlockingIOError:
            raise NetlinkError("the kernel gave no answer for 60 seconds") from None
        except OSError as error:
            if error.errno == errno.ENOBUFS:
                self._drop_what_waits()
                raise NetlinkError(
                    "the kernel's answers did not fit into the receive buffer and some are lost (ENOBUFS): "
                    "what was carried out is not known"
                ) from None
            raise
        if size > ANSWER_SIZE:
            raise MalformedMessage(f"the kernel's answer is longer than {ANSWER_SIZE} bytes")
        return bytes(self._answer[:size])

    def _drop_what_waits(self) -> None:
        """Empty the receive buffer, so that the next request gets its answer."""
        with suppress(OSError):
            while True:
                self._socket.recv_into(self._answer, 0, socket.MSG_DONTWAIT)


def _packed(request: Request, flags: int, sequence: int) -> bytes:
    """Return a request as a message, with more flags."""
    kind, own_flags, payload = request
    length = HEADER.size + len(payload)
    return HEADER.pack(length, kind, own_flags | flags | NLM_F_REQUEST, sequence, 0) + payload + _PADDING[length & 3]


def split_messages(data: bytes) -> list[Message]:
    """Return the messages of one datagram. MalformedMessage where a length does not fit."""
    messages = []
    start, end = 0, len(data)
    while start < end:
        if end - start < HEADER.size:
            raise MalformedMessage(f"{end - start} bytes left where a netlink message should begin")
        length, kind, flags, sequence, _port = HEADER.unpack_from(data, start)
        if length < HEADER.size or start + length > end:
            raise MalformedMessage(f"a netlink message claims {length} bytes of {end - start}")
        messages.append((kind, flags, sequence, data[start + HEADER.size : start + length]))
        start += (length + 3) & ~3
    return messages


def payloads_alike(data: bytes, sequence: int) -> tuple[bytes, ...]:
    """Return the payloads of a datagram that is a list: messages of one size, type and flags, all with this sequence.

    Nothing where it is anything else: an error or an end in it, messages of several sizes, or one cut short.
    """
    if len(data) < HEADER.size:
        return ()
    length, kind, flags, answered, _port = HEADER.unpack_from(data)
    if kind <= NLMSG_OVERRUN or flags & NLM_F_DUMP_INTR or answered != sequence or length < HEADER.size:
        return ()
    size = (length + 3) & ~3
    count, rest = divmod(len(data), size)
    if rest:
        return ()
    parts = _alike(length, count).unpack(data)
    headers = parts[::2]
    return parts[1::2] if headers.count(headers[0]) == count else ()


def is_plain_end(data: bytes, sequence: int) -> bool:
    """Return whether a datagram is the end of a list with this sequence number, and nothing else."""
    return (
        data[:8] == _PLAIN_END
        and len(data) == HEADER.size + ERROR_CODE.size
        and data[HEADER.size :] == _NO_ERROR
        and HEADER.unpack_from(data)[3] == sequence
    )


@lru_cache(maxsize=256)
def _alike(length: int, count: int) -> Struct:
    """Return what reads so many messages of this length: of each, its header and its payload."""
    return Struct("=" + f"{HEADER.size}s{length - HEADER.size}s{-length % 4}x" * count)


def _raise_what_is_told(kind: int, flags: int, payload: bytes, operation: str) -> None:
    """Raise the error that an NLMSG_ERROR, NLMSG_DONE or NLMSG_OVERRUN tells; return where it is the plain end."""
    if kind == NLMSG_OVERRUN:
        raise NetlinkError(f"{operation}: the kernel lost part of its answer (NLMSG_OVERRUN)")
    number, kernel_message = _error(kind, flags, payload)
    if number:
        raise KernelRefused(number, operation, kernel_message=kernel_message)


def _error(kind: int, flags: int, payload: bytes) -> tuple[int, str]:
    """Return (errno, extended message) of an NLMSG_ERROR or NLMSG_DONE; errno 0 is an acknowledgement."""
    if len(payload) < ERROR_CODE.size:
        if kind == NLMSG_DONE:
            return 0, ""
        raise MalformedMessage("an error message without its error code")
    code = ERROR_CODE.unpack_from(payload)[0]
    if not -MAX_ERRNO <= code <= 0:
        raise MalformedMessage(f"an error message with the code {code}, which is no errno")
    if not flags & NLM_F_ACK_TLVS:
        return -code, ""
    # struct nlmsgerr: the code, the failed request (its header alone where NLM_F_CAPPED says so), attributes.
    if kind == NLMSG_DONE:
        start = ERROR_CODE.size
    else:
        start = ERROR_CODE.size + HEADER.size
        if not flags & NLM_F_CAPPED:
            if len(payload) < start:
                raise MalformedMessage("an error message without the header of its request")
            start = ERROR_CODE.size + ((HEADER.unpack_from(payload, ERROR_CODE.size)[0] + 3) & ~3)
    values: dict[str, str] = ERROR_ATTRIBUTES.decode(payload, start)
    return -code, values.get("MSG", "")


def notify_systemd(state: str) -> None:
    """Tell systemd how a service of its own is, as sd_notify(3) does. Nothing where nobody asks, or nobody listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as handle, suppress(OSError):
        handle.sendto(state.encode(), f"\0{address[1:]}" if address.startswith("@") else address)


def send_frames(interface: str, frames: Sequence[bytes]) -> None:
    """Send whole Ethernet frames out of one interface. Needs CAP_NET_RAW; OSError as the kernel gives it."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_CLOEXEC) as sender:
        sender.bind((interface, 0))
        for frame in frames:
            sender.send(frame)


def frames_in_answer(
    questions: Mapping[Tuple[str, int], Sequence[bytes]], rounds: int, round_s: float
) -> Iterator[bytes]:
    """Send whole Ethernet frames, and yield what comes in meanwhile and for a while afterwards.

    questions: interface and EtherType -> the frames to send there; of that type are those that come in. All of them are
    sent in each round, which takes round_s seconds. An interface that is down has nobody to ask. Needs CAP_NET_RAW.
    """
    with ExitStack() as stack:
        sockets = {}
        for (interface, ethertype), frames in questions.items():
            ear = stack.enter_context(socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_CLOEXEC))
            ear.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)
            ear.bind((interface, ethertype))
            sockets[ear] = frames
        for _round in range(rounds):
            for ear, frames in sockets.items():
                for frame in frames:
                    with suppress(OSError):
                        ear.send(frame)
            end = time.monotonic() + round_s
            while time.monotonic() < end:
                ready, _writable, _exceptional = select.select(list(sockets), [], [], max(0.0, end - time.monotonic()))
                for ear in ready:
                    with suppress(OSError):  # of an interface that has gone down meanwhile
                        frame, (_interface, _type, direction, *_rest) = ear.recvfrom(ANSWER_SIZE)
                        if direction != socket.PACKET_OUTGOING:
                            yield frame
