# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose advertisements a director hears of the virtual routers of its cluster."""

from __future__ import annotations

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.director_reports import DirectorReports
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.neighbours import Reports
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._host_rules.reports import (
    CLUSTER,
    PEER,
    heard,
    report,
)


def told(host: str, reports: Reports) -> list[str]:
    return [str(found) for found in findings(DirectorReports(host, CLUSTER, reports), [CLUSTER])]


def test_another_host_with_our_virtual_router_is_named_with_all_that_is_known() -> None:
    reports = {"lvs1": report(heard("192.0.2.77", "203.0.113.9", "203.0.113.10")), "lvs2": report()}
    (sentence,) = told("lvs1", reports)
    assert sentence.endswith(" [LVS751]")
    for words in (
        "lvs1: It hears another host on eth0 advertise the virtual router 51 of the instance lvs",
        "192.0.2.77, by VRRP version 2, with priority 100, for 203.0.113.9, 203.0.113.10",
        "It is not a director of this cluster",
        "Set virtual_router_id in lvs_cluster.vrrp",
    ):
        assert words in sentence
    assert told("lvs2", reports) == []


def test_directors_are_no_conflict_by_whatever_address_they_advertise() -> None:
    reports = {"lvs1": report(heard(PEER), heard("198.51.100.3")), "lvs2": report(own="198.51.100.3")}
    assert told("lvs1", reports) == []
    # Another number, or the other family's, is nobody's concern.
    others = {"lvs1": report(heard("192.0.2.77", number=52), heard("fe80::7", family="ipv6")), "lvs2": report()}
    assert told("lvs1", others) == []


def test_without_all_directors_the_other_host_may_be_one() -> None:
    (sentence,) = told("lvs1", {"lvs1": report(heard("198.51.100.3"))})
    assert "It is not known to be a director of this cluster (lvs2 did not take part in this run)" in sentence
    assert sentence.endswith(" [LVS752]")


def test_a_former_director_that_is_still_there_is_no_conflict() -> None:
    """The run stops it, or refuses: LVS753."""
    line = {"cluster": "lvs_directors", "name": "lvs3", "addresses": ["192.0.2.4"]}
    remaining = {**report(), "other_directors": [line]}
    for source in ("192.0.2.4", "fe80::4"):
        reports = {"lvs1": report(heard(source)), "lvs2": remaining}
        assert told("lvs1", reports) == []
        assert told("lvs1", {**reports, "lvs2": report()}) != []
        for gone in ("lvs3", "192.0.2.4"):  # whoever that is then
            subject = DirectorReports("lvs1", CLUSTER, reports, gone=[gone])
            assert findings(subject, [CLUSTER]) != []
    assert told("lvs1", {"lvs1": report(heard("192.0.2.77")), "lvs2": remaining}) != []
