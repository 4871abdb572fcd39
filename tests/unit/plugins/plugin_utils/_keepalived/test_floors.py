# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service with a floor in keepalived.conf, and how a director reads it back."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.for_checks import is_for_checks
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.managed import Floor, floors, managed
from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.configuration import configuration
from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.floors import numbered
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

INTERFACES = dict.fromkeys(["192.0.2.2", "192.0.2.198", "192.0.2.199", "2001:db8::198"], "eth0")


def text(*services: dict[str, Any], **cluster: Any) -> str:
    parsed = parse(*services, cluster={"engine": "keepalived", **cluster})
    return configuration(parsed, parsed.directors[0], INTERFACES)


def floor_of(*services: dict[str, Any], **cluster: Any) -> dict[str, Floor]:
    return floors(text(*services, **cluster))


def test_it_is_checked_beside_itself() -> None:
    written = text(service(depool_floor=1, checks="http", alerts=True))
    own, checks = written.split("virtual_server_group checks:shop_ipv4_tcp")
    assert ("HTTP_GET" in own, "HTTP_GET" in checks) == (False, True)
    assert "track_file /etc/lvs/failed/192.0.2.21:80@shop_ipv4_tcp" in own
    assert "FILE_CHECK" not in checks
    assert 'notify_down "/usr/local/lib/lvs-floor/settle shop_ipv4_tcp" root' in checks
    assert "    smtp_alert\n    quorum 1\n" in checks


@pytest.mark.parametrize(
    ("options", "least"),
    [
        ({"depool_floor": 2}, 2),
        ({"depool_floor": "50%"}, 1),
        ({"depool_floor": "51%"}, 2),
        ({"depool_floor": "1%"}, 1),
        ({"depool_floor": "100%"}, 2),
        ({"depool_floor": 0}, None),
        ({"depool_floor": "0%"}, None),
        ({}, None),
        ({"depool_floor": 1, "checks": []}, None),
    ],
)
def test_how_many_stay(options: dict[str, Any], least: int | None) -> None:
    assert [floor.least for floor in floor_of(service(**options)).values()] == ([least] if least else [])


def test_the_cluster_s_is_that_of_services_that_have_none() -> None:
    services = service(name="one"), service(name="two", address="192.0.2.199", depool_floor=0)
    assert {*floor_of(*services, depool_floor="100%")} == {"one_ipv4_tcp"}


def test_each_family_has_its_own_and_all_addresses_of_one_together() -> None:
    entry = service(address=["192.0.2.198", "192.0.2.199"], depool_floor=1, protocol=["tcp", "udp"], checks="tcp")
    found = floor_of(entry)
    assert {*found} == {"shop_ipv4_tcp", "shop_ipv4_udp"}
    assert all(len(member.pairs) == 2 for floor in found.values() for member in floor.members)
    assert len({floor.verdicts for floor in found.values()}) == 2


def test_who_takes_the_port_of_the_request_is_told_apart_by_its_address() -> None:
    entry = service(fwmark=7, address=["192.0.2.198"], port=[80, 443], protocol="tcp", depool_floor=1)
    (floor,) = list(floor_of(entry).values())
    assert [member.file.rpartition("/")[2] for member in floor.members] == [
        "192.0.2.21:0@shop_ipv4_mark",
        "192.0.2.22:0@shop_ipv4_mark",
    ]


def test_what_only_changes_a_weight_stays_in_the_service() -> None:
    checks = [{"type": "file", "path": "/run/lvs/weight"}, {"type": "file", "path": "/run/lvs/out", "weight": 0}, "tcp"]
    own, beside = text(service(depool_floor=1, checks=checks)).split("virtual_server_group checks:")
    kept = own.split("virtual_server ")[-1]
    assert ("/run/lvs/weight" in kept, "/run/lvs/out" in kept, "TCP_CHECK" in kept) == (True, False, False)
    assert ("/run/lvs/weight" in beside, "/run/lvs/out" in beside, "TCP_CHECK" in beside) == (False, True, True)


def test_what_is_managed_is_the_service_alone() -> None:
    found = managed(text(service(depool_floor=1)))
    assert {key.address for key, _server in found} == {"192.0.2.198"}
    assert all(is_for_checks(floor.verdicts) for floor in floor_of(service(depool_floor=1)).values())


def test_numbers_stay_when_others_come() -> None:
    few, many = numbered(["shop", "mail"]), numbered(["shop", "mail", *map(str, range(1000))])
    assert len({*many.values()}) == len(many)
    assert sum(many[name] != number for name, number in few.items()) <= 1
