# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of known faults: each is found in its releases and in no other, where a definition meets it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.director_reports import DirectorReports
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.fault import (
    KEEPALIVED,
    REPORTED,
    KnownFault,
    Release,
    release_of,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.known_faults import BY_CODE, FAULTS
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

ON_LO = {"192.0.2.2": "lo"}


def kept(*services: object, **cluster: object) -> Cluster:
    """A cluster of keepalived's, with two directors."""
    return parse(*(services or (service(),)), cluster=cluster, groups={"lvs_directors": ["lvs1", "lvs2"]}, engine=None)


def with_check(**options: object) -> Cluster:
    return kept(service(checks={"type": "udp", "port": 53, **options}))


def repeated(cluster: Cluster, times: int) -> Cluster:
    """One with the same services so many times: to read as many takes long."""
    return replace(cluster, services=cluster.services * times)


PLAIN, VRRP_ALONE = kept(), kept(checks_by="none")
MANY, FEW = repeated(PLAIN, 5_000), repeated(PLAIN, 4_999)  # of two real servers each
NAT, SOURCE_NAT = (parse(service(forward="nat", nat_return=way)) for way in ("policy_route", "source_nat"))
IPIP, GRE, GUE = (kept(service(forward="tun", tunnel_type=kind)) for kind in ("ipip", "gre", "gue"))
SORRY = kept(service(sorry_server={"address": "192.0.2.29"}))
# Code -> those that meet the fault, and near misses.
MET: dict[str, tuple[list[Cluster], list[Cluster]]] = {
    "LVS707": (
        [SOURCE_NAT, kept(ipvs_sysctls={"conntrack": 1})],
        [NAT, PLAIN, replace(SOURCE_NAT, ipvs_sysctls=(("conn_reuse_mode", "0"),))],
    ),
    "LVS708": (
        [MANY, replace(repeated(PLAIN, 667), checks_by="none")],  # 2,001 entries
        [repeated(PLAIN, 666), replace(MANY, ipvs_sysctls=(("run_estimation", "0"),))],
    ),
    "LVS709": ([GRE, GUE], [IPIP, PLAIN]),
    "LVS771": (
        [with_check(payload="00ff"), with_check(payload="FF"), with_check(payload="00", reply="xxfF")],
        [with_check(), with_check(payload="ff00"), with_check(payload="00fe"), VRRP_ALONE],
    ),
    "LVS772": ([kept(vrrp={"unicast": True})], [kept(vrrp={"unicast": True, "interface": "eth0"}), PLAIN]),
    "LVS773": ([PLAIN], [VRRP_ALONE]),
    "LVS774": ([PLAIN], [VRRP_ALONE]),
    "LVS775": ([SORRY], [PLAIN, kept(service(sorry_server={"address": "192.0.2.29"}), checks_by="none")]),
    "LVS777": ([MANY], [FEW, replace(MANY, checks_by="none")]),
}


def told(fault: KnownFault, cluster: Cluster, release: Release) -> list[str]:
    """What is said of a fault in a release."""
    reports = {"lvs1": {REPORTED[fault.program]: ".".join(map(str, release)), "addresses": []}}
    found = findings(DirectorReports("lvs1", cluster, reports, ON_LO), [cluster])
    return [each.sentence for each in found if each.code == fault.code]


def before(release: Release) -> Release:
    """One that is older, and newer than all that could stand between."""
    *first, last = release
    return (*first, last - 1, 99) if last else (*before(tuple(first)), 99)


def releases_with(fault: KnownFault) -> list[Release]:
    return [release for release in (fault.since, fault.before and before(fault.before)) if release]


def releases_without(fault: KnownFault) -> list[Release]:
    newer = [fault.before, (*fault.before, 1), (fault.before[0], 100, 0), (99,)] if fault.before else []
    return [*([before(fault.since)] if fault.since else []), *newer]


def test_every_fault_has_its_examples() -> None:
    assert [*MET] == sorted(BY_CODE) == [fault.code for fault in FAULTS]


@pytest.mark.parametrize("code", MET)
def test_a_fault_is_told_where_a_definition_meets_it(code: str) -> None:
    fault, (meeting, others) = BY_CODE[code], MET[code]
    for release in releases_with(fault):
        for cluster in meeting:
            assert told(fault, cluster, release), release
        assert [told(fault, cluster, release) for cluster in others] == [[]] * len(others)


@pytest.mark.parametrize("code", MET)
def test_a_fault_is_in_its_releases_alone(code: str) -> None:
    fault, (meeting, _others) = BY_CODE[code], MET[code]
    assert releases_without(fault)
    for release in releases_without(fault):
        assert told(fault, meeting[0], release) == [], release


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.code)
def test_an_entry_says_what_happens_what_to_do_and_who_says_so(fault: KnownFault) -> None:
    assert fault.meets.endswith(".")
    assert fault.way_round.endswith(".")
    assert not fault.effect.endswith(".")
    assert fault.sources
    assert all(re.fullmatch(r"https://[^\s|]+", source) for source in fault.sources)
    assert fault.since or fault.before


@pytest.mark.parametrize(
    ("told", "release"),
    [
        ("2.2.7", (2, 2, 7)),
        ("6.1.0-28-cloud-amd64", (6, 1, 0)),
        ("6.12+deb13-amd64", (6, 12)),
        ("", None),
        (None, None),
    ],
)
def test_a_release_is_its_leading_numbers(told: str | None, release: Release | None) -> None:
    assert release_of({REPORTED[KEEPALIVED]: told}, KEEPALIVED) == release


def test_nothing_is_said_of_a_host_that_has_not_told() -> None:
    assert findings(DirectorReports("lvs1", MANY, {"lvs1": {"addresses": []}}, ON_LO), [MANY]) == []
