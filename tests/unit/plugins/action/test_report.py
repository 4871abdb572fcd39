# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook report as a user runs it: which files it writes, and when it refuses."""

from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ansible_collections.lvs.cluster.tests.unit.ansible_runs import ansible

INVENTORY = """
all:
  children:
    lvs_directors:
      hosts:
        lvs1: {ansible_host: 192.0.2.2}
        lvs2: {ansible_host: 192.0.2.3}
    web:
      hosts:
        web1: {ansible_host: 192.0.2.21}
  vars: {ansible_ssh_executable: /bin/false}
"""
DEFINITION = """
lvs_services: [{name: shop, address: 192.0.2.198, port: 80, real_servers: web}]
lvs_cluster: {vrrp: {virtual_router_id: 51, password: 0ld-Pass}}
"""


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    """One whose hosts do not answer."""
    (tmp_path / "hosts.yml").write_text(INVENTORY, encoding="utf-8")
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "group_vars/all.yml").write_text(DEFINITION, encoding="utf-8")
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return ansible(folder, "playbook", "-i", "hosts.yml", "lvs.cluster.report", *words)


def test_a_page_and_a_bundle(inventory: Path) -> None:
    done = run(inventory, "-e", "bundle=shop.tar.gz")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The cluster is down. Written: lvs-report.html, shop.tar.gz" in done.stdout
    page = (inventory / "lvs-report.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>\n<!-- Written by lvs.cluster.report -->\n")
    assert "lvs2 does not answer" in page
    assert page.count(">not-examined <") == 3
    assert (inventory / "shop.tar.gz").stat().st_mode & 0o777 == 0o600
    with tarfile.open(inventory / "shop.tar.gz") as archive:
        assert "lvs-bundle/lvs2/not-examined.txt" in archive.getnames()
    assert "0ld-Pass" not in page + done.stdout


@pytest.mark.parametrize(
    ("form", "name"), [("svg", "lvs-report.svg"), ("mermaid", "lvs-report.mmd"), ("dot", "lvs-report.dot")]
)
def test_a_picture_alone(inventory: Path, form: str, name: str) -> None:
    done = run(inventory, "-e", f"format={form}", "--limit", "lvs1,localhost")
    assert done.returncode == 0, done.stdout + done.stderr
    text = (inventory / name).read_text(encoding="utf-8")
    assert "192.0.2.198" in text
    if form == "svg":
        assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
    assert not (inventory / "lvs-report.html").exists()


def test_it_writes_over_nothing_that_is_no_report_and_nothing_in_check_mode(inventory: Path) -> None:
    before = sorted(inventory.iterdir())
    refused = run(inventory, "-e", "to=hosts.yml")
    assert refused.returncode == 2
    assert "hosts.yml exists already and was not written by this playbook. Name another file" in refused.stdout
    assert (inventory / "hosts.yml").read_text(encoding="utf-8") == INVENTORY
    assert run(inventory, "--check").returncode == 0
    assert [path for path in sorted(inventory.iterdir()) if path.name != "home"] == before
