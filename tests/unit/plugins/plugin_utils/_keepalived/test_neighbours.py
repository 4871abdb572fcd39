# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is concluded from the virtual routers that directors report: which are our own, and which are others'."""

from __future__ import annotations

from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.neighbours import advertised_already, former_peers
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._host_rules.reports import (
    CLUSTER,
    PEER,
    heard,
    report,
)


def test_the_address_of_a_director_at_work_is_kept() -> None:
    one, other = "127.112.0.51", "127.112.9.9"
    assert advertised_already(CLUSTER, {}) == {}
    assert advertised_already(CLUSTER, {"lvs2": report(advertised=one)}) == {"lvs": one}
    both = {"lvs1": report(advertised=one), "lvs2": report(advertised=other)}
    assert advertised_already(CLUSTER, both) == {"lvs": one}
    # A director that was restored from an old copy does not count more than the one that is at work.
    both["lvs1"]["keepalived_runs"] = False
    assert advertised_already(CLUSTER, both) == {"lvs": other}


def test_a_new_director_goes_by_what_it_hears_of_the_others() -> None:
    """As with --limit, where nobody has looked at them."""
    alone = {"lvs1": report(heard(PEER, "127.112.0.51"), advertised="127.112.9.9", runs=False)}
    assert advertised_already(CLUSTER, alone) == {"lvs": "127.112.0.51"}
    # Others' configurations name the VIPs.
    assert advertised_already(CLUSTER, {"lvs1": report(heard(PEER, "192.0.2.198"))}) == {}
    assert advertised_already(CLUSTER, {"lvs1": report(heard("192.0.2.77", "127.112.0.51"))}) == {}


def former(*peers: str, own: str = "fe80::2") -> list[str]:
    told = report(advertised="127.112.0.51")
    told["virtual_routers"][0]["peers"] = list(peers)
    return former_peers(CLUSTER, "lvs1", {"lvs1": told, "lvs2": report(own=own)})


def test_former_peers_are_those_that_are_no_directors_by_any_address() -> None:
    assert former(PEER, "192.0.2.4") == ["192.0.2.4"]
    assert former("198.51.100.3", own="198.51.100.3") == []  # by another address than until now
    assert former_peers(CLUSTER, "lvs1", {}) == []
