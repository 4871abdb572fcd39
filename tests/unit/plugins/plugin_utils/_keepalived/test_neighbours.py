# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is concluded from the virtual routers that directors report: which are our own, and which are others'."""

from __future__ import annotations

from typing import Any

from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.neighbours import (
    VirtualRouterConflicts,
    advertised_already,
    former_directors,
    former_peers,
    virtual_router_conflicts,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

CLUSTER = parse(service(), groups={"lvs_directors": ["lvs1", "lvs2"]}, engine=None)
PEER = "192.0.2.3"


def report(*heard: dict[str, Any], advertised: str = "", runs: bool = True, own: str = "fe80::2") -> dict[str, Any]:
    router = {"name": "lvs", "virtual_router_id": 51, "family": "ipv4", "interface": "eth0", "advertised": advertised}
    return {
        "virtual_routers": [router] if advertised else [],
        "keepalived_runs": runs,
        "addresses": [own],
        "heard": list(heard),
    }


def heard(source: str, *addresses: str, number: int = 51, family: str = "ipv4") -> dict[str, Any]:
    return {
        "interface": "eth0",
        "family": family,
        "source": source,
        "version": 2,
        "virtual_router_id": number,
        "priority": 100,
        "interval": 1.0,
        "addresses": list(addresses),
    }


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


def test_another_host_with_our_virtual_router_is_named_with_all_that_is_known() -> None:
    reports = {"lvs1": report(heard("192.0.2.77", "203.0.113.9", "203.0.113.10")), "lvs2": report()}
    found = virtual_router_conflicts(CLUSTER, "lvs1", reports)
    assert found.possible == ()
    (told,) = found.certain
    for words in (
        "lvs1 hears another host on eth0 advertise the virtual router 51 of the instance lvs",
        "192.0.2.77, by VRRP version 2, with priority 100, for 203.0.113.9, 203.0.113.10",
        "is not a director of this cluster",
        "set virtual_router_id in lvs_cluster.vrrp",
    ):
        assert words in told
    assert virtual_router_conflicts(CLUSTER, "lvs2", reports) == VirtualRouterConflicts()


def test_directors_are_no_conflict_by_whatever_address_they_advertise() -> None:
    reports = {"lvs1": report(heard(PEER), heard("198.51.100.3")), "lvs2": report(own="198.51.100.3")}
    assert virtual_router_conflicts(CLUSTER, "lvs1", reports) == VirtualRouterConflicts()
    # Another number, or the other family's, is nobody's concern.
    others = {"lvs1": report(heard("192.0.2.77", number=52), heard("fe80::7", family="ipv6")), "lvs2": report()}
    assert virtual_router_conflicts(CLUSTER, "lvs1", others) == VirtualRouterConflicts()


def test_without_all_directors_the_other_host_may_be_one() -> None:
    found = virtual_router_conflicts(CLUSTER, "lvs1", {"lvs1": report(heard("198.51.100.3"))})
    assert found.certain == ()
    assert "is not known to be a director of this cluster (lvs2 did not take part in this run)" in found.possible[0]


def former(*peers: str, gone: tuple[str, ...] = (), own: str = "fe80::2") -> list[str]:
    """What is said where lvs1 has had these peers."""
    told = report(advertised="127.112.0.51")
    told["virtual_routers"][0]["peers"] = list(peers)
    outsiders = {"lvs3": ["192.0.2.4", "lvs3"], "client": ["192.0.2.100", "client"]}
    peers = former_peers(CLUSTER, "lvs1", {"lvs1": told, "lvs2": report(own=own)})
    return former_directors("lvs1", peers, outsiders, gone)


def test_a_peer_that_is_no_director_any_more_would_take_the_vips() -> None:
    assert former(PEER, "192.0.2.4") == [
        "lvs1 has advertised to 192.0.2.4 (lvs3) until now, which is no longer a director. After this run it would "
        "hear no advertisements and take the VIPs while another director holds them. First take the cluster off it "
        "(lvs.cluster.remove --limit lvs3), or make sure that it is down; then run again with -e gone_directors=lvs3. "
        "If it is a director whose address has changed, run the playbook for all directors."
    ]
    (unknown,) = former("192.0.2.77")
    assert (
        "First stop its keepalived, or make sure that it is down; then run again with -e gone_directors=192.0.2.77."
        in unknown
    )


def test_peers_that_are_directors_or_have_been_stopped_are_no_matter() -> None:
    assert former(PEER) == []
    assert former("192.0.2.4", "192.0.2.77", gone=("lvs3", "192.0.2.77")) == []
    assert former("192.0.2.4", gone=("192.0.2.4",)) == []
    assert former("198.51.100.3", own="198.51.100.3") == []  # by another address than until now
    assert former_peers(CLUSTER, "lvs1", {}) == []
