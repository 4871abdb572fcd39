# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rules import marks
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._rules.advice import findings, names
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import by_mark, parse, problems, service


def test_a_service_that_contradicts_itself_is_refused() -> None:
    assert problems(service(fwmark=1)) == [
        "lvs_services[0].protocol: is missing: with a fwmark, ports are those of tcp, udp or sctp"
    ]


def test_a_service_by_mark_that_contradicts_itself_is_refused() -> None:
    assert problems(by_mark(port=80)) == [
        "lvs_services[0].protocol: is missing: with a fwmark, ports are those of tcp, udp or sctp"
    ]


def test_a_second_service_with_the_same_mark_is_refused() -> None:
    assert problems(by_mark(), by_mark(name="other")) == [
        "lvs_services[1]: fwmark 1 ipv4 is already taken by lvs_services[0]; one mark is one service: write a "
        "single entry that lists all its packets, as in protocol: [tcp, udp] and port: [80, 443], or give this one "
        "another mark"
    ]


@pytest.mark.parametrize(
    ("rule", "services"),
    [
        ("mark-without-packets", [by_mark()]),
        ("transparent-proxy", [by_mark(protocol="tcp", port=80)]),
    ],
)
def test_a_rule_finds(rule: str, services: list[Any]) -> None:
    assert rule in names(findings(parse(*services)))


@pytest.mark.parametrize(
    ("rule", "services"),
    [
        ("mark-without-packets", [service(fwmark=1, protocol="tcp")]),
        ("transparent-proxy", [by_mark(protocol="tcp", port=80, forward="nat")]),
        ("transparent-proxy", [service(fwmark=1, protocol="tcp")]),
        ("mark-without-packets", [by_mark(protocol="tcp", port=80)]),
    ],
)
def test_a_rule_lets_pass(rule: str, services: list[Any]) -> None:
    assert rule not in names(findings(parse(*services)))


def test_proxies_that_redirect_need_nothing_more() -> None:
    proxies = by_mark(protocol="tcp", port=80)
    assert findings(parse(proxies, cluster={"arp": "redirect"})) == []
    (found,) = findings(parse(proxies, hosts={"web1": {"ansible_host": "192.0.2.21", "lvs_arp": "redirect"}}))
    assert "come to web2 as clients" in found


def test_a_mark_without_a_listed_vip_is_reported() -> None:
    assert names(findings(parse(by_mark()))) == ["mark-without-packets", "mark-without-vip"]
    assert names(findings(parse(by_mark(), cluster={"vips": [{"address": "192.0.2.198"}]}))) == ["mark-without-packets"]


def test_a_check_without_a_mark_is_not_looked_for_among_the_reserved_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """A range compares what is no number with each of its 65,536: 30 ms for each real server."""

    class Numbers:
        def __init__(self) -> None:
            self.asked: list[Any] = []

        def __contains__(self, mark: Any) -> bool:
            self.asked.append(mark)
            return False

    numbers = Numbers()
    monkeypatch.setattr(marks, "MARKS", numbers)
    findings(parse(by_mark(fwmark=7, checks={"type": "tcp", "port": 80}), engine="keepalived"))
    assert set(numbers.asked) == {7}
