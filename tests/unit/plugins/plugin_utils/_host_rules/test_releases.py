# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a director's release of keepalived would refuse is said before anything is changed."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.director_reports import DirectorReports
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

ON_ETH0, ON_LO = {"192.0.2.2": "eth0"}, {"192.0.2.2": "lo"}


def checked(engine: str | None = None, **options: object) -> Cluster:
    return parse(service(checks={"type": "udp", "port": 53, **options}), engine=engine)


def told(cluster: Cluster, host: str, version: str | None, interfaces: dict[str, str]) -> list[str]:
    reports = {host: {"keepalived_version": version, "addresses": []}}
    return [str(found) for found in findings(DirectorReports(host, cluster, reports, interfaces), [cluster])]


@pytest.mark.parametrize("options", [{"payload": "00ff"}, {"payload": "FF"}, {"payload": "00", "reply": "xxfF"}])
def test_a_last_byte_ff_needs_a_newer_release(options: dict[str, Any]) -> None:
    name = sorted(options)[-1]
    (sentence,) = told(checked(**options), "lvs1", "2.2.7", ON_ETH0)
    assert sentence == (
        f"lvs1: has keepalived 2.2.7. Service shop: the {name} {options[name]!r} ends in ff, which keepalived refuses "
        f"before 2.3.3. Choose a {name} whose last byte is another one, check by a command of your own ("
        "{type: misc, command: ...}), or install a newer keepalived [LVS771]"
    )
    assert told(checked(**options), "lvs1", "2.3.2", ON_ETH0)
    assert not told(checked(**options), "lvs1", "2.3.3", ON_ETH0)
    assert not told(checked(**options), "lvs1", "2.10.0", ON_ETH0)


@pytest.mark.parametrize("payload", [None, "00", "ff00", "00fe"])
def test_other_bytes_are_taken_by_every_release(payload: str | None) -> None:
    assert not told(checked(payload=payload), "lvs1", "2.2.1", ON_ETH0)


def test_nothing_is_said_where_nobody_knows_or_keepalived_does_not_balance() -> None:
    assert not told(checked(payload="ff"), "lvs1", None, ON_ETH0)
    assert not told(checked("static", payload="ff"), "lvs1", "2.2.7", ON_ETH0)


@pytest.mark.parametrize(
    ("version", "refuses"), [("2.2.4", False), ("2.2.5", True), ("2.2.7", True), ("2.2.8", False), ("2.3.3", False)]
)
def test_unicast_without_an_interface_is_refused_by_some_releases(version: str, refuses: bool) -> None:
    directors = {"lvs_directors": ["lvs1", "lvs2"]}
    cluster = parse(service(), cluster={"vrrp": {"unicast": True}}, groups=directors, engine=None)
    sentences = told(cluster, "lvs1", version, ON_LO)
    start = f"lvs1: has keepalived {version}. VRRP instance lvs: it has no interface; 2.2.5 to 2.2.7 need one"
    assert len(sentences) == refuses
    assert all(sentence.startswith(start) and sentence.endswith(" [LVS772]") for sentence in sentences)
    assert not told(cluster, "lvs1", version, ON_ETH0)


def codes(cluster: Cluster, version: str) -> list[str]:
    return [sentence.rpartition("[")[2].rstrip("]") for sentence in told(cluster, "lvs1", version, ON_ETH0)]


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("2.1.5", ["LVS773"]),
        ("2.2.0", []),
        ("2.2.8", []),
        ("2.3.0", ["LVS774", "LVS775"]),
        ("2.3.2", ["LVS774", "LVS775"]),
        ("2.3.3", ["LVS775"]),
        ("2.3.4", []),
        ("2.4.3", []),
    ],
)
def test_releases_with_faults_that_the_definition_would_meet_are_named(version: str, expected: list[str]) -> None:
    cluster = parse(service(sorry_server={"address": "192.0.2.29"}), engine=None)
    assert codes(cluster, version) == expected
    assert codes(parse(service(), engine=None), version) == [code for code in expected if code != "LVS775"]
    assert codes(parse(service(), cluster={"checks_by": "none", "vips_by": "vrrp"}, engine=None), version) == []
