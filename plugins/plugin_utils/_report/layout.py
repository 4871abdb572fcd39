# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the nodes of a picture are and where its edges run: columns for a wide page, one below the other for a phone.

All lengths are in pixels of an undistorted picture. Nothing overlaps: a node is as high as its lines, and answers have
lanes of their own, beside or below the nodes. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .picture import (
    ANSWERS,
    CLIENTS,
    DIRECTORS,
    METHODS,
    PEERS,
    REAL_SERVERS,
    REQUESTS,
    TIERS,
    VIPS,
    Edge,
    Node,
    Picture,
    networks,
)
from .text import wrapped

LINE = 18
PAD = 14
_GAP = 14  # between nodes of a column
_FRAME = 10  # around the nodes of a network
_FRAME_TITLE = 24
_MARGIN = 16
# How many places of a line a node has, by its width: text has 13 pixels, and most of its letters take 7 or fewer.
_PLACE = 7.4
_WIDTHS = {CLIENTS: 104, VIPS: 240, DIRECTORS: 224, REAL_SERVERS: 284}
_GUTTER = 60
_LANE = 16
_NARROW = 360


@dataclass(frozen=True)
class Box:
    """Where a node is. title, lines, state: what of its text has room there."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    title: tuple[str, ...]
    lines: tuple[str, ...]
    state: tuple[str, ...]

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True)
class Frame:
    """Around the nodes of one network."""

    title: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Route:
    """The way of an edge, as the commands of an SVG path. joins: whether it ends at the way of another."""

    edge: Edge
    path: str
    joins: bool = False


@dataclass(frozen=True)
class Layout:
    picture: Picture
    width: float
    height: float
    boxes: tuple[Box, ...]
    frames: tuple[Frame, ...]
    routes: tuple[Route, ...]


def wide(picture: Picture) -> Layout:
    """A column for each tier; answers come back below them."""
    columns: list[_Column] = []
    x: float = _MARGIN
    for tier in TIERS:
        columns.append(_Column.of(picture.tier(tier), x, _WIDTHS[tier]))
        x += _WIDTHS[tier] + _GUTTER
    height = max(column.height for column in columns)
    placed = [column.moved(_MARGIN + (height - column.height) / 2) for column in columns]
    boxes = {box.node.key: box for column in placed for box in column.boxes}
    lanes = _lanes(picture)
    floor = _MARGIN + height + _LANE
    trunks = _trunks(picture, boxes)
    routes = tuple(_across(edge, boxes, floor, lanes, edge in trunks) for edge in picture.edges)
    return Layout(
        picture=picture,
        width=x - _GUTTER + _MARGIN + 28,
        height=floor + max(len(lanes), 1) * _LANE,
        boxes=tuple(boxes.values()),
        frames=tuple(frame for column in placed for frame in column.frames),
        routes=routes,
    )


def narrow(picture: Picture) -> Layout:
    """One below the other; requests come down on the left, and answers go up on the right."""
    side = 40
    y: float = _MARGIN
    boxes: dict[str, Box] = {}
    frames: list[Frame] = []
    for tier in TIERS:
        column = _Column.of(picture.tier(tier), side, _NARROW - 2 * side).moved(y)
        boxes.update((box.node.key, box) for box in column.boxes)
        frames += column.frames
        y += column.height + 2 * _GAP if column.boxes else 0
    lanes = _lanes(picture)
    trunks = _trunks(picture, boxes)
    routes = tuple(_along(edge, boxes, lanes, edge in trunks) for edge in picture.edges)
    return Layout(picture, _NARROW, y - _GAP, tuple(boxes.values()), tuple(frames), routes)


def _lanes(picture: Picture) -> dict[str, int]:
    """Which lane the answers of a method have, from the inside."""
    used = {edge.method for edge in picture.edges if edge.what == ANSWERS}
    return {method: lane for lane, method in enumerate(method for method in METHODS if method in used)}


def _trunks(picture: Picture, boxes: Mapping[str, Box]) -> set[Edge]:
    """Of all answers by one method, the way that is drawn as a whole: the others join it, and dashes stay dashes."""
    last: dict[tuple[str, str, str], Edge] = {}
    upwards = boxes[CLIENTS].y < min(box.y for key, box in boxes.items() if key != CLIENTS)
    for edge in sorted(picture.edges, key=lambda each: boxes[each.source].y * (1 if upwards else -1)):
        last[edge.what, edge.method, boxes[edge.target].node.key] = edge
    return {edge for edge in last.values() if edge.what == ANSWERS}


@dataclass(frozen=True)
class _Column:
    """The nodes of a tier, one below the other, from y = 0 on."""

    boxes: tuple[Box, ...]
    frames: tuple[Frame, ...]
    height: float

    @classmethod
    def of(cls, nodes: Sequence[Node], x: float, width: float) -> _Column:
        y: float = 0
        boxes: list[Box] = []
        frames: list[Frame] = []
        for network, members in networks(nodes):
            top, inset = y, _FRAME if network else 0
            y += _FRAME_TITLE if network else 0
            for node in members:
                boxes.append(_box(node, x + inset, y, width - 2 * inset))
                y = boxes[-1].bottom + _GAP
            if network:
                y += inset - _GAP
                (title,) = wrapped(f"network {network}", round((width - 2 * inset) / _PLACE))[:1]
                frames.append(Frame(title, x, top, width, y - top))
                y += _GAP
        return cls(tuple(boxes), tuple(frames), max(y - _GAP, 0))

    def moved(self, down: float) -> _Column:
        return _Column(
            tuple(_lower(box, down) for box in self.boxes),
            tuple(Frame(each.title, each.x, each.y + down, each.width, each.height) for each in self.frames),
            self.height,
        )


def _lower(box: Box, down: float) -> Box:
    return Box(box.node, box.x, box.y + down, box.width, box.height, box.title, box.lines, box.state)


def _box(node: Node, x: float, y: float, width: float) -> Box:
    places = int((width - 2 * PAD) / _PLACE)
    title = tuple(wrapped(node.title, places - 2)) or ("?",)
    lines = tuple(part for line in node.lines for part in wrapped(line, places))
    state = tuple(wrapped(node.state, places - 3))  # the mark of its tone stands before it
    height = 2 * PAD + LINE * (len(title) + len(lines) + len(state)) - 4
    return Box(node, x, y, width, height, title, lines, state)


def _across(edge: Edge, boxes: Mapping[str, Box], floor: float, lanes: Mapping[str, int], trunk: bool) -> Route:
    source, target = boxes[edge.source], boxes[edge.target]
    lane = lanes.get(edge.method, 0)
    if edge.what == PEERS:
        return _beside(edge, source, target)
    if edge.what == REQUESTS:
        up = 8 if edge.method == "nat" and edge.flows else 0  # answers come below
        return Route(edge, _curve(source.right, source.middle - up, target.x, target.middle - up))
    if edge.target != CLIENTS:
        return Route(edge, _curve(source.x, source.middle + 8, target.right, target.middle + 8))
    below, into, y = floor + lane * _LANE, target.x + target.width / 2 + (lane - 1) * 22, source.middle + 8
    leaves, aside = (
        (source.x, source.x - 22) if source.node.tier == DIRECTORS else (source.right, source.right + 20 + 8 * lane)
    )
    way = [(leaves, y), (aside, y), (aside, below), (into, below), (into, target.bottom)]
    return Route(edge, _line(way if trunk else way[:2]), joins=not trunk)


def _along(edge: Edge, boxes: Mapping[str, Box], lanes: Mapping[str, int], trunk: bool) -> Route:
    source, target = boxes[edge.source], boxes[edge.target]
    if edge.what == PEERS:
        return _beside(edge, source, target)
    at: float
    if edge.what == REQUESTS:
        if _is_next(source, target, boxes):
            at = source.x + source.width * 0.8
            return Route(edge, _line([(at, source.bottom), (at, target.y)]))
        at = 30 - 9 * TIERS.index(source.node.tier)
        return Route(edge, _line(_around(source.x, source.middle, at, target.x, target.middle)))
    lane = len(lanes) if source.node.tier == DIRECTORS else lanes[edge.method]
    at = _NARROW - 30 + 8 * lane
    y = source.middle + (6 if source.node.tier == DIRECTORS else 0)
    into = target.middle + (6 * lane if edge.target == CLIENTS else -6)
    way = _around(source.right, y, at, target.right, into)
    return Route(edge, _line(way if trunk else way[:2]), joins=not trunk)


def _around(x: float, y: float, at: float, to_x: float, to_y: float) -> list[tuple[float, float]]:
    return [(x, y), (at, y), (at, to_y), (to_x, to_y)]


def _is_next(source: Box, target: Box, boxes: Mapping[str, Box]) -> bool:
    """Whether nothing stands between them."""
    return not any(source.bottom < box.y < target.y for box in boxes.values())


def _beside(edge: Edge, source: Box, target: Box) -> Route:
    """Between two directors, one above the other."""
    at = source.x + source.width / 2
    return Route(edge, _line([(at, source.bottom), (at, target.y)]))


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    half = (to_x - x) / 2
    return f"M{_n(x)} {_n(y)}C{_n(x + half)} {_n(y)} {_n(to_x - half)} {_n(to_y)} {_n(to_x)} {_n(to_y)}"


_CORNER = 8


def _line(points: Sequence[tuple[float, float]]) -> str:
    """Straight, with round corners."""
    parts = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        (x1, y1), (x2, y2) = _toward(at, before), _toward(at, after)
        parts.append(f"L{_n(x1)} {_n(y1)}Q{_n(at[0])} {_n(at[1])} {_n(x2)} {_n(y2)}")
    parts.append(f"L{_n(points[-1][0])} {_n(points[-1][1])}")
    return "".join(parts)


def _toward(at: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """A little from a corner towards the next point."""
    across, down = other[0] - at[0], other[1] - at[1]
    length = abs(across) + abs(down)
    part = min(_CORNER, length / 2) / length if length else 0
    return at[0] + across * part, at[1] + down * part


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
