# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ansible-playbook prints and exits with, with the callback lvs.cluster.plain."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ENVIRONMENT = {**os.environ, "ANSIBLE_STDOUT_CALLBACK": "lvs.cluster.plain", "ANSIBLE_LOCALHOST_WARNING": "false"}
DEFINITION = """\
all:
  children:
    lvs_directors: {hosts: {lvs1: {ansible_host: 192.0.2.2}}}
    web: {hosts: {web1: {ansible_host: 192.0.2.21}}}
  vars:
    lvs_services: [{name: shop, address: 192.0.2.198, port: 80, real_servers: web}]
"""


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    command = ["ansible-playbook", "-i", "hosts.yml", "lvs.cluster.definition"]
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)


def test_a_run_without_hosts_is_no_success(tmp_path: Path) -> None:
    """Whoever watches a cluster by the exit status would take it for healthy."""
    (tmp_path / "hosts.yml").write_text("", encoding="utf-8")
    done = run(tmp_path)
    assert (done.returncode, done.stdout) == (4, "")
    assert "No host took part: name an inventory with hosts, by -i" in done.stderr


def test_a_run_with_hosts_that_answers_nothing_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "hosts.yml").write_text(DEFINITION, encoding="utf-8")
    done = run(tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
