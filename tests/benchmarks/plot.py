# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cost per object as a picture: one line for each kind of work, over the size of the table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 720, 400, 60, 50, 40, 110
COLOURS = ("#1b6ca8", "#c8553d", "#3f7d20", "#7b4b94")


def drawing(title: str, sizes: Sequence[int], series: Mapping[str, Sequence[float]]) -> str:
    """Return an SVG: sizes on a logarithmic axis, microseconds per object on one that begins at 0."""
    top = math.ceil(max(max(values) for values in series.values()) / 10) * 10
    low, high = math.log10(sizes[0]), math.log10(sizes[-1])

    def x(size: float) -> float:
        return LEFT + (math.log10(size) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP)

    parts = [text(WIDTH / 2, 24, title, "middle")]
    for size in sizes:
        parts += [line(x(size), y(0), x(size), y(0) + 5), text(x(size), y(0) + 20, f"{size:,}", "middle")]
    parts.append(text(WIDTH / 2, HEIGHT - 10, "services and destinations in the table", "middle"))
    for step in range(6):
        value = top * step / 5
        parts += [
            line(LEFT, y(value), WIDTH - RIGHT, y(value), "#ddd"),
            text(LEFT - 8, y(value) + 4, f"{value:g}", "end"),
        ]
    for colour, (name, values) in zip(COLOURS, series.items(), strict=False):
        points = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in zip(sizes, values, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(text(WIDTH - RIGHT + 8, y(values[-1]) + 4, name, "start", colour))
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12">\n<rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n'
    )


def text(x: float, y: float, words: str, anchor: str, colour: str = "black") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{words}</text>'


def line(x1: float, y1: float, x2: float, y2: float, colour: str = "black") -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'
