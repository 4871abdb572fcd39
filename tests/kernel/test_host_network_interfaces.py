# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""host_network on interfaces as people have them: VLANs, bonds, bridges, macvlans, VRFs; their names and addresses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import module, run

NEAR, FAR = "lvsnear", "lvsfar"
OWN, SECOND, GATEWAY, VIP = "198.51.100.2", "198.51.100.3", "198.51.100.9", "198.51.100.198"
OWN6, VIP6 = "2001:db8:9::2", "2001:db8:9::198"
# Kind -> the interface that has the addresses, and the lines for `ip -batch` that make it above or around the near end.
KINDS = {
    "vlan": (f"{NEAR}.100", [f"link add link {NEAR} name {NEAR}.100 type vlan id 100"]),
    "vlan by another name": ("lan-7.dmz_a", [f"link add link {NEAR} name lan-7.dmz_a type vlan id 7"]),
    "bond": ("bond-lvs", ["link add bond-lvs type bond mode active-backup", f"link set {NEAR} down master bond-lvs"]),
    "bridge": ("br-lvs", ["link add br-lvs type bridge", f"link set {NEAR} master br-lvs"]),
    "macvlan": ("mac-lvs", [f"link add link {NEAR} name mac-lvs type macvlan mode bridge"]),
    "vlan of a bond": (
        "bond-lvs.5",
        [
            "link add bond-lvs type bond mode active-backup",
            f"link set {NEAR} down master bond-lvs",
            "link set bond-lvs up",
            "link add link bond-lvs name bond-lvs.5 type vlan id 5",
        ],
    ),
    "vrf": (NEAR, ["link add vrf-lvs type vrf table 777", "link set vrf-lvs up", f"link set {NEAR} master vrf-lvs"]),
}
MADE = (f"{NEAR}.100", "lan-7.dmz_a", "bond-lvs.5", "br-lvs", "mac-lvs", "vrf-lvs", NEAR, "bond-lvs")


@pytest.fixture(params=KINDS)
def interface(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of an interface of each kind; it has an address of each family."""
    run("ip", "link", "add", NEAR, "type", "veth", "peer", "name", FAR)
    run("ip", "link", "set", FAR, "up")
    name, lines = KINDS[request.param]
    try:
        run("ip", "-batch", "-", stdin="".join(f"{line}\n" for line in [f"link set {NEAR} up", *lines]))
        run("ip", "link", "set", NEAR, "up")
        run("ip", "link", "set", name, "up")
        run("ip", "address", "add", f"{OWN}/24", "dev", name)
        run("ip", "address", "add", f"{OWN6}/64", "dev", name, "nodad")
        yield name
    finally:
        there = {link["ifname"] for link in json.loads(run("ip", "-json", "link"))}
        for made in MADE:
            if made in there:
                run("ip", "link", "delete", made)


def held(interface: str) -> set[str]:
    (link,) = json.loads(run("ip", "-json", "address", "show", "dev", interface))
    return {f"{info['local']}/{info['prefixlen']}" for info in link["addr_info"] if info["scope"] != "link"}


def sysctl(interface: str, name: str) -> str:
    return Path("/proc/sys/net/ipv4/conf", interface, name).read_text().strip()


def test_what_a_cluster_sets_lands_on_the_interface_that_has_the_address(interface: str, tmp_path: Path) -> None:
    """As a definition says it, by the host's own address; and as `ip -batch` takes it at the next boot."""
    files = {"boot_file": str(tmp_path / "network.batch"), "sysctl_file": str(tmp_path / "lvs.conf")}
    wanted: dict[str, Any] = {
        "addresses": [{"address": f"{VIP}/32", "beside": OWN}, {"address": f"{VIP6}/128", "beside": OWN6}],
        "routes": [{"destination": "default", "gateway": GATEWAY, "table": 5080, "interface": interface}],
        "sysctls": {f"net.ipv4.conf.[{OWN}].send_redirects": "0"},
        **files,
    }
    before, redirects = held(interface), sysctl(interface, "send_redirects")
    result = module("host_network", state="replaced", **wanted)
    assert result.get("changed"), result
    assert held(interface) == before | {f"{VIP}/32", f"{VIP6}/128"}
    assert f"default via {GATEWAY} dev {interface}" in run("ip", "route", "show", "table", "5080")
    assert sysctl(interface, "send_redirects") == "0"
    assert module("host_network", state="replaced", **wanted)["changed"] is False

    run("ip", "address", "delete", f"{VIP}/32", "dev", interface)
    run("ip", "address", "delete", f"{VIP6}/128", "dev", interface)
    run("ip", "route", "flush", "table", "5080")
    run("ip", "-batch", files["boot_file"])
    assert module("host_network", state="replaced", **wanted)["changed"] is False

    assert module("host_network", state="deleted", all=True, **files)["changed"]
    assert (held(interface), sysctl(interface, "send_redirects")) == (before, redirects)


@pytest.mark.parametrize("interface", ["bridge"], indirect=True)
def test_a_second_address_of_the_network_and_one_by_dhcp_stay(interface: str) -> None:
    """Whichever of them names the place; the kernel counts down the lifetime of a lease, which is no change."""
    run("ip", "address", "add", f"{SECOND}/24", "dev", interface, "valid_lft", "3600", "preferred_lft", "1800")
    for own in (OWN, SECOND):
        wanted = [{"address": f"{VIP}/32", "beside": own}]
        assert module("host_network", addresses=wanted)["changed"] is (own == OWN)
    (taken,) = module("host_network", state="deleted", addresses=[{"address": f"{VIP}/32", "beside": OWN}])["commands"]
    assert taken == f"ip address delete {VIP}/32 dev {interface}"
    lease = run("ip", "address", "show", "dev", interface)
    assert f"{SECOND}/24" in lease
    assert "forever" not in lease.split(f"inet {SECOND}/24")[1].split("inet")[0]


@pytest.mark.parametrize("interface", ["vlan by another name"], indirect=True)
def test_ipv6_that_is_switched_off_on_an_interface_with_dots_is_named(interface: str) -> None:
    Path("/proc/sys/net/ipv6/conf", interface, "disable_ipv6").write_text("1")
    result = module("host_network", addresses=[{"address": f"{VIP6}/128", "interface": interface}])
    assert result["failed"]
    setting = f"net.ipv6.conf.{interface.replace('.', '/')}.disable_ipv6=0"
    assert f"sysctl -w {setting}" in result["msg"]
    run("sysctl", "-w", setting)
    assert module("host_network", addresses=[{"address": f"{VIP6}/128", "interface": interface}])["changed"]
