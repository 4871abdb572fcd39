# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given

from ansible_collections.lvs.cluster.plugins.plugin_utils._report.drawn import drawn
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.layout import Layout, narrow, wide
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.picture import Picture
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.svg import alone, inline
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.text import plain
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._report.pictures import pictures
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._report.subjects import subject

ELEMENTS = {"svg", "title", "desc", "defs", "marker", "path", "rect", "text", "g"}
ATTRIBUTES = set(
    "viewBox role class aria-labelledby id refX refY markerWidth markerHeight markerUnits orient d rx x y width height "
    "marker-end transform".split()
)


@pytest.mark.parametrize("layout", [wide, narrow])
@given(picture=pictures())
def test_no_text_becomes_an_element_or_an_attribute(layout: type[Layout], picture: Picture) -> None:
    root = ElementTree.fromstring(inline(layout(picture), "it"))
    every = list(root.iter())
    assert {element.tag for element in every} <= ELEMENTS
    assert {name for element in every for name in element.attrib} <= ATTRIBUTES
    assert len([element for element in every if element.get("class", "").startswith("node ")]) == len(picture.nodes)
    told = [group.findtext("title") for group in root.iter("g") if group.get("class", "").startswith("node ")]
    assert [" ".join((text or "").split()) for text in told] == [plain("; ".join(node.words)) for node in picture.nodes]


def test_it_is_told_to_those_who_do_not_see_it() -> None:
    root = ElementTree.fromstring(inline(wide(drawn(subject())), "it"))
    assert root.get("role") == "img"
    named = {element.get("id"): element.text for element in root.iter() if element.get("id")}
    told = [named[name] for name in root.attrib["aria-labelledby"].split()]
    assert told[0] == "Cluster lvs_directors"
    assert (told[1] or "").startswith("Clients send to VIP 192.0.2.198.")
    ways = [element for element in root.iter("path") if "way" in element.get("class", "")]
    assert all(element.get("marker-end", "url(#it-").startswith("url(#it-") for element in ways)


def test_a_file_of_its_own_needs_nothing_else() -> None:
    text = alone([wide(drawn(subject())), wide(drawn(subject(failed=["192.0.2.21"])))])
    root = ElementTree.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{space}svg")) == 2
    assert "prefers-color-scheme: dark" in (root.findtext(f"{space}style") or "")
    assert text.count("http") == 1  # the namespace, which nobody fetches
    assert len({element.get("id") for element in root.iter() if element.get("id")}) == 8
