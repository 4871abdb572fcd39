# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What checks may take out above a floor. With a real keepalived: tests/kernel/test_depool_floor.py."""

from __future__ import annotations

from typing import Dict, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._floor.model import KEPT, OUT, Standing, settled

PASSES, FAILS = Standing(True, 1), Standing(False, 1)


@pytest.mark.parametrize(
    ("standings", "least", "texts"),
    [
        ({"a": PASSES, "b": PASSES}, 1, {"a": None, "b": None}),
        ({"a": FAILS, "b": PASSES}, 1, {"a": OUT, "b": None}),
        ({"a": FAILS, "b": FAILS}, 1, {"a": OUT, "b": KEPT}),
        ({"a": FAILS, "b": Standing(False, 1, OUT)}, 1, {"a": KEPT, "b": OUT}),
        # Who comes back makes room for one that had to stay.
        ({"a": Standing(True, 1, OUT), "b": Standing(False, 1, KEPT), "c": FAILS}, 1, {"a": None, "b": OUT, "c": OUT}),
        # A drain counts as out, whether or not who is drained passes, and brings nobody back.
        ({"a": Standing(True, 0), "b": FAILS, "c": PASSES}, 2, {"a": None, "b": KEPT, "c": None}),
        ({"a": Standing(False, 0), "b": FAILS, "c": PASSES}, 1, {"a": OUT, "b": OUT, "c": None}),
        ({"a": Standing(True, 0), "b": Standing(False, 1, OUT), "c": PASSES}, 2, {"a": None, "b": OUT, "c": None}),
        ({"a": FAILS, "b": FAILS}, 2, {"a": KEPT, "b": KEPT}),
    ],
)
def test_who_is_out(standings: Dict[str, Standing], least: int, texts: Dict[str, Optional[str]]) -> None:
    assert settled(standings, least) == texts


def test_who_comes_back_does_so_before_another_goes() -> None:
    assert [*settled({"a": FAILS, "b": Standing(True, 1, OUT)}, 1)] == ["b", "a"]


members = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=2),
    st.builds(Standing, st.booleans(), st.integers(0, 3), st.sampled_from(["", OUT, KEPT])),
    max_size=8,
)


def serving(standings: Dict[str, Standing], texts: Dict[str, Optional[str]]) -> int:
    return sum(1 for name, each in standings.items() if each.weight and texts[name] != OUT)


@given(members, st.integers(1, 8))
def test_nobody_is_taken_out_below_the_floor(standings: Dict[str, Standing], least: int) -> None:
    texts = settled(standings, least)
    before = {name: each.said if each.is_out else None for name, each in standings.items()}
    assert serving(standings, texts) >= min(least, serving(standings, before))
    assert all(texts[name] is None for name, each in standings.items() if each.passes)
    # Asking again changes nothing.
    then = {name: each._replace(said=texts[name] or "") for name, each in standings.items()}
    assert settled(then, least) == texts


@given(members, st.integers(1, 8))
def test_whoever_has_room_is_taken_out(standings: Dict[str, Standing], least: int) -> None:
    texts = settled(standings, least)
    if serving(standings, texts) > least:
        assert KEPT not in texts.values()
