# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a real server that is made active gets how much of its weight: in equal steps, the first at once. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

# A caller waits at least so many seconds between two steps, each of which is a call of a module.
SHORTEST_STEP_S = 2
STEPS_MAX = 10


class Step(NamedTuple):
    """at: seconds after the first step. share: percent of the weight."""

    at: float
    share: int


def schedule(seconds: int) -> tuple[Step, ...]:
    """The steps of a slow start that takes so many seconds; the last one gives the whole weight."""
    rises = min(STEPS_MAX - 1, max(1, seconds // SHORTEST_STEP_S)) if seconds else 0
    return tuple(
        Step(seconds * step / rises if rises else 0.0, -(-100 * (step + 1) // (rises + 1))) for step in range(rises + 1)
    )


def due(steps: tuple[Step, ...], after: float) -> tuple[Step, ...]:
    """The steps that are left when so many seconds have passed: of those whose time has come, the last alone."""
    passed = sum(step.at <= after for step in steps)
    return steps[max(0, passed - 1) :]


def told(step: Step, seconds: int, result: Mapping[str, Any]) -> str:
    """How far a slow start is, in words. result: of the module, after this step."""
    places = len(result["slow_starts"])
    services = "1 service" if places == 1 else f"{places} services"
    addresses = sorted({server["address"] for server in result["real_servers"]})
    return (
        f"{' and '.join(addresses)} has {step.share} % of its weight in {services}; {step.at:.0f} of {seconds} seconds"
    )
