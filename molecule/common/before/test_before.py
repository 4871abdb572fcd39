# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remember what each host of the cluster is before the roll-out; molecule/common/removed compares."""

from __future__ import annotations

from ansible_collections.lvs.cluster.molecule import snapshots
from ansible_collections.lvs.cluster.molecule.conftest import Lab


def test_the_hosts_are_remembered(lab: Lab) -> None:
    taken = snapshots.take(lab, lab.hosts)
    for snapshot in taken.values():
        assert snapshot["addresses"]
        assert not [line for line in snapshot["modes of files"] if line.startswith("/etc/lvs")]
    snapshots.keep(lab, taken)
