# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Weights that are smaller for now, since a real server has just been made active. Pure. Private to the collection.

What is taken away stands in the file of a real server in one service, as a part of its number: a note beside the number
says how much. So whatever an operator says meanwhile replaces it, and nobody has to be told that a slow start was
interrupted.
"""

from __future__ import annotations

from typing import Iterable, Mapping

from .._ipvs.model import Pair
from .files import Offsets, destination_name
from .offsets import offset, weight_with


def share_of(weight: int, share: int) -> int:
    """Return a share of a weight, in percent: at least 1, if it is not 0 itself."""
    return -(-weight * share // 100)


def named(pair: Pair) -> str:
    """Return the name of a real server in one service, as plans have it."""
    service, destination = pair
    return f"{service} -> {destination}"


def combined(offsets: Offsets, others: Offsets) -> Offsets:
    """Return the sums of the numbers of files, without those that are 0."""
    sums = {name: offsets.get(name, 0) + others.get(name, 0) for name in {**offsets, **others}}
    return {name: number for name, number in sums.items() if number}


def without(offsets: Offsets, parts: Offsets) -> Offsets:
    """Return the files as they were if no slow start were under way. parts: what it takes away."""
    return combined(offsets, {name: -number for name, number in parts.items()})


def parts_for(
    share: int, pairs: Iterable[Pair], defined: Mapping[Pair, int], before: Offsets, after: Offsets
) -> Offsets:
    """Return what has to be taken away so that these destinations have a share of the weight that they get in the end.

    before: the files as they are; no weight that is higher already becomes lower. after: as they are in the end.
    """
    parts = {}
    for pair in pairs:
        whole = defined[pair] + offset(after, *pair)
        goal, now = weight_with(whole, 0), weight_with(defined[pair], offset(before, *pair))
        weight = min(goal, max(share_of(goal, share), now))
        if weight < goal:
            parts[destination_name(*pair)] = weight - whole
    return parts
