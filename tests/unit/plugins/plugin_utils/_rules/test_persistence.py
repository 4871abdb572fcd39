# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._rules.advice import (
    PERSISTENT,
    findings,
    names,
    weighted,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import by_mark, parse, problems, service


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"protocol": "udp", "persistence_engine": "sip"},
            "lvs_services[0].persistence_engine: needs a persistence_timeout",
        ),
        (
            {"persistence_engine": "sip", "persistence_timeout": 60},
            "lvs_services[0].persistence_engine: sip works for udp only, not for tcp",
        ),
        ({"persistence_netmask": "255.0.0.0"}, "lvs_services[0].persistence_netmask: needs a persistence_timeout"),
        (
            {"persistence_netmask": "0.0.0.255", "persistence_timeout": 60},
            "lvs_services[0].persistence_netmask: '0.0.0.255' is not an IPv4 netmask, such as 255.255.255.0 or 24",
        ),
    ],
    ids=lambda value: repr(value) if isinstance(value, dict) else "",
)
def test_a_service_that_contradicts_itself_is_refused(options: dict[str, object], expected: str) -> None:
    assert problems(service(**options)) == [expected]


def test_a_service_by_mark_that_contradicts_itself_is_refused() -> None:
    assert problems(by_mark(family="ipv6", real_servers="six", persistence_timeout=60, persistence_netmask="129")) == [
        "lvs_services[0].persistence_netmask: '129' is not an IPv6 prefix length: that is a number from 1 to 128"
    ]


def test_ftp_by_direct_routing_on_one_port_is_reported() -> None:
    assert "ftp-data-ports" in names(findings(parse(service(port=21))))


@pytest.mark.parametrize(
    ("rule", "services"),
    [
        ("ftp-data-ports", [service(port=21, forward="nat")]),
        ("ftp-data-ports", [service(port=21, protocol="udp"), service(name="all", port=0, **PERSISTENT)]),
    ],
)
def test_a_rule_lets_pass(rule: str, services: list[Any]) -> None:
    assert rule not in names(findings(parse(*services)))


def test_templates_that_outlive_a_quiesce_are_reported() -> None:
    kept = {"ipvs_sysctls": {"expire_quiescent_template": 0}}
    assert names(findings(parse(weighted(0, 1, **PERSISTENT), cluster=kept))) == ["persistence-templates"]
    assert findings(parse(weighted(0, 1, **PERSISTENT))) == []
    assert findings(parse(weighted(0, 1), cluster=kept)) == []


def test_a_finding_names_its_service_and_its_servers() -> None:
    kept = {"ipvs_sysctls": {"expire_quiescent_template": 0}}
    (found,) = findings(parse(weighted(0, 1, **PERSISTENT), cluster=kept))
    assert found.startswith("lvs_services[0]: Service shop: web1 with weight 0")
