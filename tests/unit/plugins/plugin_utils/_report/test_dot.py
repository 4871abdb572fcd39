# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import html
import re

from hypothesis import given

from ansible_collections.lvs.cluster.plugins.plugin_utils._report.dot import dot
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.drawn import drawn
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.picture import Picture
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.text import plain
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._report.pictures import pictures
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._report.subjects import subject

# scan.l of Graphviz: in a string, a backslash takes the next character with it.
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|->|[\w.]+|[{}\[\]=;]|\s+|//[^\n]*', re.DOTALL)
_WORDS = {
    *("digraph", "lvs", "rankdir", "LR", "node", "edge", "shape", "box", "style", "fontname", "fontsize", "10", "11"),
    *("subgraph", "label", "color", "constraint", "false", "dir", "none", "dashed", "dotted"),
}


def tokens(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text):
        token = _TOKENS.match(text, at)
        assert token, text[at : at + 60]
        found.append(token[0])
        at = token.end()
    return [token for token in found if not token.isspace()]


@given(pictures())
def test_a_label_is_one_string_whatever_it_says(picture: Picture) -> None:
    found = tokens(dot([picture]))
    names = {token for token in found if token.isidentifier() and token not in _WORDS}
    assert all(re.fullmatch(r"c0n\d+|cluster_\w+", name) for name in names), names
    labels = {_read(found[at + 3]) for at in range(len(found) - 3) if found[at + 1 : at + 3] == ["label", "="]}
    assert {tuple(filter(None, map(plain, node.words))) for node in picture.nodes} <= labels


def _read(token: str) -> tuple[str, ...]:
    """What Graphviz shows of a label: its escapes first, then entities of HTML."""
    lines = re.split(r"(?<!\\)(?:\\\\)*\\n", token[1:-1]) if "\\" not in token.replace("\\n", "") else _unescaped(token)
    return tuple(part for part in (plain(html.unescape(line)) for line in lines) if part)


def _unescaped(token: str) -> list[str]:
    lines = [""]
    for escape in re.findall(r"\\.|[^\\]", token[1:-1], re.DOTALL):
        if escape == "\\n":
            lines.append("")
        else:
            lines[-1] += escape[-1]
    return lines


def test_a_cluster() -> None:
    text = dot([drawn(subject(failed=["192.0.2.21"]))])
    assert 'c0n2 [label="lvs1\\n192.0.2.2\\nactive, has 1 VIP" color="#16723f"]' in text
    assert 'c0n2 -> c0n4 [label="direct routing" style=dotted dir=none]' in text
    assert 'c0n5 -> c0n0 [label="answers by direct routing"' in text
