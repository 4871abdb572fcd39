# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is concluded from what directors report: whose virtual routers are which, and who was a director until now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.neighbours import (
    Former,
    advertised_already,
    former_directors,
)
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


def former(
    *others: dict[str, Any], peers: Sequence[str] = (), own: str = "fe80::2", elsewhere: Sequence[str] = ()
) -> list[Former]:
    """Whom the configuration of lvs1 names that is no director. own: an address that lvs2 reports."""
    told = {**report(advertised="127.112.0.51"), "other_directors": list(others)}
    told["virtual_routers"][0]["peers"] = list(peers)
    return former_directors(CLUSTER, {"lvs1": told, "lvs2": report(own=own)}, elsewhere)


def other(name: str, *addresses: str, cluster: str = "lvs_directors") -> dict[str, Any]:
    return {"cluster": cluster, "name": name, "addresses": list(addresses)}


GONE = Former("lvs1", "lvs3", ("192.0.2.4", "2001:db8:2::4"))


def test_former_directors_are_those_that_are_none_by_any_name_and_any_address() -> None:
    assert former(other("lvs2", PEER), other("lvs3", "192.0.2.4", "2001:db8:2::4")) == [GONE]
    assert former(other("lvs2", "192.0.2.99")) == []  # renumbered
    assert former(other("balancer2", PEER)) == []  # renamed
    assert former(other("balancer2", "192.0.2.99", "2001:db8:2::3"), own="2001:db8:2::3") == []  # by what it reports
    assert former(other("lvs3")) == [Former("lvs1", "lvs3", ())]
    assert former_directors(CLUSTER, {}) == []


def test_peers_that_no_line_names_are_former_directors_too() -> None:
    assert former(peers=[PEER, "192.0.2.4"]) == [Former("lvs1", "", ("192.0.2.4",))]
    assert former(peers=["198.51.100.3"], own="198.51.100.3") == []  # by another address than until now
    assert former(other("lvs3", *GONE.addresses), peers=["192.0.2.4"]) == [GONE]


def test_what_several_directors_name_is_told_once() -> None:
    line = other("lvs3", *GONE.addresses)
    both = {host: {**report(), "other_directors": [line]} for host in ("lvs1", "lvs2")}
    assert former_directors(CLUSTER, both) == [GONE]


def test_a_director_that_has_come_from_another_cluster_names_those_of_that_one() -> None:
    line = other("lvs7", "192.0.2.7", cluster="mail")
    assert former(line, peers=["192.0.2.7"], elsewhere=["mail"]) == []
    assert former(line, elsewhere=["shop"]) == [Former("lvs1", "lvs7", ("192.0.2.7",))]  # mail is this one's old name
