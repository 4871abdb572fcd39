# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._rules.advice import findings, names
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, problems, service


@pytest.mark.parametrize(
    ("rule", "services"),
    [
        ("nat-return-path", [service(forward="nat", nat_return="none")]),
        ("nat-return-path", [service(forward="nat", real_servers=[{"address": "198.51.100.9"}])]),
    ],
)
def test_a_rule_finds(rule: str, services: list[Any]) -> None:
    assert rule in names(findings(parse(*services)))


@pytest.mark.parametrize(
    ("rule", "services"),
    [
        ("nat-return-path", [service(forward="nat")]),
        (
            "nat-return-path",
            [service(forward="nat", nat_return="source_nat", real_servers=[{"address": "198.51.100.9"}])],
        ),
    ],
)
def test_a_rule_lets_pass(rule: str, services: list[Any]) -> None:
    assert rule not in names(findings(parse(*services)))


@pytest.mark.parametrize(
    "options",
    [
        {"forward": "nat"},
        {"forward": "nat", "nat_return": "source_nat"},
        {"sorry_server": {"address": "127.0.0.1"}},
    ],
)
def test_no_error_follows_from_a_director_without_an_address(options: dict[str, Any]) -> None:
    (found,) = problems(service(**options), hosts={"lvs1": {"ansible_host": "lvs1.example.net"}})
    assert found.startswith("hostvars[lvs1].lvs_address: is missing")
    (found,) = problems(service(**options), groups={"lvs_directors": []})
    assert found.startswith("groups[lvs_directors]: no director")


def test_source_nat_needs_an_address_of_the_director() -> None:
    six = service(address="2001:db8::c6", real_servers="six", forward="nat", nat_return="source_nat")
    assert problems(six) == [
        "lvs_services[0]: with source_nat the director replaces the client's address with its own, and lvs1 has no "
        "ipv6 address: set lvs_ipv6_address"
    ]
    parse(six, hosts={"lvs1": {"ansible_host": "192.0.2.2", "lvs_ipv6_address": "2001:db8::2"}})
