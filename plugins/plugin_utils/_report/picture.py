# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster as a picture: its nodes, and which way packets and answers go. Pure values, without positions.

Where a cluster is too large to draw each part of it, one node stands for those that are alike (alike.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .._operate.answer import BAD, DOUBTFUL, GOOD, PLAIN

CLIENTS, VIPS, DIRECTORS, REAL_SERVERS = TIERS = ("clients", "vips", "directors", "real_servers")
# What goes along an edge: packets of clients, answers, what directors tell each other.
REQUESTS, ANSWERS, PEERS = "requests", "answers", "peers"
# From what needs no attention to what needs it at once.
TONES = (PLAIN, GOOD, DOUBTFUL, BAD)
METHODS = {"dr": "direct routing", "nat": "NAT", "tun": "tunnel"}
# What the answers do, by forwarding method.
WAYS_BACK = {
    "dr": "answers by direct routing, to the client",
    "nat": "answers by NAT, through the director",
    "tun": "answers by tunnel, to the client",
}


@dataclass(frozen=True)
class Node:
    """key: its own in the picture. title, lines: what is written on it. state: in words what tone says by colour.

    network: in which it is, "" where that is not known. methods: by which a real server gets packets. stands_for: how
    many things this one node is.
    """

    key: str
    tier: str
    title: str
    lines: tuple[str, ...] = ()
    tone: str = PLAIN
    state: str = ""
    network: str = ""
    methods: tuple[str, ...] = ()
    stands_for: int = 1

    @property
    def words(self) -> list[str]:
        """All that is written on it."""
        return [*filter(None, (self.title, *self.lines, self.state))]


@dataclass(frozen=True)
class Edge:
    """source, target: keys of nodes. what: REQUESTS, ANSWERS or PEERS. method: by which packets are forwarded.

    flows: whether anything goes along it now.
    """

    source: str
    target: str
    what: str
    method: str = ""
    flows: bool = True


@dataclass(frozen=True)
class Picture:
    """title: the name of the cluster. summary: the picture in words, for those who do not see it."""

    title: str
    summary: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = field(default=())

    def tier(self, name: str) -> list[Node]:
        return [node for node in self.nodes if node.tier == name]

    @property
    def methods(self) -> list[str]:
        """The forwarding methods that are drawn."""
        used = {edge.method for edge in self.edges}
        return [method for method in METHODS if method in used]


def worst_tone(tones: Iterable[str]) -> str:
    return max(tones, key=TONES.index, default=PLAIN)


def networks(nodes: Iterable[Node]) -> Iterator[tuple[str, list[Node]]]:
    """Neighbours of one network, in their order."""
    together: list[Node] = []
    for node in nodes:
        if together and together[0].network != node.network:
            yield together[0].network, together
            together = []
        together.append(node)
    if together:
        yield together[0].network, together
