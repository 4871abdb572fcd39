# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cases of tests/cases: what comes of each inventory. README.md there says how they are written."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.cases.case import Case, cases, differences

CASES = cases()
ACCEPTED = [case for case in CASES if "refused" not in case.expected]
names = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
accepted = pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case.name)


def parts(says: Any) -> list[str]:
    return [says] if isinstance(says, str) else list(says)


@names
def test_what_is_refused_is_refused_with_these_errors_and_no_others(case: Case) -> None:
    expected = {wrong["path"]: parts(wrong["says"]) for wrong in case.expected.get("refused", [])}
    problems = case.problems
    assert [path for path, _text in problems] == [wrong["path"] for wrong in case.expected.get("refused", [])], problems
    assert [(path, text) for path, text in problems if not all(part in text for part in expected[path])] == []


@accepted
def test_every_host_gets_its_view_with_what_the_case_names(case: Case) -> None:
    views = {host: case.view(host) for host in case.inventory.hosts}
    assert list(differences(case.expected.get("views", {}), views)) == []


@accepted
def test_advice_is_what_the_case_names_and_no_other(case: Case) -> None:
    advice, findings = case.expected.get("advice"), case.findings
    if advice is not None:
        assert [finding for finding in findings if not any(part in finding for part in advice)] == []
        assert [part for part in advice if not any(part in finding for finding in findings)] == []


@accepted
def test_keepalived_gets_the_lines_that_the_case_names(case: Case) -> None:
    lines = {host: [line.strip() for line in text.splitlines()] for host, text, _interfaces in case.configurations()}
    missing = {
        host: [line for line in wanted if line not in lines.get(host, [])]
        for host, wanted in case.expected.get("keepalived", {}).items()
    }
    unwanted = {
        host: [line for line in refused if line in lines.get(host, [])]
        for host, refused in case.expected.get("keepalived_without", {}).items()
    }
    assert not any(missing.values()), (missing, lines)
    assert not any(unwanted.values()), unwanted


def test_a_difference_is_told() -> None:
    assert list(differences({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}, {"b": 3}]})) == []
    assert list(differences({"a": [{"b": 2}]}, {"a": [{"b": 1}]})) == [".a: {'b': 2} is not among [{'b': 1}]"]
    assert list(differences({"a": 1, "b": []}, {"b": [1]})) == [".a: is missing", ".b: [1] instead of []"]
