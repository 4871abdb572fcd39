# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook undo.yml on hosts that are made up, and what a roll-out with its file of variables would do.

Simulated are, in a copy of the collection, the modules that reach hosts. Definitions and histories are real: the first
are read from inventories, and what a director keeps of them is what the action of a roll-out hands to its modules.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.digest import digest
from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.document import Said, document
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.parse import parse
from ansible_collections.lvs.cluster.tests.unit import ansible_runs
from ansible_collections.lvs.cluster.tests.unit.test_plan_playbook import (
    COMES,
    NAME_AND_STATE,
    SAME,
    director,
    real_server,
)
from ansible_collections.lvs.cluster.tests.unit.test_site_playbook import PROJECT, VIP, copied

SECRET = "s3cret-s"
SHOP = {"name": "shop", "address": VIP, "port": 80, "real_servers": "web"}
CLUSTER = {"vrrp": {"password": SECRET}}
NUMBERS = {"lvs1": 2, "lvs2": 3, "web1": 21, "web3": 23}
DIRECTORS = ("lvs1", "lvs2")
# What host_compare finds on directors: the definition of TODAY is in force there.
COMES_BACK = {
    "steps": [
        {"action": "change", "kind": "service", "count": 1, "commands": [f"ipvsadm -E -t {VIP}:80 -s wlc"]},
        {
            "action": "add",
            "kind": "destination",
            "count": 1,
            "commands": [f"ipvsadm -a -t {VIP}:80 -r 192.0.2.23:80 -w 3"],
        },
    ],
    "plan": {
        "added": [{"kind": "destination", "name": f"tcp {VIP}:80 -> 192.0.2.23:80", "after": {"weight": 3}}],
        "changed": [{"kind": "service", "name": f"tcp {VIP}:80", "before": {}, "after": {"scheduler": "wlc"}}],
        "removed": [],
    },
    "diff": [],
}
DRAINED = {"192.0.2.21": "-1000000\n"}


def inventory(
    *web: str, shop: Mapping[str, Any] | None = None, cluster: object = None, **hosts: Mapping[str, Any]
) -> dict[str, Any]:
    """web: the real servers. shop, cluster: SHOP and CLUSTER where they are left out. hosts: variables of hosts."""
    return {
        "all": {
            "vars": {
                "ansible_connection": "local",
                "ansible_become": False,
                "lvs_services": [shop or SHOP],
                "lvs_cluster": CLUSTER if cluster is None else cluster,
            },
            "hosts": {
                host: {"ansible_host": f"192.0.2.{number}", **hosts.get(host, {})} for host, number in NUMBERS.items()
            },
            "children": {
                "lvs_directors": {"hosts": {host: {} for host in DIRECTORS}},
                "web": {"hosts": {host: {} for host in web}},
            },
        }
    }


def kept(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a director keeps of an inventory's definition."""
    every = given["all"]
    groups = {
        "all": [*every["hosts"]],
        **{name: [*each["hosts"]] for name, each in every["children"].items()},
    }
    own = {host: {"ansible_connection": "local", **variables} for host, variables in every["hosts"].items()}
    said = Said(every["vars"]["lvs_cluster"], every["vars"]["lvs_services"], groups, own)
    cluster = parse(*said)
    return document(cluster.name, digest(cluster), said)


def entry(time: str, definition: Mapping[str, Any], module: str = "ipvs_services", **more: Any) -> dict[str, Any]:
    """A line of a history, as history_info returns it."""
    named = {definition["name"]: definition["digest"]}
    origin = {"user": "anna@desk", "playbook": "lvs.cluster.site", "definitions": named}
    nothing = {"login": {}, "counts": {}, "plan": {}, "commands": [], "files": [], "diff": [], "failure": ""}
    return {"time": time, "module": module, "origin": origin, **nothing, **more}


BEFORE = inventory("web1", "web3", web3={"lvs_weight": 3})
TODAY = inventory("web1", shop={**SHOP, "scheduler": "rr"})
THEN, NOW = kept(BEFORE), kept(TODAY)
ENTRIES = [entry("2026-11-29T10:00:00Z", THEN), entry("2026-11-30T08:15:02Z", NOW)]
HISTORY = {
    "entries": ENTRIES,
    "earlier": 0,
    "damaged": 0,
    "definitions": {each["digest"]: each for each in (THEN, NOW)},
}
OF_REAL_SERVER = {"entries": [], "earlier": 0, "damaged": 0, "definitions": {}}


class Run:
    """printed: what the run has told people. calls: how often which host was asked for what."""

    def __init__(self, done: subprocess.CompletedProcess[str], calls: list[str]) -> None:
        self.printed, self.errors, self.code = done.stdout, done.stderr, done.returncode
        self.calls = Counter(calls)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = ("host_info", "host_compare", "set_up", "history", "history_info")
    return copied(tmp_path_factory.mktemp("undo"), NAME_AND_STATE, names)


@pytest.fixture
def folder(copy: Path) -> Path:
    (copy / "undo.yml").unlink(missing_ok=True)
    return copy


def simulated(histories: Mapping[str, Any]) -> dict[str, Any]:
    lvs1 = deepcopy(director(2, 3, vip=True))
    lvs1["host_info"].update(drains=DRAINED)
    hosts = {"lvs1": lvs1, "lvs2": director(3, 2), "web1": real_server(21, SAME), "web3": real_server(23, COMES)}
    for host in DIRECTORS:
        hosts[host]["host_compare"]["parts"]["services"] = COMES_BACK
    return {
        host: {**each, "history_info": histories.get(host, HISTORY if host in DIRECTORS else OF_REAL_SERVER)}
        for host, each in hosts.items()
    }


def play(
    folder: Path, playbook: str, *words: str, given: Mapping[str, Any] | None = None, away: str = "", **histories: Any
) -> Run:
    """given: the inventory, TODAY where it is left out. away: a host that does not answer. histories: of hosts that
    have another one.
    """
    whole = deepcopy(dict(given or TODAY))
    for host, told in simulated(histories).items():
        whole["all"]["hosts"][host]["simulated"] = {} if host == away else told
    return Run(*ansible_runs.simulated(folder, whole, playbook, *words, ANSIBLE_STDOUT_CALLBACK="lvs.cluster.plain"))


PAGE = f"""\
DEFINITION    SINCE                    BY
{THEN["digest"]}  2026-11-29 10:00:00 UTC  anna@desk  goes back to this one
{NOW["digest"]}  2026-11-30 08:15:02 UTC  anna@desk  in force

How the definition goes back to {THEN["digest"]}
"""


def test_the_way_back_is_shown_and_written(folder: Path) -> None:
    run = play(folder, "lvs.cluster.undo")
    assert run.printed.startswith(PAGE), run.printed + run.errors
    assert run.code == 1
    for line in (
        "-    scheduler: rr",
        "+    - web3",
        "- web1 is drained, or has a weight of its own, on lvs1: ansible-playbook lvs.cluster.activate -e server=web1",
        "  ansible-playbook -i hosts.yml lvs.cluster.site -e @undo.yml",
    ):
        assert line in run.printed.splitlines(), line + run.printed
    assert SECRET not in run.printed
    assert (folder / "undo.yml").stat().st_mode & 0o777 == 0o600
    # The history, and what a plan takes; nothing that could change a host.
    assert run.printed in (PROJECT / "docs/verbs/undo.md").read_text(encoding="utf-8")
    modules = {call.split()[1] for call in run.calls}
    assert modules == {"history_info", "host_info", "host_compare"}
    assert {*run.calls.values()} == {1}


def test_programs_get_one_document_and_the_variables_give_the_definition(folder: Path) -> None:
    run = play(folder, "lvs.cluster.undo", "-e", "output=json", "-e", "to=back.yml")
    document = json.loads(run.printed)
    assert (document["word"], run.code) == ("something to do", 1)
    assert document["reached"] == document["to"]["digest"] == THEN["digest"]
    assert [each["digest"] for each in document["rolled_out"]] == [THEN["digest"], NOW["digest"]]
    assert document["plan"]["hosts"]["lvs1"] == {"added": 1, "changed": 1, "removed": 0}
    # By the same way as any other variables, as the page says.
    again = json.loads(
        play(folder, "lvs.cluster.undo", "-e", "@back.yml", "-e", "output=json", "-e", "to=x.yml").printed
    )
    assert (again["today"], again["differences"]) == (THEN["digest"], [])
    (folder / "x.yml").unlink()


def test_what_it_plans_is_what_the_variables_give_a_roll_out(folder: Path) -> None:
    undone = json.loads(play(folder, "lvs.cluster.undo", "-e", "output=json").printed)
    planned = json.loads(play(folder, "lvs.cluster.plan", "-e", "output=json", "-e", "@undo.yml").printed)
    assert {name: planned[name] for name in undone["plan"]} == undone["plan"]


def test_the_definition_is_the_one_of_a_moment(folder: Path) -> None:
    third = kept(inventory("web1"))
    history = {**HISTORY, "entries": [*ENTRIES, entry("2026-11-30T09:00:00Z", third)]}
    run = play(folder, "lvs.cluster.undo", "-e", "output=json", "-e", "before=2026-11-30T08:15", lvs1=history)
    assert json.loads(run.printed)["to"]["digest"] == THEN["digest"], run.printed + run.errors


def test_nothing_is_written_in_check_mode_nor_over_another_file(folder: Path) -> None:
    run = play(folder, "lvs.cluster.undo", "--check")
    assert run.printed.startswith(PAGE), run.printed + run.errors
    assert "Would be written: undo.yml." in run.printed
    assert not (folder / "undo.yml").exists()
    over = play(folder, "lvs.cluster.undo", "-e", "to=hosts.yml")
    assert over.code == 2
    assert "hosts.yml exists already and was not written by this playbook" in over.errors


def test_where_there_is_no_way_back_nothing_is_planned(folder: Path) -> None:
    history = {**HISTORY, "definitions": {NOW["digest"]: NOW}}
    run = play(folder, "lvs.cluster.undo", lvs1=history, lvs2=history)
    assert run.code == 2
    assert f"was kept by no director that could be read. Kept are: {NOW['digest']} (-e definition=" in run.errors
    assert "Nothing was planned, and nothing was changed on any host." in run.errors
    assert not any("host_info" in call for call in run.calls)


def test_a_host_that_has_left_the_inventory_is_a_problem(folder: Path) -> None:
    then = kept(inventory("web1", "web3", web3={"lvs_weight": 3}))
    then["hosts"]["web9"] = then["hosts"].pop("web3")
    history = {**HISTORY, "definitions": {**HISTORY["definitions"], THEN["digest"]: then}}
    run = play(folder, "lvs.cluster.undo", lvs1=history, lvs2=history)
    assert run.code == 2
    assert "web9 is no host of the inventory today: put it back there (" in run.errors


def test_where_no_history_can_be_read_the_reasons_are_told(folder: Path) -> None:
    run = play(folder, "lvs.cluster.undo", away="lvs1", lvs2={"failed": True, "msg": "no such file"})
    assert run.code == 2
    told = run.printed + run.errors
    assert "No history that could be read names a roll-out of this cluster, so nothing is known to go back to." in told
    assert "lvs1 could not be read: " in told
    assert "lvs2 could not be read: no such file" in told
    assert not (folder / "undo.yml").exists()


def test_a_host_that_is_away_is_named_and_makes_the_plan_incomplete(folder: Path) -> None:
    run = play(folder, "lvs.cluster.undo", away="lvs2")
    assert run.code == 2
    assert "lvs2: its history could not be read: " in run.printed
    assert "This plan is incomplete: the lines above say what could not be read" in run.printed


def test_drains_and_other_verbs_do_not_count_as_roll_outs(folder: Path) -> None:
    edited = kept(inventory("web3"))
    drain = entry("2026-11-30T09:00:00Z", edited, "ipvs_real_server")
    drain["origin"]["playbook"] = "lvs.cluster.drain"
    exporter = entry("2026-11-30T10:00:00Z", edited, "metrics", commands=["systemctl enable --now lvs-metrics.timer"])
    exporter["origin"]["playbook"] = "lvs.cluster.metrics"
    history = {**HISTORY, "entries": [*ENTRIES, drain, exporter]}
    run = play(folder, "lvs.cluster.undo", lvs1=history, lvs2=history)
    assert run.printed.startswith(PAGE), run.printed + run.errors
    assert (
        "- lvs1, 2026-11-30 10:00:00 UTC, systemctl enable --now lvs-metrics.timer: "
        "ansible-playbook lvs.cluster.metrics -e lvs_metrics_state=absent"
    ) in run.printed
