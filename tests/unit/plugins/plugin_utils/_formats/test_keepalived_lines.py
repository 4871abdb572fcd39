# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines of keepalived.conf as keepalived's parser sees them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.keepalived_lines import Expanded, lines
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.keepalived_statements import (
    escaped_words,
    statements,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.statement import Statement

from .reading import Texts


def read(text: str, director: str | None = None, **more: str) -> tuple[list[str], Expanded]:
    met = Expanded()
    files = Texts({"a.conf": text, **{name.replace("_", "."): other for name, other in more.items()}})
    return [line.text for line in lines(files, "a.conf", director, met)], met


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a 1 # b\n! c\n\n  d\t2  ", ["a 1", "d\t2"], id="comments"),
        pytest.param('a "1 # 2" ! b', ['a "1 # 2"'], id="no-comment-in-quotes"),
        pytest.param(r"a 1\#2", ["a 1#2"], id="an-escaped-sign-of-a-comment"),
        pytest.param("a { b 1 } c", ["a", "{", "b 1", "}", "c"], id="blocks-on-one-line"),
        pytest.param('a "{" {', ['a "{"', "{"], id="a-brace-in-quotes"),
        pytest.param("$X=1\na $X ${X}2 $Xy", ["a 1 12 $Xy"], id="a-definition"),
        pytest.param("$X=1\n$Y=${X}2\na $Y", ["a 12"], id="a-definition-in-a-definition"),
        pytest.param("$X= \\\n  a 1 \\\n  # none \\\n  b 2\n$X\nc", ["a 1", "b 2", "c"], id="a-definition-of-lines"),
        pytest.param("a ${_HASH}1", ["a #1"], id="the-sign-of-a-comment-by-name"),
        pytest.param("~SEQ(N, 2, 4) a $N", ["a 2", "a 3", "a 4"], id="a-sequence"),
        pytest.param("~SEQ(N, 4, -2, 0) a $N", ["a 4", "a 2", "a 0"], id="a-sequence-downwards"),
        pytest.param("~SEQx(N, 9, 11) a $N", ["a 9", "a a", "a b"], id="a-sequence-in-hex"),
        pytest.param("~LST({A,B}, {1,x},{2}) a $A $B", ["a 1 x", "a 2"], id="a-list"),
        pytest.param("$X=~SEQ(N, 1, 2) a $N\n$X", ["a 1", "a 2"], id="a-sequence-in-a-definition"),
    ],
)
def test_a_line(text: str, expected: list[str]) -> None:
    found, met = read(text)
    assert (found, met.mistakes) == (expected, [])


def test_lines_of_one_director() -> None:
    text = "@one a 1\n@two a 2\n@^one a 3\nb"
    assert read(text, "one")[0] == ["a 1", "b"]
    assert read(text, "two")[0] == ["a 2", "a 3", "b"]
    assert read(text)[1].conditions == {"one", "two"}


def test_a_name_of_a_director_alone_is_no_condition() -> None:
    assert read("@one\na")[0] == ["a"]
    assert read("@one\na")[1].conditions == set()


def test_included_files() -> None:
    found, met = read(
        "a\ninclude b*.conf\ninclude gone.conf\nd", b1_conf="b 1", b2_conf="b 2\ninclude c.conf", c_conf="c"
    )
    assert found == ["a", "b 1", "b 2", "c", "d"]
    assert [(each.number, each.told) for each in met.mistakes] == [(3, "includes gone.conf, which is not there")]


def test_a_file_that_includes_itself() -> None:
    _found, met = read("include a.conf\na")
    assert met.mistakes[0].told == "a.conf includes itself"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            "a " + "x" * 1030, "the line has more than 1022 bytes, and keepalived ignores it", id="a-long-line"
        ),
        pytest.param('a "b', 'a quote " is not closed', id="an-open-quote"),
        pytest.param("$X=$X\na $X", "a definition uses itself", id="a-definition-of-itself"),
        pytest.param("~SEQ(N) a", "~SEQ is not understood", id="a-sequence-of-nothing"),
        pytest.param(
            f"~SEQ(N, 1, {10**30}) a $N",
            f"would repeat its line {10**30} times; 65536 are read at the most",
            id="a-sequence-without-end",
        ),
    ],
)
def test_a_mistake(text: str, told: str) -> None:
    assert [each.told for each in read(text)[1].mistakes] == [told]


def blocks(text: str) -> tuple[Any, list[str]]:
    met = Expanded()

    def plain(statement: Statement) -> Any:
        return statement.words if statement.block is None else (statement.words, [*map(plain, statement.block)])

    found = statements(Texts({"a.conf": text}), "a.conf", None, met)
    return [plain(each) for each in found], [each.told for each in met.mistakes]


def test_blocks() -> None:
    text = (
        'global_defs\n{\n  router_id "a b"\n}\nvirtual_server 192.0.2.198 80 { real_server 192.0.2.21 80 { weight 2 } }'
    )
    server = (("real_server", "192.0.2.21", "80"), [("weight", "2")])
    expected = [
        (("global_defs",), [("router_id", "a b")]),
        (("virtual_server", "192.0.2.198", "80"), [server]),
    ]
    assert blocks(text) == (expected, [])


def test_braces_that_do_not_match() -> None:
    assert blocks("a {\n b\n")[1] == ["the block of a is not closed: a brace } is missing"]
    assert blocks("a\n}\n")[1] == ["a brace } that belongs to nothing"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("notify \"/bin/a 'b c'\" root", ("notify", "/bin/a 'b c'", "root")),
        (r"script /bin/a\ b c", ("script", "/bin/a b", "c")),
        (r'script "\x41\102\cA\n"', ("script", "AB\x01\n")),
        ("script ''", ("script", "")),
    ],
)
def test_words_with_escapes(text: str, words: tuple[str, ...]) -> None:
    assert escaped_words(text) == words


@given(st.text(alphabet='ab $"{}#!\\~@\n(),1XSEQLT=', max_size=200))
def test_no_text_stops_the_reader(text: str) -> None:
    blocks(text)
