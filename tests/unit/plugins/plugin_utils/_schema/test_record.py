# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.checks import boolean, choice, integer, text
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.place import Place, Refused
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.record import (
    Check,
    Field,
    fill_in,
    given,
    list_of,
    record,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.sentences import nearest, shown

PORT = integer("a port", 1, 65535)
RECORD = record({"port": Field(PORT, 80), "name": Field(text, required=True), "tags": Field(list_of(text), ())})


def problems(check: Check, value: object) -> list[str]:
    """What a check notes, whether it goes on or not."""
    place = Place("here")
    with suppress(Refused):
        check(value, place)
    return [str(problem) for problem in place.problems]


class Number(int):
    """A number as ansible-core tags it: a subclass of int."""


@pytest.mark.parametrize(
    ("check", "value", "expected"),
    [
        (PORT, 80, 80),
        (PORT, "80", 80),
        (PORT, Number(80), 80),
        (boolean, True, True),
        (boolean, "Yes", True),
        (boolean, "off", False),
        (choice("a fruit", ["apple"]), "apple", "apple"),
        (RECORD, {"name": "x", "port": None}, {"name": "x", "port": 80, "tags": ()}),
        (RECORD, {"name": "x", "tags": ["a"], "port": "1"}, {"name": "x", "port": 1, "tags": ["a"]}),
    ],
)
def test_what_is_right_is_normalised(check: Check, value: object, expected: object) -> None:
    place = Place("here")
    result = check(value, place)
    assert (result, type(result)) == (expected, type(expected))
    assert place.problems == []


@pytest.mark.parametrize(
    ("check", "value", "expected"),
    [
        (PORT, 0, ["here: 0 is out of range: a port is a number from 1 to 65535"]),
        (PORT, " 80", ["here: ' 80' is not a whole number: a port is a number from 1 to 65535"]),
        (PORT, "٨٠", ["here: '٨٠' is not a whole number: a port is a number from 1 to 65535"]),
        (
            PORT,
            True,
            ["here: true is not a whole number: a port is a number from 1 to 65535 (YAML reads yes and on as true)"],
        ),
        (boolean, 1, ["here: 1 is neither true nor false"]),
        (text, 1, ["here: 1 is not text: put it in quotes"]),
        (choice("a fruit", ["apple", "pear"]), "aple", ["here: 'aple' is not a fruit; did you mean apple?"]),
        (choice("a fruit", ["apple", "pear"]), [], ["here: [] is not a fruit; use one of apple, pear"]),
        (list_of(text), "a", ["here: 'a' is not a list"]),
        (text, {"password": "s3cret"}, ["here: a mapping is not text"]),
        (RECORD, [{"password": "s3cret"}], ["here: this list is not a mapping, with keys such as port, name, tags"]),
        (
            list_of(text),
            ["a", 1, 2],
            ["here[1]: 1 is not text: put it in quotes", "here[2]: 2 is not text: put it in quotes"],
        ),
        (RECORD, "a", ["here: 'a' is not a mapping, with keys such as port, name, tags"]),
        (RECORD, {"name": "x", 1: 2}, ["here.1: unknown key; use one of port, name, tags"]),
        (
            RECORD,
            {"prt": 1, "port": 0, "tags": [None]},
            [
                "here.prt: unknown key; did you mean port?",
                "here.port: 0 is out of range: a port is a number from 1 to 65535",
                "here.name: is missing",
                "here.tags[0]: null is not text",
            ],
        ),
    ],
)
def test_what_is_wrong_is_noted_with_its_path(check: Check, value: object, expected: list[str]) -> None:
    assert problems(check, value) == expected


def test_what_was_refused_is_absent_from_a_record_and_none_in_a_list() -> None:
    assert RECORD({"name": 1, "port": 1}, Place("here")) == {"port": 1, "tags": ()}
    assert list_of(text)(["a", 1, "b"], Place("here")) == ["a", None, "b"]


def test_only_what_was_not_given_is_filled_in() -> None:
    optional = record(dict.fromkeys(("right", "wrong", "left_out"), Field(text)))
    draft = optional({"right": "a", "wrong": 1}, Place("here"))
    assert [given(draft, key) for key in ("right", "wrong", "left_out")] == [True, True, False]
    for key in ("right", "wrong", "left_out"):
        fill_in(draft, key, "b")
    assert draft == {"right": "a", "left_out": "b"}


@pytest.mark.parametrize(
    ("build", "longest"),
    [(lambda: shown("x" * 1000), 60), (lambda: nearest("?", [f"name{index}" for index in range(1000)]), 200)],
)
def test_a_message_stays_short(build: Callable[[], Any], longest: int) -> None:
    assert len(build()) <= longest
