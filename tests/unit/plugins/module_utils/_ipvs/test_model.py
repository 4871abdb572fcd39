# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules: one service or one destination alone says the same as it does in a list."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from ansible_collections.lvs.cluster.plugins.module_utils._change import InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import (
    ServiceKey,
    VirtualService,
    as_option,
    parse_destination,
    parse_service,
    parse_services,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

SERVICE_NAME = ("address", "port", "protocol", "fwmark", "family")
SHOP = {"address": "192.0.2.198", "port": 80}


@given(strategies.tables())
def test_alone_is_as_in_a_list(table: dict[ServiceKey, VirtualService]) -> None:
    for key, value in table.items():
        option = as_option(key, value)
        (listed,) = parse_services([option])
        assert parse_service(option) == listed._replace(path="")
        service = {f"service_{name}": option.get(name) for name in SERVICE_NAME}
        for number, wanted in enumerate(listed.destinations):
            alone = parse_destination({**service, **option["destinations"][number]})
            assert alone == listed._replace(path="", options={}, destinations=(wanted,))


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({}, "address: a service has either an address or a fwmark"),
        ({**SHOP, "fwmark": 1}, "address: a service has either an address or a fwmark"),
        ({"fwmark": 1, "port": 80}, "fwmark: marked packets bring their own protocol and port"),
        ({"fwmark": 0}, "fwmark: 0 is no mark of packets"),
        ({**SHOP, "address": "shop"}, "address: 'shop' is no IPv4 or IPv6 address"),
        ({**SHOP, "family": "ipv6"}, "family: 192.0.2.198 is ipv4, not ipv6"),
        ({**SHOP, "port": None}, "port: missing"),
        ({**SHOP, "port": 65536}, "port: 65536 is no port"),
        ({**SHOP, "persistence_netmask": "24"}, "persistence_netmask: '24' is no IPv4 netmask"),
        ({"address": "2001:db8::1", "port": 1, "persistence_netmask": "0"}, "persistence_netmask: '0' is not an IPv6"),
    ],
)
def test_a_fault_names_its_option(given: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidInput) as alone:
        parse_service(given)
    assert alone.value.faults[0].startswith(fault)
    with pytest.raises(InvalidInput) as listed:
        parse_services([given])
    assert listed.value.faults[0] == f"services[0].{alone.value.faults[0]}"


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"address": "x"}, "address: 'x' is no"),
        ({"address": "192.0.2.21", "port": -1}, "port: -1 is no port"),
        ({"address": "192.0.2.21", "service_port": None}, "service_port: missing"),
    ],
)
def test_a_fault_of_a_destination_names_its_option(options: dict[str, Any], fault: str) -> None:
    service = {f"service_{name}": SHOP.get(name) for name in SERVICE_NAME}
    with pytest.raises(InvalidInput) as alone:
        parse_destination({**service, **options})
    assert alone.value.faults[0].startswith(fault)


def test_what_else_a_module_is_told_is_no_part_of_a_destination() -> None:
    service = {"service_address": "192.0.2.198", "service_port": 80, "service_protocol": None, "service_family": None}
    given = {**service, "service_fwmark": None, "address": "192.0.2.21", "origin": {"user": "anna", "definitions": {}}}
    assert parse_destination(given).destinations[0].given == ()
