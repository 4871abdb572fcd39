# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a cluster that runs, and the bundle: what hosts really tell, without their secrets."""

from __future__ import annotations

import tarfile
from pathlib import Path

from ansible_collections.lvs.cluster.tests.doctor.conftest import Examined

PASSWORD = "0ld-Pass"


def test_a_healthy_cluster_is_drawn_and_packed(lab: Examined, tmp_path: Path) -> None:
    page, packed = tmp_path / "page.html", tmp_path / "bundle.tar.gz"
    done = lab.run_ansible("lvs.cluster.report", "-e", f"to={page}", "-e", f"bundle={packed}")
    assert done.returncode == 0, done.stdout + done.stderr
    text = page.read_text(encoding="utf-8")
    assert "is healthy</title>" in text
    assert "No problems were found." in text
    assert "network 192.0.2.0/24" in text
    with tarfile.open(packed) as archive:
        files = {name: archive.extractfile(name).read().decode() for name in archive.getnames()}  # type: ignore[union-attr]
    for director in ("lvs1", "lvs2"):
        folder = f"lvs-bundle/{director}"
        assert "auth_pass ********" in files[f"{folder}/keepalived.conf"]
        assert files[f"{folder}/keepalived-version.txt"].startswith("Keepalived v")
        assert "Starting VRRP child process" in files[f"{folder}/keepalived.log"]
        assert "tcp 192.0.2.198:80 rr" in files[f"{folder}/ipvs.txt"]
    assert PASSWORD not in str(files) + text + done.stdout
