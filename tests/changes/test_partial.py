# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes that reach some of the hosts only: by --limit, or because a director is down.

Such a run refuses, or does what is safe. The next one, of all hosts, finishes the change.
"""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.tests.changes import catalogue, laws
from ansible_collections.lvs.cluster.tests.changes.catalogue import Change
from ansible_collections.lvs.cluster.tests.changes.cluster import ChangingCluster
from ansible_collections.lvs.cluster.tests.changes.report import note

CHANGES = [catalogue.change(name) for name in ("vip", "password", "nat", "arp-by-nftables", "instances")]
LIMITS = ("lvs1", "lvs2", "web1", "web", "lvs_directors")


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("change", [pytest.param(change, id=change.name) for change in CHANGES])
def test_a_change_of_some_hosts(at_the_base: ChangingCluster, change: Change, limit: str) -> None:
    cluster, log = at_the_base, f"{change.name}-{limit}"
    with cluster.watch(change.start, change.end) as watch:
        cluster.describe(change.end)
        part = cluster.play(log, "lvs.cluster.site", "--limit", limit)
        whole = cluster.must_pass(log, "lvs.cluster.site")
    breaches = [
        *whole,
        *cluster.changes_nothing(log),
        *cluster.broken(watch, change),
        *laws.said_in_words(part.stdout + part.stderr),
        *cluster.words_lost(change.forgets),
    ]
    note("partial", log, {"refused": part.returncode != 0, "breaches": breaches})
    assert breaches == []


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
        cluster.verb("start", away)
        whole = cluster.must_pass(log, "lvs.cluster.site")
    breaches = [
        *whole,
        *cluster.changes_nothing(log),
        *cluster.broken(watch, change, change.moves + (away == "lvs1")),
        *([] if all_hosts.returncode else [f"the run passed without {away}"]),
        *laws.said_in_words(the_others.stdout + the_others.stderr),
    ]
    note("partial", log, {"refused": the_others.returncode != 0, "breaches": breaches})
    assert breaches == []
