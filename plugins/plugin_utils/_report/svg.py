# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A picture as SVG, for a page or alone. Made as a tree of elements, so that no text can become one. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from .layout import LINE, PAD, Box, Layout
from .palette import STYLE
from .picture import ANSWERS, PEERS, REQUESTS, WAYS_BACK, Edge
from .text import plain, shortened

_NAMESPACE = "http://www.w3.org/2000/svg"
_ARROW = {
    "markerWidth": "8",
    "markerHeight": "8",
    "viewBox": "0 0 8 8",
    "refX": "7",
    "refY": "4",
    "markerUnits": "userSpaceOnUse",
    "orient": "auto",
}
# The way of a line in the legend, and the room that a line of it takes.
_SAMPLE, _ROW = 34, 22


def inline(layout: Layout, name: str) -> str:
    """For a page that has the style. name: of its own, for it is part of ids."""
    return ElementTree.tostring(_drawing(layout, name), encoding="unicode")


def alone(layouts: Sequence[Layout]) -> str:
    """A file of its own: the pictures of all clusters, one below the other."""
    drawings = [_drawing(layout, f"cluster-{number}") for number, layout in enumerate(layouts, start=1)]
    whole = Element("svg", {"xmlns": _NAMESPACE, "class": "picture"})
    SubElement(whole, "style").text = STYLE
    SubElement(whole, "rect", {"class": "ground", "width": "100%", "height": "100%"})
    width, y = max(layout.width for layout in layouts), 0.0
    for drawing, layout in zip(drawings, layouts, strict=True):
        height = float(drawing.get("viewBox", "").split()[-1])
        drawing.attrib.update({"y": _n(y), "width": _n(layout.width), "height": _n(height)})
        whole.append(drawing)
        y += height + PAD
    whole.attrib.update({"viewBox": f"0 0 {_n(width)} {_n(y)}", "width": _n(width), "height": _n(y)})
    return ElementTree.tostring(whole, encoding="unicode") + "\n"


def _drawing(layout: Layout, name: str) -> Element:
    legend = list(_legend(layout))
    height = layout.height + _ROW * len(legend) + (PAD if legend else 0)
    svg = Element(
        "svg",
        {
            "viewBox": f"0 0 {_n(layout.width)} {_n(height)}",
            "role": "img",
            "class": "picture",
            "aria-labelledby": f"{name}-title {name}-text",
        },
    )
    SubElement(svg, "title", {"id": f"{name}-title"}).text = plain(f"Cluster {layout.picture.title}")
    SubElement(svg, "desc", {"id": f"{name}-text"}).text = plain(layout.picture.summary)
    _arrows(svg, name)
    for frame in layout.frames:
        SubElement(svg, "rect", {"class": "frame", "rx": "12", **_place(frame.x, frame.y, frame.width, frame.height)})
        _text(svg, frame.x + PAD, frame.y + 16, frame.title, "small")
    for route in sorted(layout.routes, key=lambda each: each.edge.flows):
        SubElement(svg, "path", {"d": route.path, **_look(route.edge, name, route.joins)})
    for box in layout.boxes:
        _node(svg, box)
    for row, (edge, words) in enumerate(legend):
        y = layout.height + PAD + _ROW * row
        SubElement(svg, "path", {"d": f"M16 {_n(y)}h{_SAMPLE}", **_look(edge, name)})
        _text(svg, 16 + _SAMPLE + 10, y + 4, shortened(words, int((layout.width - 76) / 6.6)), "small")
    return svg


def _legend(layout: Layout) -> Iterator[tuple[Edge, str]]:
    """A line for each kind of edge that is drawn."""
    edges = layout.picture.edges
    if any(edge.what == REQUESTS and edge.flows for edge in edges):
        yield Edge("", "", REQUESTS), "packets of clients"
    if any(edge.what == REQUESTS and not edge.flows for edge in edges):
        yield Edge("", "", REQUESTS, flows=False), "no new connections now"
    for method in layout.picture.methods:
        if any(edge.what == ANSWERS and edge.method == method for edge in edges):
            yield Edge("", "", ANSWERS, method), WAYS_BACK[method]
    if any(edge.what == PEERS for edge in edges):
        yield Edge("", "", PEERS), "directors take over from each other (VRRP)"


def _arrows(svg: Element, name: str) -> None:
    marks = SubElement(svg, "defs")
    for what in (REQUESTS, ANSWERS):
        marker = SubElement(marks, "marker", {"id": f"{name}-{what}", "class": f"arrow {what}", **_ARROW})
        SubElement(marker, "path", {"d": "M0 0.5L7.5 4L0 7.5z"})


def _look(edge: Edge, name: str, joins: bool = False) -> dict[str, str]:
    if not edge.flows:
        return {"class": "way idle"}
    arrow = {} if edge.what == PEERS or joins else {"marker-end": f"url(#{name}-{edge.what})"}
    return {"class": f"way {edge.what}{f' {edge.method}' if edge.method else ''}", **arrow}


def _node(svg: Element, box: Box) -> None:
    node = box.node
    group = SubElement(svg, "g", {"class": f"node {node.tone}"})
    SubElement(group, "title").text = plain("; ".join(node.words))
    SubElement(group, "rect", {"class": "card", "rx": "8", **_place(box.x, box.y, box.width, box.height)})
    y = box.y + PAD + 10
    for style, lines in (("name", box.title), ("", box.lines)):
        for line in lines:
            _text(group, box.x + PAD, y, line, style)
            y += LINE
    for number, line in enumerate(box.state):
        if number == 0:
            _mark(group, node.tone, box.x + PAD, y - 10)
        _text(group, box.x + PAD + 18, y, line, "state")
        y += LINE


# What a tone looks like beside its colour, in a square of 11 pixels.
_MARKS = {
    "good": "M0 5.5a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0zM2.8 5.6L4.8 7.6L8.3 3.8",
    "doubtful": "M5.5 0L11 10.5H0zM5.5 3.6V6.8M5.5 8.3V8.9",
    "bad": "M0 0H11V11H0zM3 3L8 8M8 3L3 8",
    "plain": "M0.5 5.5a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",
}


def _mark(parent: Element, tone: str, x: float, y: float) -> None:
    shape, _separator, sign = _MARKS[tone].partition("z")
    group = SubElement(parent, "g", {"class": "mark", "transform": f"translate({_n(x)} {_n(y)})"})
    SubElement(group, "path", {"class": "shape", "d": f"{shape}z"})
    if sign:
        SubElement(group, "path", {"class": "sign", "d": sign})


def _text(parent: Element, x: float, y: float, text: str, style: str) -> None:
    SubElement(parent, "text", {"x": _n(x), "y": _n(y), **({"class": style} if style else {})}).text = plain(text)


def _place(x: float, y: float, width: float, height: float) -> dict[str, str]:
    return {"x": _n(x), "y": _n(y), "width": _n(width), "height": _n(height)}


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
