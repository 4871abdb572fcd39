# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a role documents is what it does when told nothing, and every supported ansible-core can load its tasks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.lvs.cluster.plugins.module_utils import _places
from ansible_collections.lvs.cluster.plugins.module_utils._filter.boot_files import FILES
from ansible_collections.lvs.cluster.plugins.plugin_utils._checks import checkers
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.words import CHECKERS, HOLDERS
from ansible_collections.lvs.cluster.plugins.plugin_utils._vips import holders

ROLES = sorted((Path(__file__).resolve().parents[2] / "roles").iterdir())


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_the_defaults_are_the_documented_ones(role: Path) -> None:
    options = load(role / "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    documented = {name: option["default"] for name, option in options.items() if "default" in option}
    assert load(role / "defaults/main.yml") == documented


def test_the_folder_of_the_node_exporter_is_the_modules_own() -> None:
    assert load(ROLES[0].parent / "metrics/defaults/main.yml")["metrics_folder"] == _places.TEXTFILES


# A file of tasks may be included by a name that a variable of the host has: checks/{{ director_view.checks_by }}.yml.
# Before ansible-core 2.19, import_tasks below such an include fails: it is resolved while the file is loaded, when
# there is no host (load_list_of_tasks() in ansible/playbook/helpers.py).
@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_tasks_are_included_and_not_imported(role: Path) -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in role.glob("tasks/**/*.yml")}
    assert [name for name, text in texts.items() if "import_tasks" in text] == []


def test_every_answer_has_its_tasks_and_its_provider() -> None:
    tasks = ROLES[0].parent / "director/tasks"
    for axis, answers, providers in (("checks", CHECKERS, checkers.CHECKERS), ("vips", HOLDERS, holders.HOLDERS)):
        assert sorted(path.stem for path in (tasks / axis).iterdir()) == sorted(answers) == sorted(providers)


def test_at_boot_every_file_is_loaded_and_the_addresses_come_last() -> None:
    unit = (ROLES[0].parent / "boot/files/lvs.service").read_text(encoding="utf-8")
    loaded = [line for line in unit.splitlines() if line.startswith("ExecStart=")]
    for name, command in FILES.items():
        path = f"{_places.FOLDER}/{name}"
        told = re.sub(r"\{([a-z6-]+)\}", r"\1", command.replace("{path}", path))
        dash = "-" if told.startswith("-") else ""
        wanted = f"ExecStart={dash}/bin/sh -c '[ ! -e {path} ] || exec {told.lstrip('-')}'"
        assert wanted in loaded[: len(FILES)]
    assert loaded[-1] == (
        f"ExecStart=/bin/sh -c '[ ! -e {_places.NETWORK} ] || exec ip -force -batch {_places.NETWORK}'"
    )


def test_at_boot_the_files_are_loaded_that_the_modules_write() -> None:
    unit = (ROLES[0].parent / "boot/files/lvs.service").read_text(encoding="utf-8")
    written = {*(f"{_places.FOLDER}/{name}" for name in FILES), f"{_places.NETWORK}6"}
    written |= {_places.IPVS_RULES, _places.TIMEOUTS, _places.SYNC_DAEMONS, _places.NETWORK}
    assert {*re.findall(r"/etc/lvs/[\w.]+", unit)} == written


@pytest.mark.parametrize("folder", ["roles", "playbooks"])
def test_no_task_names_a_file_of_the_cluster(folder: str) -> None:
    """Each path stands once, in module_utils/_places.py."""
    paths = [path for path in (ROLES[0].parents[1] / folder).rglob("*.yml") if path.name != "argument_specs.yml"]
    assert [path for path in paths if re.search(r"/etc/(lvs|keepalived)\b", path.read_text(encoding="utf-8"))] == []
