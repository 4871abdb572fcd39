# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook rehearse.yml where there can be no rehearsal: it says why, and does nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLE = PROJECT / "inventory-examples" / "failover"


def rehearse(folder: Path, *words: str, path: str = "/nowhere") -> tuple[int, str]:
    """Exit status, and what is printed without line breaks, of a run on a computer that has no QEMU."""
    environment = {**os.environ, "PATH": path, "ANSIBLE_NOCOLOR": "1", "LAB_CACHE": str(folder / "cache")}
    command = [sys.executable, "-m", "ansible", "playbook", "-i", str(EXAMPLE), "lvs.cluster.rehearse", *words]
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def test_what_the_controller_lacks_is_named_with_its_packages_and_nothing_is_made(tmp_path: Path) -> None:
    code, printed = rehearse(tmp_path)
    assert code == 2
    assert "Nothing was rehearsed: it cannot run here" in printed
    assert "qemu-system-x86" in printed.partition("apt-get install")[2]
    assert not any(tmp_path.iterdir())


def test_an_inventory_of_before_that_is_not_there_is_named(tmp_path: Path) -> None:
    code, printed = rehearse(tmp_path, "-e", "from=yesterday")
    assert code == 2
    assert "the inventory of before, is not there: name another one with -e from=DIR" in printed


def test_the_inventory_of_before_is_read_as_ansible_reads_one(tmp_path: Path) -> None:
    (tmp_path / "yesterday.yml").write_text(
        "all: {hosts: {lvs1: {ansible_host: 192.0.2.2}}, children: {lvs_directors: {hosts: {lvs1: }}}, "
        "vars: {lvs_services: [{name: shop, address: 192.0.2.198, port: '{{ 70000 }}', real_servers: web}]}}"
    )
    code, printed = rehearse(tmp_path, "-e", "from=yesterday.yml")
    assert code == 2
    assert "Nothing was rehearsed: lvs_services[0]" in printed
    assert "70000" in printed
