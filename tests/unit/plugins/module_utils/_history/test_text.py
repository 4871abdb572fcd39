# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._history.model import Entry
from ansible_collections.lvs.cluster.plugins.module_utils._history.text import Read, parse, written
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils._history.samples import ENTRIES, entry


@given(st.lists(ENTRIES, max_size=5))
def test_what_is_written_is_read_back(entries: list[Entry]) -> None:
    text = "".join(map(written, entries))
    assert parse(text) == Read([each._asdict() for each in entries], 0)
    assert text.count("\n") == len(entries)
    assert all(each.isprintable() or each == "\n" for each in text)


@given(st.lists(st.tuples(ENTRIES, st.integers(1, 200)), max_size=5))
def test_a_torn_line_takes_no_other_along(torn: list[tuple[Entry, int]]) -> None:
    """Each entry is followed by the beginning of another one, as a power cut leaves it."""
    text = "".join(written(each) + written(each)[: min(cut, len(written(each)) - 2)] + "\n" for each, cut in torn)
    assert parse(text) == Read([each._asdict() for each, _cut in torn], len(torn))


@given(st.text())
def test_nothing_that_stands_there_is_too_odd(text: str) -> None:
    read = parse(f"{text}\n{written(entry())}")
    assert read.entries[-1] == entry()._asdict()


def test_what_is_not_of_its_type_is_no_entry() -> None:
    whole = {"time": "2026-11-30T08:15:02Z", "module": "m"}
    odd = [{"time": "yesterday"}, {"module": 3}, {"counts": []}, {"commands": "rm"}, {"failure": ["x"]}, {"plan": 1}]
    lines = [json.dumps({**whole, **each}) for each in odd] + ["[]", "null", "[" * 100_000, json.dumps(whole)]
    assert (len(parse("\n".join(lines)).entries), parse("\n".join(lines)).damaged) == (1, len(odd) + 3)


def test_what_a_later_release_writes_is_kept() -> None:
    line = json.dumps({"time": "2026-11-30T08:15:02Z", "module": "m", "reason": "maintenance"})
    assert parse(line).entries[0]["reason"] == "maintenance"
