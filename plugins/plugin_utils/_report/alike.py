# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draws nodes that are alike as one, so that a picture of a large cluster can be read. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

from .picture import Edge, Node

# Up to so many of one kind are drawn one by one.
MOST = 12
# Fewer than these are not worth a node that stands for them.
_FEWEST = 3
# What counts as alike, less and less strictly.
_LIKENESS: tuple[Callable[[Node], Hashable], ...] = (
    lambda node: (node.tone, node.state, node.network, node.methods),
    lambda node: (node.tone, node.network, node.methods),
    lambda node: (node.tone, node.methods),
    lambda node: node.tone,
)


def together(nodes: Sequence[Node], noun: str, most: int = MOST) -> tuple[list[Node], dict[str, str]]:
    """The nodes to draw, and for each key the key of the node that stands for it. noun: what several are called."""
    drawn, by_key = list(nodes), {node.key: node.key for node in nodes}
    if len(nodes) > most:
        for alike in _LIKENESS:
            drawn, by_key = _joined(nodes, alike, noun)
            if len(drawn) <= most:
                break
    return drawn, by_key


def moved(edges: Iterable[Edge], by_key: dict[str, str]) -> list[Edge]:
    """The edges between the nodes that are drawn, each once; it flows where any of those that it stands for does."""
    flows: dict[tuple[str, str, str, str], bool] = {}
    for edge in edges:
        key = (by_key.get(edge.source, edge.source), by_key.get(edge.target, edge.target), edge.what, edge.method)
        flows[key] = flows.get(key, False) or edge.flows
    return [Edge(*key, flows=flowing) for key, flowing in flows.items()]


def _joined(nodes: Sequence[Node], alike: Callable[[Node], Hashable], noun: str) -> tuple[list[Node], dict[str, str]]:
    groups: dict[Hashable, list[Node]] = {}
    for node in nodes:
        groups.setdefault(alike(node), []).append(node)
    drawn: list[Node] = []
    by_key: dict[str, str] = {}
    for members in groups.values():
        if len(members) < _FEWEST:
            drawn += members
            by_key.update((member.key, member.key) for member in members)
        else:
            one = _one(members, noun)
            drawn.append(one)
            by_key.update((member.key, one.key) for member in members)
    return drawn, by_key


def _one(members: Sequence[Node], noun: str) -> Node:
    first = members[0]
    states = list(dict.fromkeys(member.state for member in members))
    return Node(
        key=f"{first.key}+",
        tier=first.tier,
        title=f"{len(members)} {noun}",
        lines=(
            f"{first.title} to {members[-1].title}",
            *(line for line in first.lines if all(line in member.lines for member in members)),
        ),
        tone=first.tone,
        state="; ".join([*states[:3], *(["and others"] if len(states) > 3 else [])]),
        network=first.network if all(member.network == first.network for member in members) else "",
        methods=tuple(dict.fromkeys(method for member in members for method in member.methods)),
        stands_for=len(members),
    )
