# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/troubleshooting.md and docs/faq.md name codes, playbooks and alerts that there are."""

from __future__ import annotations

import re

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.table import CODES
from ansible_collections.lvs.cluster.tests.generate.files import PROJECT
from ansible_collections.lvs.cluster.tests.generate.findings import OF_THE_DOCTOR, PAGE

NAMES = ("troubleshooting", "faq", "compatibility")
TEXTS = {name: (PROJECT / f"docs/{name}.md").read_text(encoding="utf-8") for name in NAMES}
RANGE = {"LVS001", "LVS699", "LVS701"}  # where a range of codes begins and ends


@pytest.mark.parametrize("name", TEXTS)
def test_codes_and_playbooks_are_there(name: str) -> None:
    assert set(re.findall(r"LVS\d{3}", TEXTS[name])) - RANGE - CODES.keys() == set()
    playbooks = {path.stem for path in (PROJECT / "playbooks").glob("*.yml")}
    assert set(re.findall(r"`lvs\.cluster\.(\w+)", TEXTS[name])) - playbooks == set()


def test_alerts_are_there() -> None:
    rules = (PROJECT / "docs/metrics/alerts.yml").read_text(encoding="utf-8")
    assert [alert for alert in re.findall(r"`(Lvs\w+)`", TEXTS["faq"]) if f"alert: {alert}\n" not in rules] == []


def test_every_finding_of_the_doctor_is_listed_and_stands_beside_a_symptom() -> None:
    symptoms, _heading, findings = PAGE.read_text(encoding="utf-8").partition("\n## All findings")
    listed = re.findall(r"^\| \[(LVS\d+)\]\(rules\.md#", findings, re.MULTILINE)
    assert listed == [code for code in CODES if code.startswith(OF_THE_DOCTOR)] != []
    assert set(listed) - set(re.findall(r"LVS\d{3}", symptoms)) == set()
