# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbooks whose parts have tags: a run with --tags goes as far as one of them, and never past a gate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

PLAYBOOKS = Path(__file__).resolve().parents[2] / "playbooks"
PARTS = {
    "site.yml": ["preflight", "accept", "directors", "real_servers", "cleanup"],
    "remove.yml": ["real_servers", "directors"],
}


def plays(name: str) -> list[dict[str, Any]]:
    """All but the one that reads the definition, which always runs."""
    first, *rest = yaml.safe_load((PLAYBOOKS / name).read_text(encoding="utf-8"))
    assert (first["ansible.builtin.import_playbook"], first["tags"]) == ("definition.yml", "always")
    return rest


@pytest.mark.parametrize(("name", "parts"), PARTS.items())
def test_each_part_has_the_tags_of_all_that_come_after_it(name: str, parts: list[str]) -> None:
    tags = [play["tags"] for play in plays(name)]
    assert all(each == parts[-len(each) :] for each in tags)
    assert tags == sorted(tags, key=len, reverse=True)
    assert tags[0] == parts
    assert tags[-1] == parts[-1:]


def test_a_gate_belongs_to_the_part_behind_it() -> None:
    """So --skip-tags of a part leaves the gate, which has heard from nobody then and refuses."""
    gates = [play for play in plays("site.yml") if any("lvs.cluster.gate" in task for task in play.get("tasks", ()))]
    assert [play["tags"][0] for play in gates] == ["accept", "directors", "real_servers"]
    for play in gates:
        first_of_part = next(each for each in plays("site.yml") if each["tags"] == play["tags"])
        assert first_of_part == play


def test_a_variable_of_the_run_has_one_register() -> None:
    """What a task waits for must not be what another one has registered anew."""
    registers = [
        task["register"]
        for path in sorted((PLAYBOOKS.parent / "roles").glob("*/tasks/*.yml"))
        for task in yaml.safe_load(path.read_text(encoding="utf-8"))
        if "register" in task
    ]
    # Only what becomes better known: the view with what hosts have told, the table after keepalived has changed it.
    again = {name for name in registers if registers.count(name) > 1}
    assert again <= {"director_view", "director_report", "director_configuration", "boot_unit"}, again
