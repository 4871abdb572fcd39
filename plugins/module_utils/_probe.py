# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking a TCP service at a steady pace whether it answers. Private to the collection."""

from __future__ import annotations

import asyncio
import time
from typing import List, Sequence, Tuple

# When a connection was begun, in seconds of the monotonic clock, and whether it was answered.
Probe = Tuple[float, bool]


def probe(address: str, port: int, seconds: float, interval: float, patience: float) -> List[Probe]:
    """Return the probes in the order in which they were begun. One that takes long holds no other up."""
    return asyncio.run(_probe(address, port, seconds, interval, patience))


async def _probe(address: str, port: int, seconds: float, interval: float, patience: float) -> List[Probe]:
    begin = time.monotonic()
    running = []
    while time.monotonic() - begin < seconds:
        running.append(asyncio.ensure_future(_connect(address, port, patience)))
        # Not later and later: each has its own time from the beginning on.
        await asyncio.sleep(max(0.0, begin + len(running) * interval - time.monotonic()))
    return list(await asyncio.gather(*running))


async def _connect(address: str, port: int, patience: float) -> Probe:
    begin = time.monotonic()
    try:
        _reader, writer = await asyncio.wait_for(asyncio.open_connection(address, port), patience)
    except (OSError, asyncio.TimeoutError):
        return begin, False
    writer.transport.abort()
    return begin, True


def outage_ms(probes: Sequence[Probe]) -> int:
    """Return the longest time between two answered probes with an unanswered one between them, 0 where there is none.

    What was unanswered before the first answer, or after the last one, counts from or to that probe.
    """
    longest, since, silent = 0.0, probes[0][0], False
    for begin, answered in probes:
        if not answered:
            silent = True
        else:
            if silent:
                longest = max(longest, begin - since)
            since, silent = begin, False
    if silent:
        longest = max(longest, probes[-1][0] - since)
    return round(longest * 1000)
