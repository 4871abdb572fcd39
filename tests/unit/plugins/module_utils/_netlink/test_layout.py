# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the remembered layouts decode must be what the walk from attribute to attribute decodes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._netlink.attributes import (
    BE16,
    BINARY,
    S32,
    TEXT,
    U8,
    U32,
    Attribute,
    AttributeTable,
    Nested,
)
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import MalformedMessage
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.layout import Decoder, Template, learn

INNER = AttributeTable(
    "INNER_ATTR",
    Attribute(1, "U8", U8),
    Attribute(2, "U32", U32),
    Attribute(3, "S32", S32),
    Attribute(4, "BE16", BE16),
    Attribute(5, "TEXT", TEXT),
    Attribute(6, "BINARY", BINARY),
)
# The reader knows less than the writer: one attribute is passed over.
WRITER = AttributeTable("ATTR", Attribute(1, "PART", Nested(INNER)))
REQUIRED, OPTIONAL = ("U8", "BE16"), ("TEXT", "S32", "U32")
READER = AttributeTable("ATTR", Attribute(1, "PART", Nested(INNER.only(*REQUIRED, *OPTIONAL))))


def reader() -> Decoder:
    return Decoder(WRITER, "PART", REQUIRED, OPTIONAL)


messages = st.fixed_dictionaries(
    {"U8": st.integers(0, 255), "BE16": st.integers(0, 65535)},
    optional={
        "U32": st.integers(0, 2**32 - 1),
        "S32": st.integers(-(2**31), 2**31 - 1),
        "TEXT": st.sampled_from(["rr", "wlc", "wrr", ""]),
        "BINARY": st.sampled_from([b"1234", b"4321", b"12"]),
    },
).map(lambda values: b"head" + WRITER.encode({"PART": values}))


def outcome(decode: Any, data: bytes) -> Any:
    try:
        return decode(data, 4)
    except MalformedMessage as error:
        return str(error)


@given(st.lists(messages, max_size=8))
def test_every_message_decodes_as_by_the_walk(data: list[bytes]) -> None:
    decoder = reader()
    for message in data * 2:
        values = READER.decode(message, 4)["PART"]
        assert decoder.decode(message, 4) == tuple(values.get(name) for name in (*REQUIRED, *OPTIONAL))


@given(messages, st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 255)), max_size=3), st.integers(0, 3))
def test_a_damaged_message_is_told_as_by_the_walk(message: bytes, flips: list[tuple[int, int]], cut: int) -> None:
    decoder = reader()
    decoder.decode(message, 4)
    damaged = bytearray(message)
    for at, flip in flips:
        damaged[4 + at % (len(damaged) - 4)] ^= flip
    data = bytes(damaged[: len(damaged) - cut])
    assert outcome(decoder.decode, data) == outcome(reader().decode, data)


def test_messages_of_one_make_are_learned() -> None:
    """Else the test above would compare the walk with itself."""
    message = b"head" + WRITER.encode({"PART": {"U8": 1, "BE16": 80, "TEXT": "wlc", "BINARY": b"12"}})
    layout = learn(READER, message, 4)
    assert layout is not None
    assert layout.names == ("U8", "BE16", "TEXT")


def test_what_is_required_is_missed() -> None:
    with pytest.raises(MalformedMessage, match="ATTR_PART without its BE16"):
        reader().decode(b"head" + WRITER.encode({"PART": {"U8": 1}}), 4)
    with pytest.raises(MalformedMessage, match="a message without ATTR_PART"):
        reader().decode(b"head", 4)


@given(messages)
def test_a_template_writes_what_the_table_writes(message: bytes) -> None:
    values = WRITER.decode(message, 4)["PART"]
    sizes = {"TEXT": len(values.get("TEXT", "")) + 1, "BINARY": len(values.get("BINARY", b""))}
    template = Template(WRITER, "PART", tuple(values), **sizes)
    assert template.fill(tuple(values.values())) == WRITER.encode({"PART": values})


def test_a_template_refuses_what_does_not_fit() -> None:
    template = Template(WRITER, "PART", ("U8", "BE16"))
    with pytest.raises(ValueError, match="INNER_ATTR cannot hold"):
        template.fill((256, 1))
    with pytest.raises(ValueError, match="INNER_ATTR cannot hold"):
        template.fill((1, 65536))
