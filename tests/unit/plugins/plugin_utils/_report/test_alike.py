# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.plugin_utils._report.alike import MOST, moved, together
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.picture import (
    REAL_SERVERS,
    REQUESTS,
    TONES,
    Edge,
    Node,
)

KINDS = st.tuples(
    st.sampled_from(TONES),
    st.sampled_from(["serving", "failed", "drained", "failed in 1 of 2 services", "other", "gone"]),
    st.sampled_from(["", "192.0.2.0/24", "10.0.0.0/8"]),
    st.sampled_from([("dr",), ("nat",), ("dr", "tun")]),
)


@st.composite
def servers(draw: st.DrawFn) -> list[Node]:
    kinds = draw(st.lists(KINDS, max_size=300))
    return [
        Node(f"n{number}", REAL_SERVERS, f"web{number}", (), tone, state, network, methods)
        for number, (tone, state, network, methods) in enumerate(kinds)
    ]


@given(servers())
def test_nobody_is_lost_and_nobody_is_drawn_twice(nodes: list[Node]) -> None:
    drawn, by_key = together(nodes, "real servers")
    assert sum(node.stands_for for node in drawn) == len(nodes)
    assert {*by_key} == {node.key for node in nodes}
    assert {*by_key.values()} == {node.key for node in drawn}
    tones = {node.key: node.tone for node in drawn}
    assert all(tones[by_key[node.key]] == node.tone for node in nodes)


@given(servers())
def test_it_stays_small_and_leaves_what_is_small_as_it_is(nodes: list[Node]) -> None:
    drawn, _by_key = together(nodes, "real servers")
    assert len(drawn) <= MOST
    if len(nodes) <= MOST:
        assert drawn == nodes


def test_an_edge_flows_where_any_of_those_flows_that_it_stands_for() -> None:
    edges = [Edge("d", "a", REQUESTS, "dr", False), Edge("d", "b", REQUESTS, "dr", True), Edge("d", "c", REQUESTS)]
    assert moved(edges, {"a": "x", "b": "x"}) == [Edge("d", "x", REQUESTS, "dr"), Edge("d", "c", REQUESTS)]
