# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is found by bytes must be what the walk from attribute to attribute decodes."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._netlink.attributes import (
    BE16,
    BINARY,
    HEADER,
    TEXT,
    U8,
    U32,
    Attribute,
    AttributeTable,
    Nested,
)
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import MalformedMessage
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.known import CUTS, MEANINGS, Known

INNER = AttributeTable(
    "INNER_ATTR",
    Attribute(1, "U8", U8),
    Attribute(2, "U32", U32),
    Attribute(3, "BE16", BE16),
    Attribute(4, "TEXT", TEXT),
    Attribute(5, "COUNTER", U32),
    Attribute(6, "BINARY", BINARY),
)
TABLE = AttributeTable("ATTR", Attribute(1, "PART", Nested(INNER)))
PARTS, REQUIRED = ("U8", "U32", "BE16", "TEXT"), ("BE16",)
READER = AttributeTable("ATTR", Attribute(1, "PART", Nested(INNER.only(*PARTS))))
START = 4


def known() -> Known:
    return Known(TABLE, START, "PART", PARTS, REQUIRED)


def walked(message: bytes) -> Any:
    values = READER.decode(message, START).get("PART")
    if values is None or not values.keys() >= {"BE16"}:
        raise MalformedMessage("not whole")
    return tuple(values.get(name) for name in PARTS)


def read(knowing: Known, message: bytes) -> Any:
    """As whoever uses it: what is not found is decoded, and remembered."""
    (found,) = knowing.find([message])
    if found is None:
        found = walked(message)
        knowing.learn(message, found)
    return found


def outcome(do: Any, *arguments: Any) -> Any:
    try:
        return do(*arguments)
    except MalformedMessage as error:
        return str(error)


# Whole attributes in any order, some of them twice, with numbers and flags that the table does not have, and with bytes
# in their padding; few of each, so that messages come again or nearly so.
payloads = st.sampled_from(
    [b"\1", b"\0\x50", b"\1\0\0\0", b"\2\0\0\0", b"rr\0", b"wlc\0", b"", b"\x08\0\x09\0\1\2\3\4"]
)
PAYLOADS = {1: [b"\1", b"\2"], 2: [b"\1\0\0\0", b"\2\0\0\0"], 3: [b"\0\x50", b"\1\xbb"], 4: [b"rr\0", b"wlc\0", b"wlc"]}


@st.composite
def attributes(draw: st.DrawFn) -> bytes:
    number = draw(st.sampled_from((1, 2, 3, 3, 4, 5, 6, 9)))
    payload = draw(st.one_of(st.sampled_from(PAYLOADS.get(number, [b"\0\0\0\0"])), payloads))
    flags = draw(st.sampled_from((0, 0, 0, 0x8000)))
    padding = draw(st.sampled_from((b"\0\0\0", b"\0\0\0", b"\7\7\7")))[: -len(payload) % 4]
    return HEADER.pack(4 + len(payload), number | flags) + payload + padding


usual = st.tuples(
    *(st.sampled_from(PAYLOADS[number]).map(lambda payload, number=number: (number, payload)) for number in (1, 3, 4)),
    st.sampled_from((0, 1, 99)).map(lambda count: (5, count.to_bytes(4, "little"))),
    st.sampled_from(PAYLOADS[2]).map(lambda payload: (2, payload)),
).map(lambda listed: [HEADER.pack(4 + len(one), number) + one + bytes(-len(one) % 4) for number, one in listed])


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    inner = b"".join(draw(st.one_of(usual, usual, st.lists(attributes(), max_size=6))))
    outer = HEADER.pack(4 + len(inner), draw(st.sampled_from((1, 1, 1, 0x8001, 2)))) + inner
    return draw(st.sampled_from((b"head", b"head", b"heap"))) + outer + draw(st.sampled_from((b"", b"", outer)))


@given(st.lists(messages(), max_size=12))
def test_every_message_reads_as_by_the_walk(data: list[bytes]) -> None:
    knowing = known()
    for message in data * 2:
        assert outcome(read, knowing, message) == outcome(walked, message)


@given(
    st.lists(messages(), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 255)), max_size=3),
    st.integers(0, 3),
)
def test_a_damaged_message_reads_as_by_the_walk(data: list[bytes], flips: list[tuple[int, int]], cut: int) -> None:
    knowing = known()
    for message in data:
        outcome(read, knowing, message)
    for message in data:
        damaged = bytearray(message)
        for at, flip in flips:
            damaged[START + at % (len(damaged) - START)] ^= flip
        whole = bytes(damaged[: len(damaged) - cut])
        assert outcome(read, knowing, whole) == outcome(walked, whole)


def message(count: int = 0, port: int = 80, scheduler: str = "wlc") -> bytes:
    values = {"U8": 1, "BE16": port, "TEXT": scheduler, "COUNTER": count, "U32": 7}
    return b"head" + TABLE.encode({"PART": values})


def test_what_was_read_is_found_whatever_is_counted() -> None:
    """Else the tests above would compare the walk with itself."""
    knowing = known()
    meaning = read(knowing, message(count=1))
    (found,) = knowing.find([message(count=2)])
    assert found is meaning
    assert knowing.find([message(port=81), message(scheduler="rr")]) == [None, None]


def test_what_was_sent_is_found_once_one_message_has_shown_where_it_lies() -> None:
    knowing = known()
    sent = INNER.encode({"U8": 1, "BE16": 81, "TEXT": "wlc"}), INNER.encode({"U32": 7})
    knowing.expect(sent, "sent")
    assert knowing.find([message(port=81)]) == [None]
    read(knowing, message(port=80))
    assert knowing.find([message(count=5, port=81)]) == ["sent"]


def test_a_message_without_what_is_required_is_not_remembered() -> None:
    knowing = known()
    short = b"head" + TABLE.encode({"PART": {"U8": 1}})
    knowing.learn(short, "a meaning that something else decides")
    assert knowing.find([short]) == [None]


def test_no_more_is_remembered_than_fits() -> None:
    knowing = known()
    for number in range(MEANINGS + 5):
        knowing.expect((number.to_bytes(4, "big"),), number)
    knowing.learn(message(), "one too many")
    assert knowing.find([message()]) == [None]


def test_no_more_cuts_are_tried_than_a_kernel_has() -> None:
    knowing = known()
    heads = [number.to_bytes(START, "big") for number in range(CUTS + 1)]
    of_one_size = [head + message()[START:] for head in heads]
    for one in of_one_size:
        knowing.learn(one, "known")
    assert knowing.find(of_one_size) == ["known"] * CUTS + [None]
