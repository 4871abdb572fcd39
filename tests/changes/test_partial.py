# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes that reach some of the hosts only: by --limit, or because a director is down.

Such a run refuses, or does what is safe. The next one, of all hosts, finishes the change.
"""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal import laws as client_laws
from ansible_collections.lvs.cluster.tests.changes import catalogue, laws
from ansible_collections.lvs.cluster.tests.changes.catalogue import Change
from ansible_collections.lvs.cluster.tests.changes.cluster import BASE, ChangingCluster
from ansible_collections.lvs.cluster.tests.changes.report import note

CHANGES = [catalogue.change(name) for name in ("vip", "password", "nat", "arp-by-nftables", "instances")]
# The director with the VIPs, and what its return costs.
HOLDER = "lvs1"
FAILBACK = {
    "requests": "requests under way when the VIPs return to the director that has come back",
    # A sync daemon tells of a connection when it begins and, by default, once in every 50 of its packets
    # (net.ipv4.vs.sync_threshold): nobody has told the director that was down.
    "connections": "those that began while it was down and have had few packets since, so that it does not know them",
}
LIMITS = ("lvs1", "lvs2", "web1", "web", "lvs_directors")


@pytest.mark.parametrize("change", [pytest.param(change, id=change.name) for change in CHANGES])
def test_a_change_of_some_hosts(at_the_base: ChangingCluster, change: Change) -> None:
    breaches = {limit: of_some_hosts(at_the_base, change, limit) for limit in LIMITS}
    assert not any(breaches.values()), breaches


def of_some_hosts(cluster: ChangingCluster, change: Change, limit: str) -> list[str]:
    """Change some hosts, then all. A run that has changed nothing leaves the hosts for the next limit."""
    log = f"{change.name}-{limit}"
    with cluster.watch(change.start, change.end) as watch:
        cluster.describe(change.end)
        part = cluster.play(log, "lvs.cluster.site", "--limit", limit)
        changed = any(client_laws.changed_by_host(part.stdout).values())
        silent = cluster.unserved(catalogue.asked(change.start, change.end)) if changed else []
        breaches = cluster.must_pass(log, "lvs.cluster.site") if changed else []
    breaches += [f"{name} does not answer after the part" for name in silent]
    breaches += [*cluster.broken(watch, change), *laws.said_in_words(part.stdout + part.stderr)]
    if changed:
        breaches += [*cluster.changes_nothing(log), *cluster.words_lost(change.forgets)]
        cluster.verb("reset", BASE)
    cluster.describe(catalogue.base())
    hosts = f"--limit {limit}"
    row = {"change": change.name, "hosts": hosts, "part": outcome(part), "breaches": breaches}
    note("partial", log, {**row, "allowed": {**change.breaks}})
    return breaches


@pytest.mark.parametrize("away", ["lvs1", "lvs2"])
@pytest.mark.parametrize("change", [pytest.param(change, id=change.name) for change in CHANGES])
def test_a_change_while_a_director_is_down(at_the_base: ChangingCluster, change: Change, away: str) -> None:
    """It comes back while the change is half done, and must not answer beside the other."""
    cluster, log = at_the_base, f"{change.name}-without-{away}"
    cluster.verb("kill", away)
    cluster.settle([host for host in cluster.directors if host != away])
    with cluster.watch(change.start, change.end) as watch:
        cluster.describe(change.end)
        all_hosts = cluster.play(log, "lvs.cluster.site")
        the_others = cluster.play(log, "lvs.cluster.site", "--limit", f"all:!{away}")
        silent = cluster.unserved(catalogue.asked(change.start, change.end))
        cluster.verb("start", away)
        whole = cluster.must_pass(log, "lvs.cluster.site")
    seen = failing_back(change) if away == HOLDER else change
    breaches = [
        *(f"{name} does not answer without {away}" for name in silent),
        *whole,
        *cluster.changes_nothing(log),
        *cluster.broken(watch, seen),
        *([] if all_hosts.returncode else [f"the run passed without {away}"]),
        *laws.said_in_words(the_others.stdout + the_others.stderr),
    ]
    hosts = f"while {away} is down"
    row = {"change": change.name, "hosts": hosts, "part": outcome(the_others), "breaches": breaches}
    note("partial", log, {**row, "allowed": {**seen.breaks}})
    assert breaches == []


def failing_back(change: Change) -> Change:
    """The change while the VIPs also return to the director that has come back, as VRRP's priorities ask for."""
    return replace(change, moves=change.moves + 1, breaks={**FAILBACK, **change.breaks})


def outcome(part: subprocess.CompletedProcess[str]) -> str:
    """How the run of some hosts has ended, in words."""
    if part.returncode:
        return "refused"
    return "done as far as is safe" if any(client_laws.changed_by_host(part.stdout).values()) else "nothing to do"
