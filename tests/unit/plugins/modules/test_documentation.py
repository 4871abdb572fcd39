# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An option has the same words wherever it is documented."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.yaml.loader import AnsibleLoader

from ansible_collections.lvs.cluster.plugins.modules import (
    ipvs_destination,
    ipvs_service,
    ipvs_services,
    parameters,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.parameters import PLAYBOOKS

MODULES = sorted(path.stem for path in Path(parameters.__file__).parent.glob("[!_]*.py"))


def options(module: Any) -> dict[str, Any]:
    return yaml.safe_load(module.DOCUMENTATION)["options"]


def words(option: dict[str, Any]) -> dict[str, Any]:
    """The documentation of an option with the paths of other options cut to their last name."""
    text = " ".join(option["description"])
    return {**option, "description": re.sub(r"O\((?:\w+\[\]\.)*(?:service_)?(\w+)\)", r"O(\1)", text)}


SERVICE = options(ipvs_services)["services"]["suboptions"]
DESTINATION = SERVICE["destinations"]["suboptions"]


def test_one_service_has_the_options_of_many() -> None:
    alone = options(ipvs_service)
    for name, option in SERVICE.items():
        if name != "destinations":
            assert words(alone.pop(name)) == words(option)
    assert set(alone) == {"state", "boot_file"}


def test_one_destination_has_the_options_of_many() -> None:
    alone = options(ipvs_destination)
    for name, option in DESTINATION.items():
        assert words(alone.pop(name)) == words(option)
    for name in ("address", "protocol", "fwmark", "family"):
        assert words(alone.pop(f"service_{name}")) == words(SERVICE[name])
    assert set(alone) == {"state", "service_port", "boot_file"}


@pytest.mark.parametrize("name", MODULES)
def test_no_result_is_taken_for_the_state_of_a_task(name: str) -> None:
    """A value that is not empty, under one of these names, makes a task that Ansible takes for failed or skipped."""
    module = importlib.import_module(f"ansible_collections.lvs.cluster.plugins.modules.{name}")
    returned = yaml.safe_load(getattr(module, "RETURN", "") or "") or {}
    assert returned.keys().isdisjoint({"failed", "skipped", "unreachable", "exception", "ansible_facts"})


@pytest.mark.parametrize("name", MODULES)
def test_ansible_reads_the_documentation(name: str) -> None:
    """By libyaml, which takes less than Python's own reader."""
    module = importlib.import_module(f"ansible_collections.lvs.cluster.plugins.modules.{name}")
    for text in ("DOCUMENTATION", "EXAMPLES", "RETURN"):
        AnsibleLoader(getattr(module, text, "")).get_single_data()


def test_every_playbook_with_parameters_can_have_them_read() -> None:
    assert options(parameters)["playbook"]["choices"] == sorted(PLAYBOOKS)
