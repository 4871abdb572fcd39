# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A picture as Mermaid, which many wikis and code hosts draw. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .palette import LIGHT
from .picture import ANSWERS, METHODS, PEERS, TIERS, TONES, Edge, Picture, networks
from .text import plain

# What is written as a numeric entity, so that a label is never more than a label: also what begins a list in Markdown.
_UNSAFE = re.compile(r"[^A-Za-z0-9 ,/_.()-]|^-|[.)](?= )")
_LINKS = {True: "-->", False: "-.-"}


def mermaid(pictures: Sequence[Picture]) -> str:
    """One flowchart, with a part for each of several clusters."""
    lines = ["flowchart LR"]
    for number, picture in enumerate(pictures):
        own = list(_cluster(picture, f"c{number}"))
        if len(pictures) > 1:
            own = [f"subgraph c{number}[{_label([picture.title])}]", "direction LR", *own, "end"]
        lines += [f"  {line}" for line in own]
    lines += [f"  classDef {tone} stroke:{LIGHT[tone]},stroke-width:2px" for tone in TONES]
    return "\n".join(lines) + "\n"


def _cluster(picture: Picture, prefix: str) -> Iterator[str]:
    names = {node.key: f"{prefix}n{number}" for number, node in enumerate(picture.nodes)}
    for tier in TIERS:
        for number, (network, nodes) in enumerate(networks(picture.tier(tier))):
            if network:
                yield f"subgraph {prefix}{tier}{number}[{_label([f'network {network}'])}]"
            yield from (f"{names[node.key]}[{_label(node.words)}]:::{node.tone}" for node in nodes)
            if network:
                yield "end"
    for edge in picture.edges:
        yield f"{names[edge.source]} {_link(edge)} {names[edge.target]}"


def _link(edge: Edge) -> str:
    words = "VRRP" if edge.what == PEERS else METHODS.get(edge.method, "")
    if edge.what == ANSWERS:
        words = f"answers by {words}"
        return f"-. {words} .->"
    link = _LINKS[edge.flows and edge.what != PEERS]
    return f"{link}|{words}|" if words else link


def _label(lines: Sequence[str]) -> str:
    return '"' + "<br/>".join(_UNSAFE.sub(lambda found: f"#{ord(found[0])};", plain(line)) for line in lines) + '"'
