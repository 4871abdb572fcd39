# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values in keepalived.conf, and what keepalived reads back."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.configuration import configuration
from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.text import lines, own_lines, word
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import DefinitionError
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._keepalived.syntax import Block, read, words
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import HOSTS, parse, service

# Signs that mean something to keepalived, to Jinja2 or to a shell, and others.
SIGNS = st.text(st.sampled_from("{}\"'\\#!$~%|;&<>()[] " + string.ascii_letters + "0123456789-+é€"), max_size=30)
# What stands in a definition for the value that is tried.
INSTEAD = "in-its-place"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("web1.example.com", "web1.example.com"),
        (5, "5"),
        (2.0, "2"),
        (0.25, "0.25"),
        ("", '""'),
        ("a b", '"a b"'),
        ("it's", '"it\'s"'),
        ('a"b\\', r'"a\042b\\"'),
        ("{", r'"\173"'),
        ("a{2}", '"a{2}"'),
        (("tcp", 7200, "a b"), 'tcp 7200 "a b"'),
        ((), ""),
    ],
)
def test_a_value_has_quotes_where_it_needs_them(value: object, written: str) -> None:
    assert word(value) == written


@given(st.text(st.characters(blacklist_categories=["Cc", "Cs"]), min_size=1))
def test_a_value_is_read_back_as_one_word(value: str) -> None:
    assert words(f"    path {word(value)}") == ["path", value]
    assert read(f"a {{\n    path {word(value)}\n}}\n") == [Block(["a"], [Block(["path", value])])]


def test_own_lines_are_indented_and_else_as_they_are() -> None:
    assert lines("a {\n    b\n\n}", 4) == "    a {\n        b\n\n    }"
    assert (own_lines("a\n\n"), own_lines("\n"), own_lines(""), own_lines(None)) == ("a", None, None, None)


def cluster_with(place: str, value: str) -> Cluster:
    """A definition that has this value in one place."""
    check = {"type": "http", "path": "/", "regex": value if place == "regex" else "x"}
    if place == "path":
        check["path"] = value
    if place == "misc_path":
        check = {"type": "misc", "command": value}
    script = {"name": "one", "command": value if place == "script" else "/bin/true"}
    host = value if place == "router_id" else "lvs1"
    return parse(
        service(checks=check, **({place: value} if place in ("quorum_up", "quorum_down") else {})),
        cluster={"vrrp": {"track_scripts": [script], **({place: value} if place == "notify" else {})}},
        groups={"lvs_directors": [host, "lvs2"]},
        hosts={host: {**HOSTS["lvs1"], "lvs_priority": 101}},
        engine=None,
    )


def read_back(cluster: Cluster) -> list[Block]:
    director = next(director for director in cluster.directors if director.host != "lvs2")
    return read(configuration(cluster, director, {"192.0.2.2": "eth1", "192.0.2.198": "eth1"}))


def replaced(blocks: list[Block], before: str, after: str) -> list[Block]:
    return [
        Block([after if each == before else each for each in block.words], replaced(block.body, before, after))
        for block in blocks
    ]


@pytest.mark.parametrize(
    ("place", "start"),
    [
        *(("router_id", ""), ("regex", ""), ("path", "/"), ("misc_path", "/a"), ("script", "/a")),
        *(("quorum_up", "/a"), ("quorum_down", "/a"), ("notify", "/a")),
    ],
)
@given(signs=SIGNS)
def test_whatever_text_a_definition_accepts_is_one_word(place: str, start: str, signs: str) -> None:
    value = f"{start}{signs}"
    try:
        written = read_back(cluster_with(place, value))
    except DefinitionError:
        reject()
    before = read_back(cluster_with(place, f"{start}{INSTEAD}"))
    after = replaced(before, f"{start}{INSTEAD}", value)
    assert written == after != before


@pytest.mark.parametrize("value", ["{{ 6 * 7 }}", "{% if x %}", "{# no #}", "{{ services }}"])
def test_a_value_is_never_taken_for_a_template(value: str) -> None:
    assert replaced(read_back(cluster_with("regex", value)), value, INSTEAD) == read_back(
        cluster_with("regex", INSTEAD)
    )


def test_what_ends_a_line_too_early_is_noticed() -> None:
    with pytest.raises(ValueError, match="not closed"):
        words('path "a')
    with pytest.raises(ValueError, match="unpack"):
        read("a {\n")
    assert words('path "a"#b') == ["path", "a#b"]
    assert read('path "a" b#c"d"') == [Block(["path", "a", "b"])]
