# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""gate in a playbook: Ansible itself goes on without a host that it cannot reach, and the gate does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.tests.unit.ansible_runs import ansible

HOSTS = """
all:
  hosts:
    web1: {ansible_connection: local, ansible_python_interpreter: "{{ ansible_playbook_python }}"}
    web2: {ansible_connection: local, ansible_python_interpreter: "{{ ansible_playbook_python }}"}
    lvs1: {ansible_connection: local, ansible_python_interpreter: "{{ ansible_playbook_python }}"}
    lvs2: {ansible_host: 192.0.2.3, ansible_ssh_executable: /bin/false}
"""
PLAYBOOK = """
- hosts: lvs1,lvs2
  gather_facts: false
  any_errors_fatal: true
  tasks:
    - ansible.builtin.ping:
      register: looked
GATE
- hosts: web1,web2
  gather_facts: false
  tasks:
    - ansible.builtin.debug: {msg: "the real server is changed"}
"""
GATE = """
- hosts: all
  gather_facts: false
  any_errors_fatal: true
  tasks:
    - lvs.cluster.gate:
        hosts: [lvs1, lvs2]
        registered: looked
        consequence: Nothing was changed.
      run_once: true
"""


@pytest.mark.parametrize(
    ("gate", "limit", "went_on", "told"),
    [
        ("", "all", True, False),  # why there are gates: not even any_errors_fatal stops the run
        (GATE, "all", False, True),
        (GATE.replace("[lvs1, lvs2]", "[lvs1]"), "all:!lvs2", True, False),
    ],
)
def test_a_host_that_does_not_answer_stops_the_run(
    tmp_path: Path, gate: str, limit: str, went_on: bool, told: bool
) -> None:
    (tmp_path / "hosts.yml").write_text(HOSTS, encoding="utf-8")
    (tmp_path / "run.yml").write_text(PLAYBOOK.replace("GATE", gate), encoding="utf-8")
    done = ansible(tmp_path, "playbook", "-i", "hosts.yml", "--limit", limit, "run.yml")
    printed = done.stdout + done.stderr
    assert ("the real server is changed" in printed) == went_on, printed
    refusal = "lvs2: No answer, or a task has failed there, as shown above. Nothing was changed."
    assert (refusal in printed) == told, printed
    assert (done.returncode == 0) == (limit != "all")
