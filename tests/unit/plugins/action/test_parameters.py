# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks as a user runs them, as far as the parameters: no host is connected to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.tests.unit.ansible_runs import ansible

# What other owners of the inventory may mean by the same names, on each host and on the controller.
INVENTORY = {
    "all": {
        "vars": {"state": "ny", "port": "eth0/1", "timeout": "soon", "tasks": [], "wait": "?", "server": "db"},
        "hosts": {"lvs1": {"ansible_connection": "local", "ansible_host": "192.0.2.2"}},
    }
}
READ = [
    {
        "hosts": "all",
        "gather_facts": False,
        "tasks": [
            {"lvs.cluster.parameters": {"playbook": "drain"}, "register": "read"},
            {"ansible.builtin.debug": {"msg": "GIVEN {{ read.given | to_json }}"}},
        ],
    }
]


def run(folder: Path, *arguments: str) -> str:
    (folder / "hosts.json").write_text(json.dumps(INVENTORY), encoding="utf-8")
    (folder / "read.json").write_text(json.dumps(READ), encoding="utf-8")
    done = ansible(folder, "playbook", "-i", "hosts.json", *arguments)
    return done.stdout + done.stderr


def test_extra_variables_alone_have_short_names(tmp_path: Path) -> None:
    (tmp_path / "extra.json").write_text(json.dumps({"services": ["shop"]}), encoding="utf-8")
    printed = run(tmp_path, "read.json", "-e", "server={{ 'web' ~ 1 }}", "-e", "@extra.json", "-e", "lvs_timeout=60")
    text = printed.partition("GIVEN ")[2].partition("\n")[0].rstrip('"').replace('\\"', '"')
    assert json.loads(text) == {"server": ["web1"], "services": ["shop"], "wait": True, "timeout": 60, "force": False}


@pytest.mark.parametrize(
    ("playbook", "extra", "problem"),
    [
        ("failover", "state=stanby", "state: 'stanby' is not a state of a director; did you mean standby?"),
        ("drain", "timeout=10", "server: is missing; set it with -e server=web1"),
        ("rolling", "batch=none", "batch: 'none' is not a number of hosts"),
        ("rolling_directors", "lvs_tasks=upgrad.yml", "tasks: there is no file upgrad.yml in "),
        ("activate", "lvs_weight_for_now=x", "lvs_weight_for_now: 'x' is not a whole number"),
    ],
)
def test_a_playbook_refuses_what_it_cannot_use(tmp_path: Path, playbook: str, extra: str, problem: str) -> None:
    printed = run(tmp_path, f"lvs.cluster.{playbook}", "-e", extra)
    assert "Nothing was done." in printed
    assert problem in printed
    assert "Check the definition" not in printed
