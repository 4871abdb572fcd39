# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each change of the catalogue on a running cluster, there and back, while a client watches."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.molecule import snapshots
from ansible_collections.lvs.cluster.tests.changes import catalogue, laws
from ansible_collections.lvs.cluster.tests.changes.catalogue import Change
from ansible_collections.lvs.cluster.tests.changes.cluster import SECRETS, ChangingCluster
from ansible_collections.lvs.cluster.tests.changes.report import note


@pytest.mark.parametrize("change", [pytest.param(change, id=change.name) for change in catalogue.changes()])
def test_a_change(at_the_base: ChangingCluster, change: Change) -> None:
    cluster = at_the_base
    if change.start != cluster.definition_now:
        cluster.start_from(change.start)
    legs = {way: leg(cluster, change, way) for way in ("there", "back")}
    note("changes", change.name, {"legs": legs})
    assert {way: found["breaches"] for way, found in legs.items()} == {"there": [], "back": []}


def leg(cluster: ChangingCluster, change: Change, way: str) -> dict[str, Any]:
    """Change the cluster, or change it back; what was seen meanwhile, and which laws were broken."""
    log, foreign = f"{change.name}-{way}", cluster.foreign()
    with cluster.watch(change.start, change.end) as watch:
        cluster.describe(change.end if way == "there" else change.start)
        breaches = check_changes_nothing(cluster, log) if way == "there" else []
        breaches += cluster.must_pass(log, "lvs.cluster.site")
    breaches += cluster.changes_nothing(log)
    cluster.settle()
    breaches += [
        *cluster.broken(watch, change),
        *cluster.words_lost(change.forgets),
        *laws.same(foreign, cluster.foreign()),
        *laws.no_secret(cluster.said(log) + cluster.journals(), SECRETS),
    ]
    return {"breaches": breaches, "seen": watch.seen}


def check_changes_nothing(cluster: ChangingCluster, log: str) -> list[str]:
    """Run in check mode, and compare all that a roll-out may change."""
    hosts = catalogue.hosts(cluster.definition_now)
    before = snapshots.take(cluster, hosts)
    breaches = cluster.must_pass(log, "lvs.cluster.site", "--check")
    after = snapshots.take(cluster, hosts)
    lines = [(host, line) for host in hosts for line in snapshots.compared(before[host], after[host])]
    return [*breaches, *(f"the check changed {host}: {line}" for host, line in lines)]
