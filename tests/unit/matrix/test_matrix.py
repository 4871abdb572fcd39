# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of releases and scenarios says what was found, and what has not been tried."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.tests.matrix import report, run


def test_the_page_is_that_of_the_results() -> None:
    assert report.PAGE.read_text(encoding="utf-8") == report.page(report.results())


def test_each_result_is_of_a_release_and_a_part_that_there_are() -> None:
    assert {*report.results()} <= {*report.releases()}
    assert {part for cells in report.results().values() for part in cells} <= {*report.parts()}


def test_what_has_not_been_tried_says_so() -> None:
    tried = {"verdict": "passed", "told": "268 passed", "tried": "2026-11-30"}
    lines = report.page({"trixie": {"kernel": tried}}).splitlines()
    assert "| tests on a real kernel | passed (268 passed), 2026-11-30 | not tried | not tried | not tried |" in lines
    assert "| [nat](../molecule/nat) | not tried | not tried | not tried | not tried |" in lines


def test_what_is_not_stable_comes_last() -> None:
    assert [*report.releases()] == ["trixie", "bookworm", "bullseye", "sid"]


@pytest.mark.parametrize(
    ("succeeded", "part", "log", "ended"),
    [
        (True, "kernel", "== 268 passed in 9.10s ==\n", ("passed", "268 passed")),
        (False, "kernel", "== 2 failed, 266 passed in 9.10s (0:00:09) ==\n", ("FAILED", "2 failed, 266 passed")),
        (False, "kernel", "lvs1: has keepalived 2.1.5 [LVS773]\n", ("FAILED", "")),
        (True, "nat", "== 4 passed in 9.10s ==\n", ("passed", "")),
        (False, "nat", "lvs1: has keepalived 2.1.5. ... [LVS773]\n", ("refused", "LVS773")),
        (False, "nat", "lvs1: has no keepalived [LVS702]\n", ("FAILED", "")),
    ],
)
def test_how_a_part_has_ended(succeeded: bool, part: str, log: str, ended: tuple[str, str]) -> None:
    assert run.verdict(succeeded, part, log) == ended


def test_some_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTS", "nat kernel")
    assert run.chosen("PARTS", report.parts()) == ["nat", "kernel"]
    monkeypatch.setenv("PARTS", "nat nonesuch")
    with pytest.raises(SystemExit, match="there is no nonesuch; there are kernel, "):
        run.chosen("PARTS", report.parts())
    monkeypatch.delenv("PARTS")
    assert run.chosen("PARTS", report.parts()) == report.parts()
