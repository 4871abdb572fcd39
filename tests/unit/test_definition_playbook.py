# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook definition.yml as a user runs it: the groups that it leaves to the plays after it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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
    command = [sys.executable, "-m", "ansible", "playbook", "--inventory", str(EXAMPLE), *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    environment.update(ANSIBLE_HOME=str(tmp_path / "home"), ANSIBLE_NOCOLOR="1", ANSIBLE_CALLBACK_RESULT_FORMAT="json")
    done = subprocess.run(
        [*command, "lvs.cluster.definition", "show.yml"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    shown = json.loads(done.stdout.split("GROUPS ")[1].split("\n")[0].rstrip('"').replace('\\"', '"'))
    assert {name: hosts for name, hosts in shown.items() if name.startswith("lvs_cluster_")} == {
        f"lvs_cluster_{part}": hosts for part, hosts in expected.items()
    }
    assert "changed=0" in done.stdout
