# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook definition.yml as a user runs it: the groups that it leaves to the plays after it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.tests.unit.ansible_runs import ansible

EXAMPLE = Path(__file__).resolve().parents[2] / "inventory-examples" / "two-clusters"
SHOW = """
- name: Show the groups of the run
  hosts: all
  gather_facts: false
  tasks:
    - name: Show them
      ansible.builtin.debug: {msg: "GROUPS {{ groups | to_json }}"}
      run_once: true
"""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], {"directors": ["lvs1", "lvs2"], "realservers": ["web1", "web2"]}),
        (["--limit", "lvs1,web2", "--check"], {"directors": ["lvs1"], "realservers": ["web2"]}),
        (
            ["--extra-vars", "lvs_cluster_name=shop"],
            {"directors": ["lvs1"], "realservers": ["web1", "web2"], "shared_realservers": ["web1", "web2"]},
        ),
    ],
)
def test_it_gathers_the_hosts_of_the_run_by_their_part(
    tmp_path: Path, arguments: list[str], expected: dict[str, list[str]]
) -> None:
    (tmp_path / "show.yml").write_text(SHOW, encoding="utf-8")
    words = ("playbook", "--inventory", str(EXAMPLE), *arguments, "lvs.cluster.definition", "show.yml")
    done = ansible(tmp_path, *words, ANSIBLE_CALLBACK_RESULT_FORMAT="json")
    assert done.returncode == 0, done.stdout + done.stderr
    shown = json.loads(done.stdout.split("GROUPS ")[1].split("\n")[0].rstrip('"').replace('\\"', '"'))
    assert {name: hosts for name, hosts in shown.items() if name.startswith("lvs_cluster_")} == {
        f"lvs_cluster_{part}": hosts for part, hosts in expected.items()
    }
    assert "changed=0" in done.stdout
