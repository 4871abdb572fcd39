# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""host_info beside keepalived itself: which virtual routers there are on a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import eventually, module, run
from ansible_collections.lvs.cluster.tests.kernel.test_keepalived import (
    HOSTS,
    INTERFACE,
    OTHER,
    VERSION,
    VIP,
    VIP6,
    directors,
    holds,
    interface,
    service,
)

__all__ = ["interface"]
# A firewall that lets nothing in but what finds neighbours.
CLOSED = (
    "add table inet closed; "
    "add chain inet closed input { type filter hook input priority 0; policy drop; }; "
    "add rule inet closed input meta l4proto ipv6-icmp accept"
)
NOWHERE = "/run/no-keepalived.conf"


def info(namespace: str, *virtual_routers: dict[str, Any], file: str = NOWHERE) -> dict[str, Any]:
    result = module(
        "host_info",
        prefix=("ip", "netns", "exec", namespace),
        virtual_routers=list(virtual_routers),
        keepalived_file=file,
        paths=["/bin/sh", "/bin/no-such-program"],
    )
    assert not result.get("failed"), result["msg"]
    assert not result["changed"]
    return result


@pytest.mark.parametrize(
    ("vip", "vrrp", "family", "version"),
    [
        (VIP, {}, "ipv4", 2),
        (VIP, {"version": 3, "advert_interval": 0.5}, "ipv4", 3),
        (VIP, {"unicast": True}, "ipv4", 2),
        (VIP, {"password": "s3cret/1", "authentication": "ah"}, "ipv4", 2),
        (VIP6, {}, "ipv6", 3),
        (VIP6, {"unicast": True}, "ipv6", 3),
    ],
    ids=["multicast", "version 3", "unicast", "ah", "ipv6", "ipv6 unicast"],
)
def test_who_advertises_is_heard_with_what_it_says(
    tmp_path: Path, vip: str, vrrp: dict[str, Any], family: str, version: int
) -> None:
    with directors(tmp_path, "--vrrp") as (other, here):
        run("ip", "netns", "exec", here.namespace, "nft", CLOSED)
        other.configure(service(address=vip), vrrp=vrrp)
        eventually(holds(other, [vip]), other.log)
        interval = vrrp.get("advert_interval", 1)
        router = {"virtual_router_id": 51, "family": family, "interface": INTERFACE, "interval": interval}
        (heard,) = info(here.namespace, router)["heard"]
        expected = {"family": family, "virtual_router_id": 51, "priority": 100, "interval": interval}
        assert {name: heard[name] for name in expected} == expected
        assert (heard["interface"], heard["version"]) == (INTERFACE, version)
        assert heard["source"] in info(other.namespace)["addresses"]
        (advertised,) = heard["addresses"]
        assert advertised in other.addresses() | other.addresses("lo")


def test_other_numbers_families_and_networks_are_not_told(tmp_path: Path) -> None:
    with directors(tmp_path, "--vrrp") as (other, here):
        other.configure(service(address=VIP))
        eventually(holds(other, [VIP]), other.log)
        own = {"virtual_router_id": 51, "family": "ipv4", "beside": HOSTS["lvs2"]["ansible_host"]}
        result = info(
            here.namespace,
            {**own, "virtual_router_id": 52},
            {**own, "family": "ipv6"},
            {**own, "beside": None, "interface": "lo"},
            {**own, "beside": "192.0.2.99"},
            {**own, "beside": None, "interface": "lvsnone"},
        )
        assert result["heard"] == []
        assert result["files"] == ["/bin/sh"]
        assert len(info(here.namespace, own)["heard"]) == 1


def test_its_own_advertisements_are_not_heard(tmp_path: Path) -> None:
    with directors(tmp_path, "--vrrp") as (here, _other):
        here.configure(service(address=VIP))
        eventually(holds(here, [VIP]), here.log)
        own = {"virtual_router_id": 51, "family": "ipv4", "interface": INTERFACE}
        result = info(here.namespace, own)
        assert result["heard"] == []
        assert result["keepalived_version"] == ".".join(map(str, VERSION))


def test_a_configuration_is_told_by_its_virtual_routers(tmp_path: Path) -> None:
    with directors(tmp_path, "--vrrp") as (here, _other):
        here.configure(service(address=[VIP, OTHER]), in_use={"lvs": "127.112.9.51"})
        result = info(here.namespace, file=str(tmp_path / f"{here.namespace}.conf"))
        assert result["virtual_routers"] == [
            {
                "name": "lvs",
                "virtual_router_id": 51,
                "family": "ipv4",
                "interface": INTERFACE,
                "advertised": "127.112.9.51",
                "peers": [],
            }
        ]
        assert result["keepalived_is_own"]
        (other,) = result["other_directors"]
        assert (other["cluster"], other["name"]) == ("lvs_directors", "lvs2")
        assert other["addresses"] != []


def test_an_interface_that_hears_nothing_stops_nobody(tmp_path: Path) -> None:
    with directors(tmp_path, "--vrrp") as (_one, here):
        own = {"virtual_router_id": 51, "interface": INTERFACE}
        run("ip", "netns", "exec", here.namespace, "sysctl", "-qw", f"net.ipv6.conf.{INTERFACE}.disable_ipv6=1")
        run("ip", "-n", here.namespace, "link", "set", INTERFACE, "down")
        assert info(here.namespace, {**own, "family": "ipv6"}, {**own, "family": "ipv4"})["heard"] == []


def test_addresses_are_told_by_whether_they_are_held(tmp_path: Path) -> None:
    with directors(tmp_path, "--vrrp") as (here, _other):
        here.configure(service(address=[VIP, OTHER]))
        eventually(holds(here, [VIP, OTHER]), here.log)
        result = module(
            "host_info",
            prefix=("ip", "netns", "exec", here.namespace),
            addresses=[
                {"address": f"{VIP}/32", "interface": INTERFACE},
                {"address": f"{OTHER}/32", "interface": "lo"},
                {"address": "192.0.2.77/32", "interface": INTERFACE},
            ],
            owners=False,
        )
        assert (result["held"], result["missing"]) == ([f"{VIP}/32"], [f"{OTHER}/32", "192.0.2.77/32"])
        assert "owners" not in result
        assert "ipvs" not in result


def test_a_pattern_stands_for_all_files_that_fit(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).touch()
    result = module("host_info", paths=[f"{tmp_path}/*", f"{tmp_path}/no-such-file"])
    assert result["files"] == [f"{tmp_path}/a", f"{tmp_path}/b"]


def test_told_nothing_it_looks_for_what_a_director_may_have(drained_folder: Path) -> None:
    (drained_folder / "192.0.2.21").touch()
    files = module("host_info")["files"]
    assert {"/usr/sbin/ipvsadm", "/usr/sbin/keepalived", "/etc/lvs/drained/192.0.2.21"} <= {*files}
    assert "/etc/lvs/standby" not in files


def test_the_table_is_as_ipvs_info_tells_it() -> None:
    assert module("host_info", ipvs=True)["ipvs"].items() <= module("ipvs_info").items()


def test_who_gets_its_answers_by_source_nat_is_told() -> None:
    rule = {"kind": "source_nat", "address": VIP, "protocol": "tcp", "port": "80", "to": "192.0.2.2"}
    try:
        applied = module("packet_filter", rules=[rule], boot_folder="/etc/lvs")
        assert not applied.get("failed"), applied["msg"]
        assert module("host_info", paths=[])["source_nat"] == [{**rule, "family": "ipv4"}]
    finally:
        module("packet_filter", state="deleted", all=True, boot_folder="/etc/lvs")
