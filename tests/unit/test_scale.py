# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulation behind docs/scale.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.tests.simulations import spread

PAGE = Path(__file__).resolve().parents[2] / "docs" / "scale.md"
FLOWS = spread.flows()


def test_the_page_has_the_tables_of_the_simulation() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for table in spread.tables().split("\n\n"):
        assert table.strip() in text


@pytest.mark.parametrize("directors", [2, 5])
def test_resilient_hashing_moves_the_flows_of_the_lost_director_alone(directors: int) -> None:
    before, after = spread.resilient(directors), spread.resilient(directors, lost=1)
    for flow in FLOWS[:2000]:
        assert before(flow) == 1 or after(flow) == before(flow)
        assert after(flow) != 1


def test_a_table_of_mh_is_even_and_the_same_for_every_director() -> None:
    names = [f"192.0.2.{number}" for number in range(7)]
    choose = spread.maglev(names)
    shares = [sum(choose(place) == number for place in range(spread.PLACES)) for number in range(7)]
    assert max(shares) - min(shares) <= 1
    assert [spread.maglev(names)(place) for place in range(100)] == [choose(place) for place in range(100)]


def test_a_flow_stays_where_all_next_hops_stay() -> None:
    assert spread.moved(spread.hash_threshold([0, 1, 2]), spread.hash_threshold([0, 1, 2]), FLOWS) == 0
