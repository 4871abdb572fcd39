# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook site.yml on hosts that are made up: which parts of it run where, and when, after a director has left.

Simulated are, in a copy of the collection, the plugins that reach hosts, which write down what they were asked, and the
two files of tasks that set up a director and remove it. The decisions, the gates and the groups of the run are real.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.unit.ansible_runs import simulated

PROJECT = Path(__file__).resolve().parents[2]
SIMULATED = """
import os
from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

class ActionModule(ActionBase):
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        host, name = task_vars["inventory_hostname"], self._task.action.rpartition(".")[2]
        with open(os.environ["SIMULATED_CALLS"], "a") as file:
            file.write(f"{host} {%(call)s}\\n")
        answers = {"history": {}, **task_vars["simulated"]}
        if name not in answers:
            raise AnsibleConnectionFailure("no route to host")
        return {"changed": False, **answers[name]}
"""
STATE = "self._task.args.get('state', 'looked at')"
PRESENT = """
- lvs.cluster.set_up: {state: set up}
- ansible.builtin.set_fact: {director_is_set_up: true}
"""
ABSENT = """
- lvs.cluster.set_up: {state: removed}
"""
VIP = "192.0.2.198"
ROUTER = {"name": "lvs", "virtual_router_id": 51, "family": "ipv4", "interface": "eth0", "advertised": "127.112.9.51"}
SET_UP = {
    "interfaces": {VIP: "eth0", **{f"192.0.2.{number}": "eth0" for number in (2, 3, 4)}},
    "plan": {"added": [], "changed": [], "removed": []},
    "answers": {},
    "boot_commands": [],
    "systemd": True,
}


def line(host: str, number: int) -> dict[str, Any]:
    return {"cluster": "lvs_directors", "name": host, "addresses": [f"192.0.2.{number}"]}


def told(number: int, *others: dict[str, Any], vip: bool = False, runs: bool = True) -> dict[str, Any]:
    """What the plugins return on a director. others: whom its configuration names."""
    macs = {f"192.0.2.{number}": f"02:00:00:00:00:0{number}"}
    report = {
        "addresses": [*macs, *([VIP] if vip else [])],
        "hardware_addresses": macs,
        "held": [f"{VIP}/32"] if vip else [],
        "missing": [],
        "files": ["/usr/sbin/keepalived", "/etc/keepalived/keepalived.conf"],
        "ipvs": {"services": [], "schedulers": ["wlc"], "persistence_engines": [], "connection_table_size": 4096},
        "virtual_routers": [{**ROUTER, "peers": []}],
        "other_directors": list(others),
        "keepalived_is_own": True,
        "drains": {},
        "keepalived_runs": runs,
        "keepalived_version": "2.2.7",
        "system": {"ID": "debian"},
        "selinux": {"enforced": False, "keepalived_connect_any": True},
        "owners": {"units": {}, "ipvsadm": {}, "ldirectord": [], "processes": [], "kube_interface": False},
        "closed": [],
        "heard": [],
    }
    return {"host_info": report, "set_up": {**SET_UP, "hardware_addresses": macs}}


LVS1, LVS2 = told(2, line("lvs2", 3), line("lvs3", 4)), told(3, line("lvs1", 2), line("lvs3", 4))
LVS3 = (line("lvs1", 2), line("lvs2", 3))
REMAINING = {"lvs1": LVS1, "lvs2": LVS2}


@dataclass(frozen=True)
class Run:
    """calls: host and what was done there, in their order."""

    printed: str
    went_through: bool
    calls: list[str]

    @property
    def changes(self) -> list[str]:
        return [call for call in self.calls if not call.endswith((" looked at", " replaced"))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a copy of the collection in which what reaches hosts is simulated."""
    return copied(tmp_path, STATE, ("host_info", "set_up"))


def copied(folder: Path, call: str, names: Iterable[str]) -> Path:
    """Put a copy of the collection into a folder, in which these action plugins are simulated.

    call: what of a call is written down, as an expression of Python in the action plugin.
    """
    copy = folder / "collections/ansible_collections/lvs/cluster"
    for part in ("playbooks", "roles", "plugins"):
        shutil.copytree(PROJECT / part, copy / part)
    for name in names:
        (copy / f"plugins/action/{name}.py").write_text(SIMULATED % {"call": call}, encoding="utf-8")
    for name, tasks in (
        ("director/tasks/present", PRESENT),
        ("director/tasks/absent", ABSENT),
        ("boot/tasks/main", "[]"),
    ):
        (copy / f"roles/{name}.yml").write_text(tasks, encoding="utf-8")
    return folder


def site(folder: Path, lvs3: Mapping[str, Any], *arguments: str, serves: bool = False) -> Run:
    """lvs1 and lvs2 are the directors, lvs3 was one. lvs3: what is simulated there. serves: if it is a real server."""
    real_server = {"host": "lvs3"} if serves else {"address": "192.0.2.21"}
    service = {"name": "shop", "address": VIP, "port": 80, "real_servers": [real_server]}
    inventory = {
        "all": {
            "vars": {"ansible_connection": "local", "ansible_become": False, "lvs_services": [service]},
            "hosts": {
                host: {"ansible_host": f"192.0.2.{number}", "simulated": answers}
                for number, (host, answers) in enumerate({**REMAINING, "lvs3": lvs3}.items(), 2)
            },
            "children": {"lvs_directors": {"hosts": {"lvs1": {}, "lvs2": {}}}},
        }
    }
    done, calls = simulated(folder, inventory, "lvs.cluster.site", *arguments)
    printed = " ".join((done.stdout + done.stderr).split())
    return Run(printed, done.returncode == 0, calls)


def test_a_director_that_leaves_with_the_vips_is_removed_before_any_other_is_changed(folder: Path) -> None:
    run = site(folder, told(4, *LVS3, vip=True), serves=True)
    assert run.went_through, run.printed
    assert list(dict.fromkeys(run.changes[:-2])) == ["lvs3 removed", "lvs3 merged"]
    assert sorted(run.changes[-2:]) == ["lvs1 set up", "lvs2 set up"]
    # What it is as a real server is tested when it has no VIPs any more, and the others are looked at again then.
    removed = run.calls.index("lvs3 removed")
    assert "lvs3 replaced" not in run.calls[:removed]
    set_up = min(map(run.calls.index, run.changes[-2:]))
    assert {"lvs1 looked at", "lvs2 looked at"} <= {*run.calls[removed:set_up]}


def test_one_that_has_been_stopped_already_needs_nothing(folder: Path) -> None:
    run = site(folder, told(4, *LVS3, runs=False))
    assert run.went_through, run.printed
    assert {*run.changes} == {"lvs1 set up", "lvs2 set up"}


@pytest.mark.parametrize(
    ("lvs3", "arguments", "words"),
    [
        ({}, (), "make sure that it is down, and say so: -e gone_directors=lvs3 [LVS791]"),
        (told(4, *LVS3), ("--limit", "lvs1,lvs2"), "without a --limit that leaves lvs3 out"),
    ],
)
def test_one_that_cannot_be_looked_at_stops_the_run(
    folder: Path, lvs3: Mapping[str, Any], arguments: tuple[str, ...], words: str
) -> None:
    run = site(folder, lvs3, *arguments)
    assert (run.went_through, run.changes) == (False, [])
    assert words in run.printed
    assert "Nothing was changed" in run.printed


def test_one_that_is_down_is_not_looked_at(folder: Path) -> None:
    run = site(folder, {}, "-e", "gone_directors=lvs3")
    assert run.went_through, run.printed
    assert {*run.changes} == {"lvs1 set up", "lvs2 set up"}
