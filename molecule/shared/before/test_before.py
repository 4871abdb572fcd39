# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remember what each host of the cluster is before the roll-out; molecule/shared/removed compares."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from ansible_collections.lvs.cluster.molecule.conftest import PROJECT, Lab

SNAPSHOT = PROJECT / "molecule" / "shared" / "snapshot.py"


def test_the_hosts_are_remembered(lab: Lab) -> None:
    program = SNAPSHOT.read_text(encoding="utf-8")
    with ThreadPoolExecutor() as pool:
        snapshots = list(pool.map(lambda name: lab.python(name, program), lab.hosts))
    folder = PROJECT / "build" / "snapshots" / lab.scenario
    folder.mkdir(parents=True, exist_ok=True)
    for name, snapshot in zip(lab.hosts, snapshots, strict=True):
        assert "/etc/lvs" not in snapshot
        (folder / f"{name}.json").write_text(snapshot, encoding="utf-8")
