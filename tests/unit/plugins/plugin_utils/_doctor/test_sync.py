# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the doctor says of sync daemons, clocks and floors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._doctor.examined import Examined
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._doctor.clusters import (
    REPORTS,
    VIP,
    WELL,
    differing,
    reported,
    running,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

PORTS = {"net.ipv4.vs.sync_ports": "2"}


@pytest.mark.parametrize(
    ("host", "drops", "sysctls", "lost"),
    [
        ("lvs2", {"8848": 7}, {}, 7),
        ("lvs2", {"8849": 7, "8848": 1}, PORTS, 8),
        ("lvs2", {"8850": 7}, PORTS, 0),  # somebody else's
        ("lvs1", {"8848": 7}, {}, 0),  # it only sends
    ],
)
def test_messages_that_a_daemon_has_lost_are_told(
    host: str, drops: dict[str, int], sysctls: dict[str, str], lost: int
) -> None:
    subject = reported(host, health={"udp_drops": drops}, ipvs={"sysctls": sysctls})
    found = [each for each in findings(subject, []) if each.code == "LVS865"]
    assert [(each.host, each.extent) for each in found] == ([(host, lost)] if lost else [])


@pytest.mark.parametrize("changed", [{"sync_id": 9}, {"group": "224.0.0.82"}, {"port": 8849}])
def test_daemons_must_meet(changed: dict[str, Any]) -> None:
    subject = reported("lvs2", ipvs={"sync_daemons": {"backup": changed}})
    assert [(each.code, each.host) for each in findings(subject, [])] == [("LVS861", "lvs1, lvs2")]


def test_they_must_have_as_many_ports() -> None:
    subject = reported("lvs2", ipvs={"sysctls": PORTS})
    (found,) = findings(subject, [])
    assert found.code == "LVS861"
    assert found.observed.endswith("lvs1: 51 at 224.0.0.81:8848; lvs2: 51 at 224.0.0.81:8848 and 1 more")


BY_HAND = parse(
    service(),
    cluster={"sync_daemon": {"id": 51}, "checks_by": "none", "vips_by": "static"},
    groups={"lvs_directors": ["lvs1", "lvs2"]},
    engine=None,
)
NO_KEEPALIVED = {host: {"keepalived_runs": False, "held": [f"{VIP}/32"]} for host in ("lvs1", "lvs2")}
NO_DAEMON = {"sync_daemon": {"plan": {"added": [{"kind": "sync daemon", "name": "backup"}]}}}


def test_daemons_must_run_without_keepalived_too() -> None:
    subject = running(BY_HAND, NO_KEEPALIVED)
    subject.reports["lvs2"]["ipvs"]["sync_daemons"] = {}
    lacking = replace(subject, compared={**subject.compared, "lvs2": {**subject.compared["lvs2"], **NO_DAEMON}})
    assert [(each.code, each.host, each.fix) for each in findings(lacking, [])] == [
        ("LVS861", "lvs1, lvs2", "ansible-playbook lvs.cluster.site")
    ]


@pytest.mark.parametrize("part", ["timeouts", "sync_daemon"])
def test_settings_of_ipvs_that_differ_are_told(part: str) -> None:
    plan = {"added": [], "changed": [{"kind": "setting", "name": part, "before": {}, "after": {}}], "removed": []}
    found = findings(differing("lvs1", part, plan=plan), [])
    assert [(each.code, each.host, each.observed) for each in found] == [
        ("LVS813", "lvs1", f"It differs from the definition in setting {part}")
    ]


@pytest.mark.parametrize(
    ("least", "most", "observed"),
    [
        (28.0, 40.0, None),  # it may be only 27 seconds ahead
        (301.0, 303.0, "Its clock is at least 300 seconds ahead of that of lvs1"),
        (-303.0, -301.0, "Its clock is at least 299 seconds behind that of lvs1"),
    ],
)
def test_a_clock_that_surely_differs_is_told(least: float, most: float, observed: str | None) -> None:
    found = findings(reported("web1", clock={"least": least, "most": most}), [])
    assert [(each.code, each.host, each.observed) for each in found] == (
        [("LVS882", "web1", observed)] if observed else []
    )


def test_all_clocks_may_differ_from_the_controller() -> None:
    behind = {host: {**report, "clock": {"least": -90002.0, "most": -90000.0}} for host, report in REPORTS.items()}
    assert findings(replace(WELL, reports=behind), []) == []


FLOORED = parse(
    service(depool_floor=1, checks="ping"),
    cluster={"sync_daemon": {"id": 51}},
    groups={"lvs_directors": ["lvs1", "lvs2"]},
    engine=None,
)
FLOORS = {"floors": {f"tcp {VIP}:80": {"name": "shop_ipv4_tcp", "least": 1}}}


def with_floor(failing: dict[str, str], names: Mapping[str, Any] | None = None) -> Examined:
    """A service with a floor. failing: the files on both directors of those that fail."""
    return running(
        FLOORED, {host: {"failing": failing} for host in ("lvs1", "lvs2")}, FLOORS if names is None else names
    )


def test_real_servers_that_only_a_floor_keeps_are_told() -> None:
    failing = {"192.0.2.21:80@shop_ipv4_tcp": "0\n", "192.0.2.22:80@shop_ipv4_tcp": "1\n"}
    found = findings(with_floor(failing), [])
    assert [(each.code, each.host, each.observed) for each in found] == [
        (
            "LVS846",
            "lvs1, lvs2",
            "192.0.2.21:80 of shop fails its check, and only the floor of 1 keeps it in",
        )
    ]


def test_a_floor_of_another_service_or_of_earlier_keeps_nobody() -> None:
    assert findings(with_floor({"192.0.2.21:80@other": "0\n"}), []) == []
    assert findings(with_floor({"192.0.2.21:80@shop_ipv4_tcp": "0\n"}, {}), []) == []
