# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import by_mark, problems, service


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"port": None}, "lvs_services[0].port: is missing"),
        (
            {"port": 0},
            "lvs_services[0].port: 0 means all ports, which works only with a persistence_timeout",
        ),
        ({"address": None}, "lvs_services[0]: has neither an address (the VIP) nor a fwmark"),
        (
            {"port": [80, 443]},
            "lvs_services[0].port: several ports are one service only with a fwmark; give it one, a number that no "
            "other service has, and a persistence_timeout where a client's connections to these ports belong together",
        ),
        ({"family": "ipv6"}, "lvs_services[0].family: 192.0.2.198 is ipv4; family is for a fwmark without addresses"),
    ],
    ids=lambda value: repr(value) if isinstance(value, dict) else "",
)
def test_a_service_that_contradicts_itself_is_refused(options: dict[str, object], expected: str) -> None:
    assert problems(service(**options)) == [expected]


def test_a_service_by_mark_that_contradicts_itself_is_refused() -> None:
    assert problems(by_mark(protocol="tcp", address="192.0.2.198", family="ipv6")) == [
        "lvs_services[0].family: 192.0.2.198 is ipv4; family is for a fwmark without addresses"
    ]


def test_a_second_service_of_the_same_name_is_refused() -> None:
    assert problems(service(), service(address="192.0.2.199")) == [
        "lvs_services[1].name: name shop is already taken by lvs_services[0]"
    ]
