# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an operator asks a playbook for."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.members import is_read
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.parameters import missing_files, names_in, parameters
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.host import CLUSTER_VARIABLES, HOST_FIELDS
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.parameters import PARAMETER_VARIABLES, PLAYBOOKS


def said(playbook: str, **extra: Any) -> tuple[dict[str, Any], list[str]]:
    """What comes of -e."""
    found = parameters(playbook, extra, extra)
    return dict(found.given), list(found.problems)


def test_a_file_of_tasks_has_to_be_there() -> None:
    there = {"/home/anna/update.yml", "/srv/update.yml"}

    def missing(tasks: str) -> list[str]:
        return missing_files("rolling", {"tasks": tasks, "timeout": 300}, "/home/anna", there.__contains__)

    assert missing("update.yml") == missing("/srv/update.yml") == []
    assert missing("updat.yml") == ["tasks: there is no file updat.yml in /home/anna, where Ansible was started"]


def test_what_nobody_has_said_has_its_default() -> None:
    assert said("drain", server="web1") == (
        {"server": ["web1"], "services": [], "wait": True, "timeout": 300, "force": False},
        [],
    )
    assert said("failover") == ({"state": "standby", "drill": False, "probe_from": "localhost"}, [])


def test_a_parameter_has_a_short_name_and_a_long_one() -> None:
    short, long = said("drain", server="web1", wait="no"), said("drain", lvs_server="web1", lvs_wait="no")
    assert short == long
    assert short[0]["wait"] is False


def test_names_stand_in_a_list_or_between_commas() -> None:
    assert (
        said("drain", server="web1, web2", services=["shop", "mail"])[0] | {"server": ["web1", "web2"]}
        == (said("drain", server=["web1", "web2"], services="shop,mail")[0])
    )


@pytest.mark.parametrize(
    ("said_for", "seconds"),
    [("90s", 90), ("5m", 300), ("4h", 14400), ("30d", 2592000), ("0", 0), (0, 0), ("60", 60), (2592000, 2592000)],
)
def test_a_mute_lasts_a_number_of_some_unit(said_for: object, seconds: int) -> None:
    assert said("doctor", mute_for=said_for)[0]["mute_for"] == seconds


@pytest.mark.parametrize(
    ("playbook", "extra", "problem"),
    [
        (
            "drain",
            {"server": "web1", "service": "shop"},
            "service: is not a parameter of lvs.cluster.drain; did you mean services?",
        ),
        (
            "failover",
            {"directer": "lvs2"},
            "directer: is not a parameter of lvs.cluster.failover; did you mean director?",
        ),
    ],
)
def test_a_misspelt_name_is_no_variable_of_somebody_elses(playbook: str, extra: dict[str, Any], problem: str) -> None:
    assert said(playbook, **extra)[1] == [problem]


@pytest.mark.parametrize(
    "extra", [{"servers": "web"}, {"release": "7.1"}, {"lvs_servers": "web"}, {"ansible_user": "admin"}]
)
def test_what_somebody_else_may_mean_is_let_pass(extra: dict[str, Any]) -> None:
    """Another playbook of the same run has servers."""
    assert said("drain", server="web1", **extra)[1] == []


@pytest.mark.parametrize(
    ("playbook", "extra", "problem"),
    [
        ("failover", {"state": "stanby"}, "state: 'stanby' is not a state of a director; did you mean standby?"),
        ("failover", {"lvs_state": "aktive"}, "lvs_state: 'aktive' is not a state of a director; did you mean active?"),
        ("failover", {"drill": "maybe"}, "drill: 'maybe' is neither true nor false"),
        ("failover", {"port": "http"}, "port: 'http' is not a whole number: a port is a number from 1 to 65535"),
        ("drain", {"server": "web1", "timeout": "10m"}, "write 600"),
        ("drain", {}, "server: is missing; set it with -e server=web1"),
        ("rolling", {"tasks": "update.yml", "batch": "0"}, "batch: '0' is not a number of hosts"),
        ("activate", {"server": "web1", "weight": "-1"}, "weight: '-1' is out of range"),
        ("activate", {"server": "web1", "lvs_server": "web2"}, "lvs_server: server has another value"),
        ("activate", {"server": "web1", "ramp": "1m"}, "write 60"),
        ("metrics", {"lvs_metrics_state": "off"}, "lvs_metrics_state: 'off' is not a state of the metrics"),
        ("fix", {}, "code: is missing; set it with -e code=LVS811"),
        ("doctor", {"mute_for": "soon"}, "mute_for: 'soon' is not a time for a mute: it is a number with s, m, h or d"),
        ("doctor", {"mute_for": "31d"}, "mute_for: 31d is out of range"),
        ("doctor", {"mute_for": "-1h"}, "mute_for: '-1h' is not a time for a mute"),
        ("metrics", {"folder": "/var/lib/node exporter"}, "folder: '/var/lib/node exporter' is not a folder"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(playbook: str, extra: dict[str, Any], problem: str) -> None:
    (told,) = said(playbook, **extra)[1]
    assert problem in told


def test_an_inventory_says_nothing_by_a_short_name() -> None:
    inventory = {"state": "ny", "port": "eth0/1", "address": "1 Main St", "lvs_probe_port": 443, "lvs_state": "active"}
    variables = {name: inventory[name] for name in names_in("failover", inventory, ())}
    assert variables == {"lvs_probe_port": 443, "lvs_state": "active"}
    assert parameters("failover", variables, ()).given["port"] == 443
    # What is said on the command line counts before it.
    found = parameters("failover", {**variables, "state": "standby"}, {"state"})
    assert (found.given["state"], found.problems) == ("standby", ())


@pytest.mark.parametrize("name", ["lvs_servers", "lvs_batch"])
def test_what_comes_too_late_from_an_inventory_is_refused(name: str) -> None:
    (problem,) = parameters("rolling", {name: "2", "tasks": "x.yml"}, {"tasks"}).problems
    assert problem == f"{name}: is set in an inventory, which is too late for this one; set it with -e"


def test_a_definition_knows_the_names_and_reads_none_of_them() -> None:
    assert not any(map(is_read, PARAMETER_VARIABLES))
    assert {*HOST_FIELDS} >= PARAMETER_VARIABLES
    assert not PARAMETER_VARIABLES & {*CLUSTER_VARIABLES, "lvs_weight", "lvs_address"}


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_every_default_passes_its_own_check(playbook: str) -> None:
    defaults = {entry.variable: entry.default for entry in PLAYBOOKS[playbook].values() if entry.default is not None}
    given, _problems = said(playbook, **defaults)
    assert {PLAYBOOKS[playbook][name].variable: value for name, value in given.items()} == defaults
