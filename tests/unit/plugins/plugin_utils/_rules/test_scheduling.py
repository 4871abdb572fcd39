# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._rules.advice import findings, names, weighted
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, problems, service


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"scheduler_flags": ["fallback"]}, "lvs_services[0].scheduler_flags: wlc has no flags; sh and mh have"),
        ({"one_packet": True}, "lvs_services[0].one_packet: works for udp only, not for tcp"),
    ],
    ids=lambda value: repr(value) if isinstance(value, dict) else "",
)
def test_a_service_that_contradicts_itself_is_refused(options: dict[str, object], expected: str) -> None:
    assert problems(service(**options)) == [expected]


@pytest.mark.parametrize(
    ("rule", "services"),
    [
        ("all-weights-zero", [weighted(0, 0)]),
        ("no-fallback", [service(scheduler="sh")]),
        ("no-fallback", [service(scheduler="mh", scheduler_flags=["port"])]),
        ("weights-ignored", [weighted(1, 2, scheduler="rr")]),
        ("weights-missing", [weighted(1, 1, scheduler="fo")]),
        ("weights-missing", [weighted(1, 1, scheduler="ovf")]),
    ],
)
def test_a_rule_finds(rule: str, services: list[Any]) -> None:
    assert rule in names(findings(parse(*services)))


@pytest.mark.parametrize(
    ("rule", "services"),
    [
        ("all-weights-zero", [weighted(0, 1)]),
        ("no-fallback", [service(scheduler="sh", scheduler_flags=["fallback"])]),
        ("weights-ignored", [weighted(1, 2), weighted(0, 2, name="b", port=81, scheduler="rr")]),
        ("weights-missing", [weighted(2, 1, scheduler="fo"), weighted(9, 9, name="b", port=81, scheduler="ovf")]),
        ("weights-missing", [service(scheduler="fo", real_servers=[{"host": "web1"}])]),
    ],
)
def test_a_rule_lets_pass(rule: str, services: list[Any]) -> None:
    assert rule not in names(findings(parse(*services)))
