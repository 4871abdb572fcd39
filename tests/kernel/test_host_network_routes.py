# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Routes and rules of host_network, and the gateways that it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import module, run
from ansible_collections.lvs.cluster.tests.kernel.wires import (
    DIP,
    DIP6,
    GATEWAY,
    GATEWAY6,
    NEAR,
    peer,
    snapshot,
    told,
)

TABLE = 5080
GATEWAYS = {"ipv4": (GATEWAY, "198.51.100.4"), "ipv6": (GATEWAY6, "2001:db8:51::4")}
families = pytest.mark.parametrize("family", GATEWAYS)


@pytest.fixture(autouse=True)
def cable() -> Iterator[None]:
    run("modprobe", "fou")
    before = snapshot()
    with peer():
        yield
        for option in ("-4", "-6"):
            for rule in told(option, "rule"):
                if 5000 < rule["priority"] < 7000:
                    run("ip", option, "rule", "delete", "priority", str(rule["priority"]))
            for route in told(option, "route", "show", "table", "all"):
                if route.get("protocol") == "boot":
                    run("ip", option, "route", "delete", route["dst"], "table", str(route.get("table", "main")))
    assert snapshot() == before


def ip(family: str, *words: str) -> str:
    return run("ip", "-6" if family == "ipv6" else "-4", *words)


def boot_file(folder: Path) -> dict[str, str]:
    return {"boot_file": str(folder / "network.batch")}


@families
def test_a_route_comes_changes_and_goes(family: str, tmp_path: Path) -> None:
    first, second = GATEWAYS[family]
    before = snapshot()
    for gateway, words in ((first, "add"), (second, "replace")):
        route = {"destination": "default", "gateway": gateway, "table": TABLE}
        result = module("host_network", state="replaced", routes=[route], **boot_file(tmp_path))
        everywhere = "::/0" if family == "ipv6" else "0.0.0.0/0"
        assert result["commands"] == [f"ip route {words} {everywhere} via {gateway} table {TABLE}"]
        assert f"default via {gateway} dev {NEAR}" in ip(family, "route", "show", "table", str(TABLE))
        assert not module("host_network", state="replaced", routes=[route], **boot_file(tmp_path))["changed"]
    assert module("host_network", state="replaced", **boot_file(tmp_path))["changed"]
    assert snapshot() == before


@families
def test_routes_of_others_stay(family: str, tmp_path: Path) -> None:
    gateway, other = GATEWAYS[family]
    ip(family, "route", "add", "default", "via", other, "table", str(TABLE), "metric", "77")
    before = snapshot()
    route = {"destination": "default", "gateway": gateway, "table": TABLE}
    module("host_network", routes=[route], **boot_file(tmp_path))
    module("host_network", state="deleted", routes=[route], **boot_file(tmp_path))
    assert snapshot() == before


@families
def test_a_route_of_others_in_the_way_is_told_before_anything_is_changed(family: str, tmp_path: Path) -> None:
    gateway, other = GATEWAYS[family]
    ip(family, "route", "add", "default", "via", other, "table", str(TABLE))
    before = snapshot()
    route = {"destination": "default", "gateway": gateway, "table": TABLE}
    for state in ("merged", "replaced"):
        result = module("host_network", state=state, routes=[route], **boot_file(tmp_path))
        assert (
            f"routes: {family} default in table {TABLE} cannot lead via {gateway}: it leads via {other}"
            in result["msg"]
        )
    assert not module("host_network", state="deleted", routes=[route], **boot_file(tmp_path))["changed"]
    assert snapshot() == before


def test_a_route_that_has_gone_with_its_address_is_no_error(tmp_path: Path) -> None:
    options: dict[str, Any] = {
        "addresses": [{"address": "203.0.113.1/24", "interface": NEAR}],
        "routes": [{"destination": "192.0.2.128/25", "gateway": "203.0.113.2"}],
        **boot_file(tmp_path),
    }
    before = snapshot()
    module("host_network", **options)
    run("ip", "route", "delete", "192.0.2.128/25")
    assert module("host_network", state="deleted", all=True, **boot_file(tmp_path))["counts"]["removed"] == 1
    module("host_network", **options)
    module("host_network", state="deleted", all=True, **boot_file(tmp_path))
    assert snapshot() == before


RULES = {
    "ipv4": [
        {"priority": 5080, "source": DIP, "protocol": "tcp", "source_port": 80, "table": TABLE},
        {"priority": 5081, "family": "ipv4", "mark": 1, "table": 5081},
        {"priority": 5082, "destination": "203.0.113.0/24", "protocol": "udp", "table": 250},
        {"priority": 5080, "source": DIP, "protocol": "udp", "source_port": "10000-20000", "table": TABLE},
    ],
    "ipv6": [
        {"priority": 5080, "source": DIP6, "protocol": "sctp", "source_port": 80, "table": TABLE},
        {"priority": 5081, "family": "ipv6", "mark": 4294967295, "table": 5081},
        {"priority": 5082, "destination": "2001:db8:7::/64", "table": 4294967295},
        {"priority": 5080, "source": DIP6, "protocol": "udp", "source_port": "1024-65534", "table": TABLE},
    ],
}


@families
def test_rules_come_and_go(family: str, tmp_path: Path) -> None:
    before = snapshot()
    result = module("host_network", state="replaced", rules=RULES[family], **boot_file(tmp_path))
    with_module = snapshot()
    module("host_network", state="deleted", all=True, **boot_file(tmp_path))
    assert snapshot() == before
    for command in result["commands"]:
        run(*command.split())
    assert snapshot() == with_module
    assert not module("host_network", rules=RULES[family])["changed"]
    module("host_network", state="deleted", rules=RULES[family])
    assert snapshot() == before


@families
def test_rules_that_say_more_are_of_others(family: str, tmp_path: Path) -> None:
    for more in (("iif", "lo"), ("fwmark", "1/3"), ("not", "from", DIP6 if family == "ipv6" else DIP)):
        ip(family, "rule", "add", "priority", "6000", "table", str(TABLE), *more)
    before = snapshot()
    rule = {"priority": 6000, "family": family, "mark": 1, "table": TABLE}
    assert module("host_network", rules=[rule], **boot_file(tmp_path))["counts"]["added"] == 1
    module("host_network", state="deleted", rules=[rule], **boot_file(tmp_path))
    assert snapshot() == before


@families
def test_a_default_route_through_a_director_is_refused(family: str, tmp_path: Path) -> None:
    gateway, other = GATEWAYS[family]
    addresses = [{"address": "203.0.113.198/32", "interface": "lo"}]
    options = {"addresses": addresses, "refused_gateways": [gateway], **boot_file(tmp_path)}
    ip(family, "route", "add", "default", "via", gateway, "metric", "512")
    before = snapshot()
    for check in (True, False):
        result = module("host_network", check=check, **options)
        assert f"the default route of this host goes through the director {gateway}" in result["msg"]
        assert snapshot() == before
    ip(family, "route", "replace", "default", "via", other, "metric", "512")
    assert module("host_network", **options)["changed"]
    ip(family, "route", "replace", "default", "via", gateway, "metric", "512")
    assert module("host_network", **{**options, "state": "deleted"})["changed"]
    ip(family, "route", "delete", "default", "metric", "512")


@families
def test_one_of_several_gateways_is_refused(family: str) -> None:
    gateway, other = GATEWAYS[family]
    ip(family, "route", "add", "default", "metric", "512", "nexthop", "via", other, "nexthop", "via", gateway)
    assert f"through the director {gateway}" in module("host_network", refused_gateways=[gateway])["msg"]
    ip(family, "route", "delete", "default", "metric", "512")


def test_an_own_default_route_through_a_director_goes_in_the_same_call(tmp_path: Path) -> None:
    default = {"destination": "default", "gateway": GATEWAY}
    module("host_network", state="replaced", routes=[default], **boot_file(tmp_path))
    result = module("host_network", state="replaced", refused_gateways=[GATEWAY], **boot_file(tmp_path))
    assert result["commands"] == [f"ip route delete 0.0.0.0/0 via {GATEWAY} dev {NEAR}"]


@families
def test_a_default_route_that_stood_before_stays_its_owners(family: str, tmp_path: Path) -> None:
    gateway, _other = GATEWAYS[family]
    metric = ("metric", "1024") if family == "ipv6" else ()
    ip(family, "route", "add", "default", "via", gateway, *metric)
    before = snapshot()
    default = {"destination": "default", "gateway": gateway}
    assert not module("host_network", state="replaced", routes=[default], **boot_file(tmp_path))["changed"]
    assert not module("host_network", state="deleted", all=True, **boot_file(tmp_path))["changed"]
    assert snapshot() == before
    ip(family, "route", "delete", "default", "via", gateway)


def test_a_failure_is_undone(tmp_path: Path) -> None:
    rule = RULES["ipv4"][1]
    route = {"destination": "default", "gateway": GATEWAY, "table": TABLE}
    module("host_network", rules=[rule], routes=[route], **boot_file(tmp_path))
    before = snapshot()
    missing = {"destination": "2001:db8:7::/64", "gateway": "2001:db8:99::77"}
    other = {"destination": "default", "gateway": "198.51.100.4", "table": TABLE}
    result = module("host_network", state="replaced", routes=[other, missing], **boot_file(tmp_path))
    assert "cannot add route ipv6 2001:db8:7::/64 in table 254: no network of this host" in result["msg"]
    assert result["msg"].endswith("the host is as it was before")
    assert snapshot() == before
