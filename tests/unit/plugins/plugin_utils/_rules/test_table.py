# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of codes: each is raised by something, documented, and told in one shape."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import ADVICE, ERROR, Finding
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.run import findings
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.table import CODES, EVERY, SUBJECTS
from ansible_collections.lvs.cluster.tests import rules_page
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, problems, service

ONLY_ADVICE = {"LVS133": "no real server is ever drained"}


def silenced(entry: Any) -> dict[str, Any]:
    return {"silenced": entry}


def test_no_code_and_no_name_is_used_twice() -> None:
    assert len({rule.code.code for rule in EVERY}) == len({rule.code.name for rule in EVERY}) == len(EVERY)


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.code)
def test_a_code_can_be_looked_up(code: Any) -> None:
    assert re.fullmatch("LVS[0-9]{3}", code.code)
    assert len([digits for digits in SUBJECTS if code.code.startswith(f"LVS{digits}")]) == 1
    assert code.severity in (ERROR, ADVICE)
    assert re.fullmatch(r"[a-z][a-z0-9-]+[a-z0-9]", code.name)
    assert code.meaning.endswith(".")
    assert code.remedy.endswith(".")


def test_the_page_of_rules_is_not_stale() -> None:
    assert rules_page.PAGE.read_text(encoding="utf-8") == rules_page.page(), "docs/rules.md is stale: make generate"


@pytest.mark.parametrize(
    ("text", "fix", "told"),
    [
        ("is missing", "", "lvs_services[0].port: is missing [LVS105]"),
        ("is wrong", "leave it out", "lvs_services[0].port: is wrong; leave it out [LVS105]"),
        ("It is wrong", "Leave it out", "lvs_services[0].port: It is wrong. Leave it out [LVS105]"),
    ],
)
def test_a_finding_is_one_line(text: str, fix: str, told: str) -> None:
    assert str(Finding("LVS105", ERROR, "lvs_services[0].port", text, fix)) == told


def test_a_finding_on_a_host_is_told_by_its_name_and_what_was_seen_first() -> None:
    found = Finding("LVS712", ERROR, "", "It empties the table", "Disable it", "lvs1", "The unit is started at boot")
    assert str(found) == "lvs1: The unit is started at boot. It empties the table. Disable it [LVS712]"


def test_an_advice_is_silenced_by_its_code_with_a_reason() -> None:
    doubtful = service(scheduler="sh")
    assert [found.code for found in findings(parse(doubtful))] == ["LVS133"]
    assert findings(parse(doubtful, cluster=silenced(ONLY_ADVICE))) == []
    assert [found.code for found in findings(parse(doubtful, cluster=silenced({"LVS134": "so"})))] == ["LVS133"]


NO_REASON = "lvs_cluster.silenced.LVS133: needs a reason, for those who will ask why the advice is silenced"


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"LVS133": ""}, NO_REASON),
        ({"LVS133": None}, NO_REASON),
        ({"LVS133": " "}, NO_REASON),
        (
            {"LVS000": "so"},
            "lvs_cluster.silenced.LVS000: is not the code of a warning; did you mean ",
        ),
        (
            {"no-fallback": "so"},
            "lvs_cluster.silenced.no-fallback: is not the code of a warning; did you mean LVS133?",
        ),
        ({"LVS601": "so"}, "lvs_cluster.silenced.LVS601: is an error, which cannot be silenced"),
        (
            ["LVS133"],
            "lvs_cluster.silenced: ['LVS133'] is not a mapping of codes of advice to reasons: {LVS133: the reason}",
        ),
    ],
)
def test_what_cannot_be_silenced_is_refused(entry: Any, told: str) -> None:
    (found,) = problems(service(scheduler="sh"), cluster=silenced(entry))
    assert found.startswith(told)
