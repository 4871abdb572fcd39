# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which former directors a run looks at, and from which it removes the cluster. What hosts report is made up here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.neighbours import Former
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.dismissal import (
    Dismissal,
    Search,
    dismissal,
    search,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.clusters import Clusters
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

LVS3 = Former("lvs1", "lvs3", ("192.0.2.4",))
INVENTORY = {"lvs1": ["192.0.2.2"], "lvs3": ["192.0.2.4"], "client": ["192.0.2.100"]}
VIP = "192.0.2.198"
SHOP = parse(service(), groups={"lvs_directors": ["lvs1", "lvs2"]}, engine=None)
MAIL = replace(SHOP, name="mail", directors=tuple(replace(each, host="lvs3") for each in SHOP.directors[:1]))
ROUTER = {"virtual_router_id": 51, "family": "ipv4", "advertised": "127.112.9.51"}
LINE = {"cluster": "lvs_directors", "name": "lvs1", "addresses": ["192.0.2.2"]}


def codes(found: Search | Dismissal) -> list[str]:
    return [finding.code for finding in found.found]


def test_those_that_take_part_are_looked_at_and_others_stop_the_run() -> None:
    assert search([], INVENTORY, [], ["lvs3"]) == Search()
    assert search([LVS3], INVENTORY, [], ["lvs1", "lvs3"]) == Search(("lvs3",))
    assert codes(search([LVS3], INVENTORY, [], ["lvs1"])) == ["LVS753"]  # left out by --limit, or the role by itself
    assert codes(search([LVS3], {"lvs1": []}, [], ["lvs1"])) == ["LVS753"]


def test_one_that_has_another_name_now_is_found_by_its_address() -> None:
    assert search([LVS3], {"web3": ["192.0.2.4", "web3"]}, [], ["web3"]).hosts == ("web3",)
    assert search([Former("lvs1", "", ("192.0.2.4",))], INVENTORY, [], ["lvs3"]).hosts == ("lvs3",)
    assert codes(search([Former("lvs1", "", ("192.0.2.77",))], INVENTORY, [], ["lvs3"])) == ["LVS753"]


def test_an_address_is_the_same_however_it_is_spelled() -> None:
    former = Former("lvs1", "", ("2001:db8::4",))
    assert search([former], {"old": ["2001:DB8:0::4", "old"]}, [], ["old"]).hosts == ("old",)
    assert search([former], {}, ["2001:0db8::0004"], []) == Search()


@pytest.mark.parametrize("gone", ["lvs3", "192.0.2.4", "web3"])
def test_those_that_are_down_are_not_looked_at_and_stop_nothing(gone: str) -> None:
    inventory = {"web3": ["192.0.2.4"]}
    assert search([LVS3], inventory, [gone], ["web3"]) == Search()
    assert search([LVS3], inventory, [gone], []) == Search()


def told(*vips: str, runs: bool = True, at_boot: bool = False, is_own: bool = True, **changed: Any) -> dict[str, Any]:
    return {
        "keepalived_runs": runs,
        "keepalived_is_own": is_own,
        "virtual_routers": [ROUTER],
        "other_directors": [],
        "addresses": ["192.0.2.4", *vips],
        "owners": {"units": {"keepalived.service": {"at_boot": at_boot}}},
        **changed,
    }


def director(*held: str, runs: bool = True, files: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "keepalived_runs": runs,
        "virtual_routers": [ROUTER],
        "other_directors": [],
        "held": [f"{vip}/32" for vip in held],
        "files": list(files),
    }


REPORTS = {"lvs1": director(VIP), "lvs2": director()}


def dismissed(
    report: dict[str, Any], clusters: Clusters | None = None, reports: dict[str, Any] | None = None, host: str = "lvs3"
) -> Dismissal:
    return dismissal(clusters or Clusters.of(SHOP), host, report, {SHOP.name: reports or REPORTS})


def test_the_cluster_is_removed_from_one_that_runs_or_would_at_boot() -> None:
    assert dismissed(told()) == Dismissal(removes=True)
    assert dismissed(told(runs=False, at_boot=True)) == Dismissal(removes=True)
    assert dismissed(told(runs=False)) == Dismissal()
    assert dismissed(told(virtual_routers=[])) == Dismissal()  # keepalived has a configuration of somebody else


@pytest.mark.parametrize(
    "report",
    [
        told(virtual_routers=[{**ROUTER, "advertised": ""}]),  # of a version that told nothing of the kind
        told(virtual_routers=[], other_directors=[LINE]),  # the number has changed since
        told(VIP, virtual_routers=[]),  # the file is gone, and the process is not
    ],
)
def test_it_is_a_director_by_whatever_shows_it(report: dict[str, Any]) -> None:
    assert dismissed(report).removes


@pytest.mark.parametrize(
    "router",
    [
        {**ROUTER, "virtual_router_id": 52},
        {**ROUTER, "family": "ipv6"},
        {**ROUTER, "advertised": "127.112.7.7"},  # the same number on another network
    ],
)
def test_another_virtual_router_is_none_of_the_clusters(router: dict[str, Any]) -> None:
    assert dismissed(told(virtual_routers=[router])) == Dismissal()


def test_one_with_vips_hands_them_over_to_a_director_that_can_take_them() -> None:
    assert dismissed(told(VIP)) == Dismissal(removes=True, hands_over=True)
    for name in ("standby", "held"):
        nobody = {"lvs1": director(files=[f"/etc/lvs/{name}"]), "lvs2": director(runs=False)}
        assert codes(dismissed(told(VIP), reports=nobody)) == ["LVS757"]
        assert dismissed(told(), reports=nobody) == Dismissal(removes=True)


def test_a_real_server_stays_one() -> None:
    assert dismissed(told(), host="web1").serves
    assert not dismissed(told()).serves


def test_a_director_of_another_cluster_is_refused_until_that_one_is_rolled_out() -> None:
    both = Clusters.of(SHOP, MAIL)
    (refused,) = dismissed(told(VIP, other_directors=[LINE]), both).found
    assert refused.code == "LVS756"
    assert "-e lvs_cluster_name=mail first" in str(refused)
    # Then its configuration names the directors of that one, or has its virtual routers.
    assert dismissed(told(other_directors=[{**LINE, "cluster": "mail"}]), both) == Dismissal(serves=True)
    assert dismissed(told(virtual_routers=[{**ROUTER, "advertised": "127.112.7.7"}]), both) == Dismissal(serves=True)


def test_what_somebody_else_has_configured_is_not_removed() -> None:
    assert codes(dismissed(told(is_own=False))) == ["LVS758"]
    assert codes(dismissed(told(is_own=False, runs=False))) == []
