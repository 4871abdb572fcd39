# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._history.model import (
    LIST_LIMIT,
    TEXT_LIMIT,
    Entry,
    beginning,
    entry,
    selected,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils._history.samples import ENTRIES

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=timezone.utc)


def told(result: dict[str, Any], said: dict[str, Any] | None = None, failure: str = "") -> Entry:
    return entry("2026-11-30T08:15:02Z", "numbers", said or {}, {}, result, failure)


def diff(path: str, before: str, after: str) -> dict[str, str]:
    return {"before_header": path, "after_header": path, "before": before, "after": after}


def test_a_change_of_the_kernel_is_told_by_its_commands_and_files() -> None:
    numbers = diff("numbers", "", "a 1\n")
    file = diff("/etc/lvs/numbers", "", "a 1\n")
    plan = {"added": [{"kind": "number", "name": "a"}], "changed": [], "removed": []}
    found = told({"counts": {"added": 1}, "plan": plan, "commands": ["add a"], "diff": [numbers, file]})
    assert (found.commands, found.files, found.diff) == (["add a"], ["/etc/lvs/numbers"], [])
    assert found.plan == {"added": [{"kind": "number", "name": "a"}]}


def test_a_change_of_files_alone_is_told_by_what_differs() -> None:
    found = told({"counts": {"added": 0}, "diff": [diff("/etc/lvs/numbers", "a 1\nb 2\n", "a 1\nb 3\n")]})
    assert found.diff[-2:] == ["-b 2", "+b 3"]


def test_only_what_the_controller_may_say_is_taken_from_it() -> None:
    said = {"user": "anna@desk", "playbook": None, "definitions": {"lvs_directors": "8c0d5f1e4a3b"}, "odd": "x"}
    assert told({}, said).origin == {"user": "anna@desk", "definitions": {"lvs_directors": "8c0d5f1e4a3b"}}


def test_no_entry_is_long_without_end() -> None:
    long = told({"commands": ["x" * 3 * TEXT_LIMIT] * 3 * LIST_LIMIT}, {"user": "u" * 3 * TEXT_LIMIT}, "f" * 9999)
    assert len(long.commands) == LIST_LIMIT + 1
    assert long.commands[-1] == f"... and {2 * LIST_LIMIT} more, left out of the history"
    assert max(map(len, (*long.commands, long.origin["user"], long.failure))) == TEXT_LIMIT + 3


@pytest.mark.parametrize(
    ("since", "moment"),
    [
        ("2026-11-30", "2026-11-30T00:00:00Z"),
        ("2026-11-30T08:15", "2026-11-30T08:15:00Z"),
        ("2026-11-30 08:15:02Z", "2026-11-30T08:15:02Z"),
        ("90m", "2026-11-30T10:30:00Z"),
        ("2h", "2026-11-30T10:00:00Z"),
        ("7d", "2026-11-23T12:00:00Z"),
        ("999999d", ""),
    ],
)
def test_a_moment_or_an_age(since: str, moment: str) -> None:
    assert beginning(since, NOW) == moment


@pytest.mark.parametrize("since", ["yesterday", "2026-02-30", "2h30", "-1h", "2026"])
def test_what_is_no_moment_is_told(since: str) -> None:
    with pytest.raises(ValueError, match="give one in UTC such as 2026-11-30"):
        beginning(since, NOW)


@given(st.lists(ENTRIES, max_size=9), st.integers(0, 10**6), st.integers(1, 9))
def test_the_last_of_those_since_a_moment(entries: list[Entry], age: int, last: int) -> None:
    begin = beginning(f"{age}h", NOW + timedelta(days=1))
    since = [each for each in entries if each.time >= begin]
    found = selected([each._asdict() for each in entries], begin, last)
    assert found.earlier == max(0, len(since) - last)
    assert len(found.entries) == min(last, len(since))
    assert [each["time"] for each in found.entries] == sorted(each.time for each in since)[found.earlier :]
