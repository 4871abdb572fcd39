# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A definition that was rolled out is taken back, with the variables that undo writes."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.lvs.cluster.molecule import snapshots
from ansible_collections.lvs.cluster.molecule.conftest import eventually
from ansible_collections.lvs.cluster.tests.doctor.conftest import DIRECTORS, Examined
from ansible_collections.lvs.cluster.tests.doctor.test_doctor import HOSTS, findings

SHOP = "-A -t 192.0.2.198:80 -s"


def schedulers(lab: Examined) -> list[str]:
    """That of the service shop on each director."""
    tables = [lab.output(director, "ipvsadm -S -n") for director in DIRECTORS]
    return [line.split()[4] for table in tables for line in table.splitlines() if line.startswith(SHOP)]


def test_the_way_back_leads_to_the_definition_before(lab: Examined, tmp_path: Path) -> None:
    variables = tmp_path / "undo.yml"
    lab.describe(scheduler="wlc")
    lab.ansible("lvs.cluster.site")
    assert schedulers(lab) == ["wlc", "wlc"]
    before = snapshots.take(lab, [*HOSTS])
    document = lab.answer("undo", "-e", f"to={variables}")
    now = snapshots.take(lab, [*HOSTS])
    assert [line for host in HOSTS for line in snapshots.compared(before[host], now[host])] == []
    assert any(line.startswith("+") and "rr" in line for line in document["differences"])
    assert document["reached"] == document["to"]["digest"]
    assert "0ld-Pass" not in str(document)
    lab.ansible("lvs.cluster.site", "-e", f"@{variables}")
    assert schedulers(lab) == ["rr", "rr"]
    lab.describe()
    eventually(lambda: findings(lab) == set(), 60)
    assert lab.answer("drift")["word"] == "healthy"
