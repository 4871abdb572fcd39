# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._rules.advice import findings, names
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import by_mark, parse, problems, service

DR_PORT = "dr leaves packets at port 80, the service's; leave 8080 out or forward by nat"
ONLY_TUN = "2001:db8::21 is ipv6, the service ipv4; only tun joins the two"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"real_servers": [{"host": "web1", "port": 8080}]}, f"lvs_services[0].real_servers[0].port: {DR_PORT}"),
        (
            {"forward": "tun", "real_servers": [{"host": "web1", "port": 8080}]},
            f"lvs_services[0].real_servers[0].port: {DR_PORT.replace('dr', 'tun')}",
        ),
        ({"real_servers": "six"}, f"lvs_services[0].real_servers[six1]: {ONLY_TUN}"),
        ({"real_servers": "six", "forward": "nat"}, f"lvs_services[0].real_servers[six1]: {ONLY_TUN}"),
        (
            {"real_servers": [{"host": "web1"}, {"address": "192.0.2.21"}]},
            "lvs_services[0].real_servers[1]: 192.0.2.21 port 80 is already listed at lvs_services[0].real_servers[0]",
        ),
        (
            {"real_servers": [{"host": "web1", "upper_threshold": 10, "lower_threshold": 20}]},
            "lvs_services[0].real_servers[0].lower_threshold: 20 is above the upper_threshold 10",
        ),
    ],
    ids=lambda value: repr(value) if isinstance(value, dict) else "",
)
def test_a_service_that_contradicts_itself_is_refused(options: dict[str, object], expected: str) -> None:
    assert problems(service(**options)) == [expected]


def test_a_service_by_mark_that_contradicts_itself_is_refused() -> None:
    assert problems(by_mark(real_servers=[{"host": "web1", "port": 80}])) == [
        "lvs_services[0].real_servers[0].port: dr leaves packets at the port of the request; "
        "leave 80 out or forward by nat"
    ]


def test_tun_joins_the_families() -> None:
    assert parse(service(real_servers="six", forward="tun")).services[0].real_servers[0].address == "2001:db8::21"


def test_nat_serves_two_ports_of_one_host() -> None:
    servers = [{"host": "web1", "port": 8080}, {"host": "web1", "port": 8081}]
    ports = [real.port for real in parse(service(forward="nat", real_servers=servers)).services[0].real_servers]
    assert ports == [8080, 8081]


@pytest.mark.parametrize(
    ("rule", "services", "groups"),
    [
        ("unmanaged-real-server", [service(real_servers=[{"address": "192.0.2.51"}])], {}),
        ("unmanaged-real-server", [service(real_servers=[{"address": "198.51.100.9"}], forward="tun")], {}),
        (
            "single-stack-real-server",
            [service(address=["192.0.2.198", "2001:db8::c6"], real_servers="both")],
            {"both": ["web1", "dual"]},
        ),
    ],
)
def test_a_rule_finds(rule: str, services: list[Any], groups: dict[str, list[str]]) -> None:
    assert rule in names(findings(parse(*services, groups=groups)))


@pytest.mark.parametrize(
    ("rule", "services", "groups"),
    [
        (
            "unmanaged-real-server",
            [service(forward="nat", nat_return="source_nat", real_servers=[{"address": "192.0.2.51"}])],
            {},
        ),
        (
            "single-stack-real-server",
            [service(address=["192.0.2.198", "2001:db8::c6"], real_servers="both")],
            {"both": ["dual"]},
        ),
        ("unmanaged-real-server", [by_mark(protocol="tcp", port=80, real_servers=[{"address": "192.0.2.51"}])], {}),
    ],
)
def test_a_rule_lets_pass(rule: str, services: list[Any], groups: dict[str, list[str]]) -> None:
    assert rule not in names(findings(parse(*services, groups=groups)))
