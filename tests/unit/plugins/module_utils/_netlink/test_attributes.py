# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._netlink.attributes import (
    BE16,
    BINARY,
    PAIR,
    S32,
    TEXT,
    U8,
    U16,
    U32,
    U64,
    Attribute,
    AttributeTable,
    Nested,
)
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import MalformedMessage

INNER = AttributeTable("INNER_ATTR", Attribute(1, "SMALL", U8), Attribute(2, "NAME", TEXT))
TABLE = AttributeTable(
    "TEST_ATTR",
    Attribute(1, "U8", U8),
    Attribute(2, "U16", U16),
    Attribute(3, "U32", U32),
    Attribute(4, "U64", U64),
    Attribute(5, "S32", S32),
    Attribute(6, "BE16", BE16),
    Attribute(7, "TEXT", TEXT),
    Attribute(8, "BINARY", BINARY),
    Attribute(9, "PAIR", PAIR),
    Attribute(10, "NESTED", Nested(INNER)),
)
NAMES = st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), max_size=15)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "U8": st.integers(0, 2**8 - 1),
        "U16": st.integers(0, 2**16 - 1),
        "U32": st.integers(0, 2**32 - 1),
        "U64": st.integers(0, 2**64 - 1),
        "S32": st.integers(-(2**31), 2**31 - 1),
        "BE16": st.integers(0, 2**16 - 1),
        "TEXT": NAMES,
        "BINARY": st.binary(max_size=40),
        "PAIR": st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)),
        "NESTED": st.fixed_dictionaries({}, optional={"SMALL": st.integers(0, 255), "NAME": NAMES}),
    },
)


@given(VALUES)
def test_what_is_encoded_decodes_to_the_same(values: dict) -> None:
    encoded = TABLE.encode(values)
    assert len(encoded) % 4 == 0
    assert TABLE.decode(encoded) == values


def test_bytes_are_those_of_the_kernel() -> None:
    # struct nlattr on a little-endian machine: length with the header, number, payload, padding
    assert TABLE.encode({"BE16": 80}).hex() == "060006000050" + "0000"
    assert TABLE.encode({"U16": 80}).hex() == "06000200" + "5000" + "0000"
    assert TABLE.encode({"TEXT": "wlc"}).hex() == "08000700" + "776c6300"
    assert TABLE.encode({"NESTED": {"SMALL": 1}}).hex() == "0c000a80" + "0500010001000000"


@given(VALUES, st.integers(1, 200))
def test_attributes_cut_short_are_never_a_wrong_value(values: dict, cut: int) -> None:
    encoded = TABLE.encode(values)
    short = encoded[: max(0, len(encoded) - cut)]
    try:
        decoded = TABLE.decode(short)
    except MalformedMessage:
        return
    assert decoded.items() <= values.items()


@given(st.binary(max_size=200))
def test_noise_raises_nothing_but_its_own_error(noise: bytes) -> None:
    with contextlib.suppress(MalformedMessage):
        TABLE.decode(noise)


@pytest.mark.parametrize(
    ("encoded", "words"),
    [
        ("050001", "3 bytes left where an attribute should begin"),
        ("0300010001000000", "claims 3 bytes"),
        ("0900010001000000", "claims 9 bytes of 8"),
        ("0600010001000000", "TEST_ATTR_U8: 2 bytes instead of 1"),
        ("080007006162636400000000"[:16], "TEST_ATTR_TEXT: a string without its final NUL"),
    ],
)
def test_what_is_wrong_is_said(encoded: str, words: str) -> None:
    with pytest.raises(MalformedMessage, match=words):
        TABLE.decode(bytes.fromhex(encoded))


def test_a_value_that_does_not_fit_is_named() -> None:
    with pytest.raises(ValueError, match=r"TEST_ATTR cannot hold .*256"):
        TABLE.encode({"U8": 256})


def test_a_reduced_table_passes_the_others_over() -> None:
    encoded = TABLE.encode({"U8": 1, "TEXT": "wlc", "NESTED": {"SMALL": 1}})
    assert TABLE.only("TEXT").decode(encoded) == {"TEXT": "wlc"}


def test_a_name_whose_bytes_are_no_text_is_shown_all_the_same() -> None:
    assert TABLE.decode(bytes.fromhex("08000700" + "6cff6300")) == {"TEXT": r"l\xffc"}
