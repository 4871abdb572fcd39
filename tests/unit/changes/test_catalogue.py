# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every change leads from one good definition to another."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rules import parse as rules
from ansible_collections.lvs.cluster.tests.changes import catalogue

CHANGES = catalogue.changes()


def test_there_are_enough_changes_each_with_a_name_of_its_own() -> None:
    assert len({change.name for change in CHANGES}) == len(CHANGES) >= 25


@pytest.mark.parametrize("change", [pytest.param(change, id=change.name) for change in CHANGES])
def test_both_ends_of_a_change_are_accepted_and_differ(change: catalogue.Change) -> None:
    assert change.start != change.end
    for definition in (change.start, change.end):
        hosts = {**definition["real_servers"], **definition["directors"]}
        groups = {"all": [*hosts], "lvs_directors": [*definition["directors"]], "web": [*definition["real_servers"]]}
        rules.parse(definition["lvs_cluster"], definition["lvs_services"], groups, hosts)
    assert catalogue.asked(change.start, change.end)


def test_a_patch_changes_what_it_names_and_nothing_else() -> None:
    definition = {"a": {"b": 1, "c": 2}, "list": [{"name": "x", "port": 80}, {"name": "y"}]}
    patch = {"a.b": None, "a.d.e": 3, "list.x.port": 81, "list.y": None, "list.z": {"port": 1}}
    assert catalogue.patched(definition, patch) == {
        "a": {"c": 2, "d": {"e": 3}},
        "list": [{"name": "x", "port": 81}, {"name": "z", "port": 1}],
    }
    assert definition["a"] == {"b": 1, "c": 2}
