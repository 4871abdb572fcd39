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
    assert [play["tags"][0] for play in gates] == ["accept", "directors", "directors", "real_servers"]
    within = gates.pop(2)
    for play in gates:
        first_of_part = next(each for each in plays("site.yml") if each["tags"] == play["tags"])
        assert first_of_part == play
    assert within["name"] == "Stop unless the former directors are stopped"


def test_former_directors_are_stopped_before_any_other_director_is_changed() -> None:
    names = [play["name"] for play in plays("site.yml")]
    steps = [
        "Find the hosts that are no longer directors",
        "Look at the hosts that are no longer directors",
        "Stop unless every host has answered",
        "Let the real servers accept new VIPs",
        "Remove the cluster from hosts that are no longer directors",
        "Stop unless the former directors are stopped",
        "Find out which directors have VIPs now",
        "Set up the directors without VIPs, one at a time",
    ]
    assert [name for name in names if name in steps] == steps


def test_the_role_by_itself_refuses_what_the_playbook_does() -> None:
    """What the playbook registers is what the role waits for."""
    tasks = yaml.safe_load((PLAYBOOKS.parent / "roles/director/tasks/present.yml").read_text(encoding="utf-8"))
    (refusal,) = [task for task in tasks if task.get("lvs.cluster.decide", {}).get("about") == "former_directors"]
    assert refusal["when"] == "director_former is not defined"
    assert "run" not in refusal["lvs.cluster.decide"]
    found = [task for play in plays("site.yml") for task in play.get("tasks", ()) if "register" in task]
    assert "director_former" in [task["register"] for task in found]


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


@pytest.mark.parametrize("path", sorted(PLAYBOOKS.glob("*.yml")), ids=lambda path: path.stem)
def test_no_play_goes_on_without_a_host_and_ends_without_it(path: Path) -> None:
    """any_errors_fatal takes a host that ignore_unreachable lets pass for failed, and ends the run without a word."""
    both = [play["name"] for play in _plays(path.name) if {"any_errors_fatal", "ignore_unreachable"} <= {*play}]
    assert both == []


ON_THE_CONTROLLER = {"answer", "decide", "gate", "parameters", "report", "resolve", "saved_plan", "undo"}


@pytest.mark.parametrize(
    ("name", "runs"),
    [
        ("status.yml", ["host_info"]),
        ("examine_hosts.yml", ["host_info", "host_compare"]),
        ("examine_former.yml", ["host_info", "host_compare"]),
        *((name, []) for name in ("drift.yml", "plan.yml", "report.yml", "examine.yml")),
        ("history.yml", ["history_info"]),
        ("undo.yml", ["history_info"]),
    ],
)
def test_playbooks_that_only_read_start_few_modules(name: str, runs: list[str]) -> None:
    """And none that could change a host."""
    plays = yaml.safe_load((PLAYBOOKS / name).read_text(encoding="utf-8"))
    words = [
        word for play in plays for task in play.get("tasks", ()) for word in task if word.startswith("lvs.cluster.")
    ]
    modules = [word.removeprefix("lvs.cluster.") for word in words]
    assert [module for module in modules if module not in ON_THE_CONTROLLER] == runs
    assert all("ansible.builtin.import_playbook" in play or play["tasks"] for play in plays)


def test_the_doctor_changes_nothing_but_what_is_muted_where_something_is() -> None:
    tasks = [task for play in _plays("doctor.yml") for task in play.get("tasks", ())]
    modules = {word.removeprefix("lvs.cluster."): task for task in tasks for word in task if word.startswith("lvs.")}
    (writes,) = {*modules} - ON_THE_CONTROLLER
    assert writes == "director_marks"
    assert {*modules[writes][f"lvs.cluster.{writes}"]} == {"muted"}
    assert modules[writes]["when"] == "inventory_hostname in doctor_marks"


def test_what_is_mended_goes_the_way_of_a_roll_out() -> None:
    """The same plays in the same order, as far as a run for some hosts has them, with the examination around them."""
    of_site = [play["name"] for play in plays("site.yml")]
    names = [play["name"] for play in _plays("fix.yml")]
    shared = [name for name in names if name in of_site and name != "Check the parameters"]
    assert len(shared) == 9
    assert shared == sorted(shared, key=of_site.index)
    first, last = (place for place, play in enumerate(_plays("fix.yml")) if "examine.yml" in play.values())
    assert first < names.index(shared[0])
    assert last > names.index("Set up the real servers")


def _plays(name: str) -> list[dict[str, Any]]:
    every: list[dict[str, Any]] = yaml.safe_load((PLAYBOOKS / name).read_text(encoding="utf-8"))
    return every
