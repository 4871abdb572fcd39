# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.plugin_utils._report.text import plain, shortened, width, wrapped

# Whatever Python can have in a string: lone surrogates, controls and marks of direction among it.
ANYTHING = st.text(st.characters(codec=None), max_size=200)


@given(ANYTHING, st.integers(4, 60))
def test_a_text_never_takes_more_room_than_it_has(text: str, most: int) -> None:
    lines = wrapped(text, most)
    assert len(lines) <= 2
    assert all(0 < width(line) <= most for line in lines)
    assert width(shortened(plain(text), most)) <= most


@given(ANYTHING)
def test_what_is_left_is_one_line_that_xml_can_hold(text: str) -> None:
    shown = plain(text)
    assert shown == " ".join(shown.split()) == plain(shown)
    element = ElementTree.Element("text")
    element.text = shown
    assert (ElementTree.fromstring(ElementTree.tostring(element, encoding="unicode")).text or "") == shown
    shown.encode("utf-8")


def test_marks_that_turn_text_around_are_gone() -> None:
    assert plain("web1\u202egpj.exe\u200b\n\x1b[31m") == "web1 gpj.exe [31m"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("lvs1", ["lvs1"]),
        ("", []),
        ("192.0.2.100 to 192.0.2.199", ["192.0.2.100 to", "192.0.2.199"]),
        ("2001:db8:1234:5678::1", ["2001:db8:1234:", "5678::1"]),
        ("a" * 40, ["aaaaaaaa…aaaaaaa"]),
        ("one two three four five six", ["one two three", "four five six"]),
    ],
)
def test_lines_break_at_blanks_or_within_addresses(text: str, lines: list[str]) -> None:
    assert wrapped(text, 16) == lines
