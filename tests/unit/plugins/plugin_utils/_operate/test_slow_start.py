# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of a slow start."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.slow_start import (
    SHORTEST_STEP_S,
    STEPS_MAX,
    Step,
    due,
    schedule,
    told,
)

seconds = st.integers(1, 86400)


@given(seconds)
def test_it_rises_to_the_whole_weight_in_few_steps(length: int) -> None:
    steps = schedule(length)
    assert 2 <= len(steps) <= STEPS_MAX
    assert steps[0].at == 0
    assert steps[-1] == Step(length, 100)
    for step, following in pairwise(steps):
        assert 1 <= step.share < following.share
        assert step.at < following.at
    if length >= SHORTEST_STEP_S:
        assert steps[1].at >= SHORTEST_STEP_S


def test_ten_steps_in_a_minute() -> None:
    assert [step.share for step in schedule(60)] == [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    assert schedule(0) == (Step(0, 100),)


@given(seconds, st.floats(0, 100000))
def test_steps_whose_time_has_passed_are_left_out(length: int, after: float) -> None:
    steps = schedule(length)
    left = due(steps, after)
    assert left == steps[-len(left) :]
    assert [step for step in left[1:] if step.at <= after] == []
    assert left[0].at <= after


def test_progress_in_words() -> None:
    result = {"slow_starts": ["a", "b"], "real_servers": [{"address": "192.0.2.21"}, {"address": "192.0.2.21"}]}
    words = "192.0.2.21 has 20 % of its weight in 2 services; 7 of 60 seconds"
    assert told(schedule(60)[1], 60, result) == words
