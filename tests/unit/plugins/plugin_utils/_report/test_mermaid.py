# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import html
import re

from hypothesis import given

from ansible_collections.lvs.cluster.plugins.plugin_utils._report.drawn import drawn
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.mermaid import mermaid
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.picture import Picture
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.text import plain
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._report.pictures import pictures
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._report.subjects import subject

_ENTITY = re.compile(r"#(\d+);")
_LABEL = r"\"(?:[A-Za-z0-9 ,/_.()-]|#\d+;|<br/>)*\""
LINES = re.compile(
    rf"flowchart LR|  subgraph \w+\[{_LABEL}\]|  direction LR|  end|  \w+\[{_LABEL}\]:::\w+"
    r"|  \w+ (?:-->|-\.->?|-\.-)(?:\|[A-Za-z ]+\|)? \w+|  \w+ -\. [A-Za-z ]+ \.-> \w+"
    r"|  classDef \w+ stroke:#[0-9a-f]{6},stroke-width:2px"
)


@given(pictures())
def test_every_line_is_one_of_ours_whatever_the_labels_say(picture: Picture) -> None:
    lines = mermaid([picture, picture]).splitlines()
    assert [line for line in lines if not LINES.fullmatch(line)] == []
    nodes = [line for line in lines if ":::" in line]
    assert len(nodes) == 2 * len(picture.nodes)
    found = {_read(line) for line in nodes}
    assert found == {tuple(filter(None, map(plain, node.words))) for node in picture.nodes}


def _read(line: str) -> tuple[str, ...]:
    """What a label says, as Mermaid shows it."""
    label = line.partition('["')[2].rpartition('"]')[0]
    shown = (html.unescape(_ENTITY.sub(r"&#\1;", part)) for part in label.split("<br/>"))
    return tuple(part for part in map(plain, shown) if part)


def test_a_cluster() -> None:
    lines = mermaid([drawn(subject(failed=["192.0.2.21"]))]).splitlines()
    assert '  c0n2["lvs1<br/>192.0.2.2<br/>active, has 1 VIP"]:::good' in lines
    assert "  c0n2 -->|direct routing| c0n5" in lines
    assert "  c0n2 -.-|direct routing| c0n4" in lines
    assert "  c0n5 -. answers by direct routing .-> c0n0" in lines
    assert "  c0n2 -.-|VRRP| c0n3" in lines
