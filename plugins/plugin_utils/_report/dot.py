# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A picture as dot, the language of Graphviz. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .palette import LIGHT
from .picture import ANSWERS, METHODS, PEERS, TIERS, Edge, Picture, networks
from .text import plain

# Graphviz reads a backslash, a quote and an entity of HTML in a label; all else is what it is.
_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "&": "&amp;"})
_HEAD = """\
digraph lvs {
  rankdir=LR
  node [shape=box style="rounded" fontname="sans-serif" fontsize=11]
  edge [fontname="sans-serif" fontsize=10]"""


def dot(pictures: Sequence[Picture]) -> str:
    """One graph, with a part for each cluster."""
    lines = [_HEAD]
    for number, picture in enumerate(pictures):
        lines += [f"  subgraph cluster_{number} {{", f"    label={_label([f'Cluster {picture.title}'])}"]
        lines += [f"    {line}" for line in _cluster(picture, f"c{number}")]
        lines += ["  }"]
    return "\n".join([*lines, "}"]) + "\n"


def _cluster(picture: Picture, prefix: str) -> Iterator[str]:
    names = {node.key: f"{prefix}n{number}" for number, node in enumerate(picture.nodes)}
    for tier in TIERS:
        for number, (network, nodes) in enumerate(networks(picture.tier(tier))):
            if network:
                yield f"subgraph cluster_{prefix}_{tier}_{number} {{"
                yield f"  label={_label([f'network {network}'])} style=dashed"
            for node in nodes:
                yield f'{names[node.key]} [label={_label(node.words)} color="{LIGHT[node.tone]}"]'
            if network:
                yield "}"
    for edge in picture.edges:
        yield f"{names[edge.source]} -> {names[edge.target]} [{_look(edge)}]"


def _look(edge: Edge) -> str:
    if edge.what == PEERS:
        return 'label="VRRP" dir=none style=dashed constraint=false'
    words = METHODS.get(edge.method, "")
    if edge.what == ANSWERS:
        return f'label="answers by {words}" style=dashed color="{LIGHT["answers"]}" constraint=false'
    label = f'label="{words}" ' if words else ""
    return f'{label}color="{LIGHT["requests"]}"' if edge.flows else f"{label}style=dotted dir=none"


def _label(lines: Sequence[str]) -> str:
    return '"' + "\\n".join(plain(line).translate(_ESCAPED) for line in lines) + '"'
