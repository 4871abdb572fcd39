# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing of the cluster is left: each host is what it was before the roll-out."""

from __future__ import annotations

from ansible_collections.lvs.cluster.molecule import snapshots
from ansible_collections.lvs.cluster.molecule.conftest import Lab


def test_the_hosts_are_as_they_were(lab: Lab) -> None:
    assert snapshots.differences(lab, lab.hosts) == {}
