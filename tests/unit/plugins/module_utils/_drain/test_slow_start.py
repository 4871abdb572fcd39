# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Weights that are smaller for now."""

from __future__ import annotations

from typing import Dict, List

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._drain.files import (
    content_of,
    destination_name,
    number_in,
    slow_starts_in,
)
from ansible_collections.lvs.cluster.plugins.module_utils._drain.offsets import offset, weight_with
from ansible_collections.lvs.cluster.plugins.module_utils._drain.slow_start import (
    combined,
    parts_for,
    share_of,
    without,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import DestinationKey, ServiceKey

WEB = DestinationKey("192.0.2.21", 80)
PAIR = (ServiceKey("ipv4", "tcp", "192.0.2.198", 80, 0), WEB)
NAME = destination_name(*PAIR)

weights = st.integers(0, 65535)
shares = st.lists(st.integers(1, 100), min_size=1, max_size=10).map(sorted)
files = st.dictionaries(st.sampled_from([NAME, WEB.address]), st.integers(-70000, 70000), max_size=2)


@given(weights, st.integers(1, 100))
def test_a_share_is_never_nothing(weight: int, share: int) -> None:
    assert (share_of(weight, share) >= 1) == (weight >= 1)
    assert share_of(weight, share) <= weight
    assert share_of(weight, 100) == weight


@given(weights, shares, files)
def test_weights_rise_from_step_to_step_to_what_operators_say(
    defined: int, steps: List[int], said: Dict[str, int]
) -> None:
    goal = weight_with(defined, offset(said, *PAIR))
    now = combined(said, {WEB.address: -1000000})  # drained before
    reached = [0]
    for share in [*steps, 100]:
        parts = parts_for(share, [PAIR], {PAIR: defined}, now, said)
        now = combined(said, parts)
        assert without(now, parts) == combined(said, {})
        reached.append(weight_with(defined, offset(now, *PAIR)))
        assert reached[-1] >= (share_of(goal, share) if goal else 0)
    assert reached == sorted(reached)
    assert reached[-1] == goal
    assert combined(said, {}) == now
    assert all(reached[1:]) or goal == 0


def test_a_file_says_how_much_of_it_is_a_slow_start() -> None:
    text = content_of(-9, "-3\n# a new disk\n", (), slow_start=-6)
    assert text == "-9\n# a new disk\nslow start: -6\n"
    assert number_in(text) == -9
    assert slow_starts_in({NAME: text}) == {NAME: -6}
    assert content_of(-7, text, (), slow_start=-4) == "-7\n# a new disk\nslow start: -4\n"
    assert content_of(-3, text, ()) == "-3\n# a new disk\n"
    assert slow_starts_in({NAME: "-3\nslow start: soon\n"}) == {}
