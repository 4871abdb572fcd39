# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing in a picture overlaps or leaves it, whatever is in it and however it is laid out."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from hypothesis import given

from ansible_collections.lvs.cluster.plugins.plugin_utils._report.layout import Box, Layout, narrow, wide
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.picture import Picture
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._report.pictures import pictures

LAYOUTS = pytest.mark.parametrize("layout", [wide, narrow])


def overlap(one: Box, other: Box) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


@LAYOUTS
@given(picture=pictures())
def test_every_node_has_a_place_of_its_own(layout: type[Layout], picture: Picture) -> None:
    done = layout(picture)
    assert [box.node for box in done.boxes] == list(picture.nodes)
    assert not [pair for pair in combinations(done.boxes, 2) if overlap(*pair)]
    assert all(
        box.x >= 0 and box.y >= 0 and box.right <= done.width and box.bottom <= done.height for box in done.boxes
    )


@LAYOUTS
@given(picture=pictures())
def test_every_edge_stays_in_the_picture(layout: type[Layout], picture: Picture) -> None:
    done = layout(picture)
    assert [route.edge for route in done.routes] == list(picture.edges)
    for route in done.routes:
        numbers = [float(number) for number in re.findall(r"-?[0-9.]+", route.path)]
        assert all(0 <= x <= done.width for x in numbers[::2]), route
        assert all(0 <= y <= done.height for y in numbers[1::2]), route
