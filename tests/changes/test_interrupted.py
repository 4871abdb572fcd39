# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The most dangerous changes, killed after each task that has changed a host: what is left serves, also after a reboot.

The next run finishes the change, and the one after it has nothing to do.
"""

from __future__ import annotations

from itertools import count

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal import laws as client_laws
from ansible_collections.lvs.cluster.tests.changes import catalogue
from ansible_collections.lvs.cluster.tests.changes.catalogue import Change
from ansible_collections.lvs.cluster.tests.changes.cluster import BUILD, HERE, ChangingCluster
from ansible_collections.lvs.cluster.tests.changes.report import note

DANGEROUS = ("vip", "password", "instances", "arp-by-arptables", "engine")
KILLED = -9
STATE = "start"  # of the lab's machines, before each attempt


@pytest.mark.parametrize("change", [pytest.param(catalogue.change(name), id=name) for name in DANGEROUS])
def test_a_change_that_is_killed(at_the_base: ChangingCluster, change: Change) -> None:
    cluster = at_the_base
    if change.start != cluster.definition_now:
        cluster.start_from(change.start)
    cluster.verb("save", STATE)
    breaches: dict[str, list[str]] = {}
    for tasks in count(1):
        ended, after = killed(cluster, change, tasks)
        if not after:
            breaches["the end"] = ended
            break
        breaches[after] = [*ended, *rebooted(cluster, change), *finished(cluster, change)]
        cluster.verb("reset", STATE)
        cluster.describe(change.start)
    half_way = max(len(breaches) // 2, 1)
    breaches[f"{half_way}., then the cluster is removed"] = removed(cluster, change, half_way)
    note("interrupted", change.name, {"breaches": breaches})
    assert not any(breaches.values()), breaches


def killed(cluster: ChangingCluster, change: Change, tasks: int) -> tuple[list[str], str]:
    """Kill the change after so many tasks: what was broken meanwhile; the last task, "" if the run came to its end."""
    file = BUILD / "changed-tasks"
    environment = {
        "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback"),
        "ANSIBLE_CALLBACKS_ENABLED": "stop_after",
        "CHANGED_TASKS": str(file),
        "STOP_AFTER": str(tasks),
    }
    with cluster.watch(change.start, change.end) as watch:
        cluster.describe(change.end)
        done = cluster.play(f"{change.name}-killed-after-{tasks}", "lvs.cluster.site", **environment)
    if done.returncode not in (KILLED, 0):
        return [f"the run failed by itself: {done.returncode}"], ""
    place = file.read_text(encoding="utf-8").splitlines()[-1:] if done.returncode == KILLED else []
    return cluster.broken(watch, change), f"{tasks}. {place[0]}" if place else ""


def rebooted(cluster: ChangingCluster, change: Change) -> list[str]:
    """Reboot all hosts at once. The director that has booted first may have the VIPs before the other takes them."""
    with cluster.watch(change.start, change.end) as watch:
        cluster.verb("reboot", *{*catalogue.hosts(change.start), *catalogue.hosts(change.end)})
        unserved = cluster.unserved(catalogue.asked(change.start, change.end))
    said = client_laws.one_holder(watch.seen, cluster.macs(), change.directors, moves=change.moves + 2)
    return [f"after the reboot: {breach}" for breach in [*unserved, *said]]


def finished(cluster: ChangingCluster, change: Change) -> list[str]:
    """Let the next runs finish the change."""
    log = f"{change.name}-finished"
    return [
        *cluster.must_pass(log, "lvs.cluster.site"),
        *cluster.changes_nothing(log),
        *cluster.words_lost(change.forgets),
    ]


def removed(cluster: ChangingCluster, change: Change, tasks: int) -> list[str]:
    """Kill the change after so many tasks, and remove the cluster as it is then: nothing is left of it."""
    cluster.verb("reset", STATE)
    cluster.describe(change.start)
    killed(cluster, change, tasks)
    failed = cluster.must_pass(f"{change.name}-removed", "lvs.cluster.remove")
    return [*failed, *(f"left after the removal: {line}" for line in cluster.remains())]
