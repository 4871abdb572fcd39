# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pictures of any shape, with texts of any kind."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.plugin_utils._report.picture import (
    ANSWERS,
    CLIENTS,
    DIRECTORS,
    METHODS,
    PEERS,
    REAL_SERVERS,
    REQUESTS,
    TONES,
    VIPS,
    Edge,
    Node,
    Picture,
)

# Letters that mean something to HTML, to Mermaid, to dot or to Graphviz's labels, and any others.
MEANINGFUL = st.sampled_from(
    [
        *(
            '<script>alert("1")</script>',
            "</title>",
            "--></style>",
            "<img src=x onerror=y>",
            "&lt;b&gt;",
            "&#34;",
            "#quot;",
        ),
        *(
            '"]',
            '"; n [',
            "\\",
            '\\"',
            "\\N",
            "\n",
            "end",
            "]:::bad",
            "subgraph x",
            "{{ 7*7 }}",
            "%%{init}%%",
            "`",
            "|",
        ),
        *("#quot;", "|", "click n0 href", "- list", "1. list", "'", "]]>", "<!--", "\u202e", "\ud800", "\x00"),
    ]
)
TEXTS = st.lists(st.one_of(MEANINGFUL, st.text(st.characters(codec=None), max_size=12)), max_size=4).map("".join)


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    def some(tier: str, most: int, **more: str) -> list[Node]:
        return [
            Node(
                key=f"{tier} {number}",
                tier=tier,
                title=draw(TEXTS),
                lines=tuple(draw(st.lists(TEXTS, max_size=3))),
                tone=draw(st.sampled_from(TONES)),
                state=draw(TEXTS),
                network=draw(st.sampled_from(["", "192.0.2.0/24"])) if tier != DIRECTORS else "",
                methods=(draw(st.sampled_from([*METHODS])),),
            )
            for number in range(draw(st.integers(1, most)))
        ]

    vips, directors, servers = some(VIPS, 4), some(DIRECTORS, 3), some(REAL_SERVERS, 14)
    edges = [Edge(CLIENTS, vip.key, REQUESTS, flows=draw(st.booleans())) for vip in vips]
    edges += [Edge(vip.key, draw(st.sampled_from(directors)).key, REQUESTS) for vip in vips]
    edges += [Edge(one.key, two.key, PEERS) for one, two in pairwise(directors)]
    for server in servers:
        director, method = draw(st.sampled_from(directors)), server.methods[0]
        edges.append(Edge(director.key, server.key, REQUESTS, method, draw(st.booleans())))
        if method == "nat":
            edges += [Edge(server.key, director.key, ANSWERS, method), Edge(director.key, CLIENTS, ANSWERS, method)]
        else:
            edges.append(Edge(server.key, CLIENTS, ANSWERS, method))
    nodes = (Node(CLIENTS, CLIENTS, "Clients"), *vips, *directors, *servers)
    return Picture(draw(TEXTS), draw(TEXTS), nodes, tuple(dict.fromkeys(edges)))
