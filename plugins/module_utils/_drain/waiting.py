# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting until the connections of a real server have ended. Private to the collection."""

from __future__ import annotations

import time
from typing import Callable, Iterable, List, Sequence, Tuple

from .._ipvs.model import Pair, Table
from .._ipvs.statistics import Connections, TableStatistics

KINDS = Connections._fields
_POLL_S = 0.5

Counted = Tuple[Table, TableStatistics]


def connections(counted: TableStatistics, pair: Pair) -> Connections:
    """Return the connections of a destination; none where it is not in the table."""
    service, destination = pair
    of_service = counted.get(service)
    found = of_service.destinations.get(destination) if of_service else None
    return found.connections if found else Connections(0, 0, 0)


def wait(
    read: Callable[[], Counted], pairs: Sequence[Pair], kinds: Iterable[str], timeout: float
) -> Tuple[Table, List[Tuple[Pair, Connections]]]:
    """Return the table and what each destination has left, when nothing of these kinds is left or the time is over."""
    deadline = time.monotonic() + timeout
    kinds = tuple(kinds)
    while True:
        table, counted = read()
        left = [(pair, connections(counted, pair)) for pair in pairs]
        over = deadline - time.monotonic() <= 0
        if over or not any(getattr(numbers, kind) for _pair, numbers in left for kind in kinds):
            return table, left
        time.sleep(min(_POLL_S, max(0.0, deadline - time.monotonic())))
