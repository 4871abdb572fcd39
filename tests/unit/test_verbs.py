# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each playbook that an operator runs has a page, which says the same things in the same places."""

from __future__ import annotations

import re

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.parameters import PLAYBOOKS
from ansible_collections.lvs.cluster.tests.generate import verbs

# Parts of other playbooks.
PARTS = ("examine", "examine_former", "examine_hosts")
NAMES = sorted(path.stem for path in (verbs.PROJECT / "playbooks").glob("*.yml") if path.stem not in PARTS)
SECTIONS = {"Parameters", "What it changes", "Exit status", "When hosts do not answer"}
OVERVIEW = (verbs.PROJECT / "docs/operations.md").read_text(encoding="utf-8")


def text(name: str) -> str:
    return (verbs.VERBS / f"{name}.md").read_text(encoding="utf-8")


def test_every_playbook_has_a_page() -> None:
    assert sorted(path.stem for path in verbs.VERBS.iterdir()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_what_every_page_says(name: str) -> None:
    assert text(name).startswith(f"# lvs.cluster.{name}\n")
    assert f" lvs.cluster.{name}" in "".join(re.findall(r"```console\n(.*?)```", text(name), re.DOTALL))
    headings = set(re.findall(r"^## (.*)$", text(name), re.MULTILINE))
    assert {*SECTIONS} - headings == set()


@pytest.mark.parametrize("name", NAMES)
def test_the_overview_leads_to_each_page(name: str) -> None:
    assert re.findall(rf"\[`lvs\.cluster\.{name}\b[^\]]*\]\(verbs/{name}\.md\)", OVERVIEW) != []


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_a_page_has_each_parameter_with_what_it_is_for(name: str) -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", text(name), re.MULTILINE))
    assert rows == {short: entry.doc for short, entry in PLAYBOOKS[name].items()}
    assert [short for short, meaning in rows.items() if not meaning.endswith(".")] == []


def test_a_page_without_a_place_for_parameters_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no heading '## Parameters'"):
        verbs.page("drain", "# lvs.cluster.drain\n")


def test_what_stands_around_the_parameters_stays() -> None:
    page = verbs.page("site", "# lvs.cluster.site\n\n## Parameters\n\nold\n\n## Exit status\n\nAnsible's.\n")
    assert page.startswith("# lvs.cluster.site\n\n## Parameters\n\n<!-- Made by")
    assert page.endswith("\n\n## Exit status\n\nAnsible's.\n")
    assert "old\n" not in page
    assert verbs.page("site", page) == page
