# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page about the changes of a running cluster says what was found."""

from __future__ import annotations

from ansible_collections.lvs.cluster.tests.changes import catalogue, report


def test_the_page_is_that_of_the_results() -> None:
    assert report.PAGE.read_text(encoding="utf-8") == report.page(report.results())


def test_each_result_is_of_a_change_of_the_catalogue() -> None:
    assert {*report.results()["changes"]} <= {change.name for change in catalogue.changes()}


def test_a_row_says_what_was_broken_or_why_that_is_expected() -> None:
    figures = ["1 of 20", "5.0", "0 of 2", "0"]
    leg = {"figures": figures, "breaches": ["shop: requests failed 1 times"]}
    row = {"legs": {"there": leg, "back": {"figures": figures, "breaches": []}}, "tried": "2026-11-30, bookworm"}
    lines = report.page({"changes": {"vip": row}, "adopted": {}, "partial": {}, "interrupted": {}}).splitlines()
    what, breach = "a service with a new VIP is added", "shop: requests failed 1 times"
    assert f"| {what} | 1 of 20 | 5.0 | 0 of 2 | 0 | {breach} | 2026-11-30, bookworm |" in lines
    assert "| the same, reverted | 1 of 20 | 5.0 | 0 of 2 | 0 | none | 2026-11-30, bookworm |" in lines
