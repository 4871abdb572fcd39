# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a host can be a director."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.readiness import Readiness, readiness
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._doctor.clusters import many
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

SHOP = {
    "address": "192.0.2.198",
    "port": 80,
    "protocol": "tcp",
    "destinations": [{"address": "192.0.2.21", "port": 80, "weight": 1, "forward": "dr"}],
}
CLOSED = [{"hook": "input", "family": "inet", "tool": "nftables", "chain": "inet filter input"}]
OTHER = {**SHOP, "address": "192.0.2.199"}
OWNERS = {"units": {}, "ipvsadm": {}, "ldirectord": [], "processes": [], "kube_interface": False}
VIEW: dict[str, Any] = {
    "services": [SHOP],
    "virtual_routers": [],
    "cluster_directors": ["lvs1"],
    "filter": {"rules": []},
    "network": {"addresses": [], "sysctls": {"net.ipv4.ip_forward": "1"}},
    "programs": ["keepalived"],
}

TESTED: dict[str, Any] = {"plan": {"changed": []}, "systemd": True}


def report(*files: str, **told: Any) -> dict[str, Any]:
    """What host_info tells of a host on which nothing is set up yet."""
    ipvs = {"services": [], "schedulers": ["rr", "wlc"], "persistence_engines": [], "connection_table_size": 4096}
    return {
        "held": told.get("held", []),
        "files": ["/usr/sbin/keepalived", "/sbin/ipvsadm", *files],
        "owners": {**OWNERS, **told.get("owners", {})},
        "closed": told.get("closed", []),
        "system": {"ID": "debian"},
        "selinux": {"enforced": False, "keepalived_connect_any": True},
        "ipvs": {**ipvs, **told.get("ipvs", {})},
    }


def found(told: dict[str, Any], engine: str = "keepalived", check_mode: bool = False, **cluster: Any) -> Readiness:
    return readiness(parse(service(), cluster={"engine": engine, **cluster}), "lvs1", told, VIEW, TESTED, check_mode)


def test_a_new_director_waits() -> None:
    assert found(report()) == Readiness(unserved=("tcp 192.0.2.198:80",))


def test_one_with_a_vip_and_a_table_is_active() -> None:
    units = {"lvs.service": {"active": True, "at_boot": True}}
    told = report(held=["192.0.2.198/32"], ipvs={"services": [SHOP]}, owners={"units": units})
    assert found(told) == Readiness(part="active", boots=True, balances=True)


@pytest.mark.parametrize("programs", [["ipvsadm"], ["keepalived"], ["ipvsadm", "keepalived"]])
def test_what_a_director_needs_is_installed_unless_it_must_not_be(programs: list[str]) -> None:
    told, view = {**report(), "files": []}, {**VIEW, "programs": programs}
    assert [each.code for each in readiness(parse(service()), "lvs1", told, view, TESTED).found] == ["LVS702"]
    cluster = parse(service(), cluster={"install_packages": True})
    allowed = readiness(cluster, "lvs1", told, view, TESTED)
    assert (allowed.found, allowed.missing_packages, allowed.can_start) == ((), tuple(programs), True)
    assert readiness(cluster, "lvs1", told, view, TESTED, check_mode=True).can_start is ("keepalived" not in programs)


def test_nothing_is_missing_where_it_is_installed() -> None:
    told = found(report(), check_mode=True)
    assert (told.missing_packages, told.can_start) == ((), True)


def test_a_host_that_directs_nothing_is_no_director() -> None:
    assert [each.code for each in readiness(None, "web1", {}, {}, {}).found] == ["LVS701"]


def test_all_that_rules_find_is_told_with_what_the_run_knows() -> None:
    told = {**report(ipvs={"schedulers": [], "services": [OTHER]}, closed=CLOSED), "files": []}
    cluster = parse(service(), cluster={"engine": "keepalived"})
    everything = readiness(cluster, "lvs1", told, VIEW, TESTED, taking_part=["lvs1"])
    assert [each.code for each in everything.found] == ["LVS702", "LVS703", "LVS741", "LVS761"]


def test_a_closed_firewall_is_told_until_the_director_is_set_up() -> None:
    assert [each.code for each in found(report(closed=CLOSED)).found] == ["LVS741"]
    units = {"lvs.service": {"active": True, "at_boot": True}}
    assert found(report(closed=CLOSED, owners={"units": units})).found == ()


@pytest.mark.parametrize("vips_by", ["vrrp", "static"])
@pytest.mark.parametrize(("checks_by", "superfluous"), [("keepalived", "/etc/lvs/ipvs.rules"), ("none", None)])
def test_what_is_left_of_before_is_known(checks_by: str, superfluous: str | None, vips_by: str) -> None:
    cluster = parse(service(), cluster={"checks_by": checks_by, "vips_by": vips_by}, engine=None)
    left = report("/etc/keepalived/keepalived.conf", "/etc/lvs/ipvs.rules")
    told = readiness(cluster, "lvs1", left, VIEW, TESTED)
    assert (told.has_configuration, told.boot_rules) == (True, superfluous)


@pytest.mark.parametrize(
    ("boots", "sysctl", "forwards"),
    [
        (True, "net.ipv4.ip_forward", True),
        (True, "net.ipv6.conf.all.forwarding", True),
        (True, "net.ipv4.conf.eth1.send_redirects", True),  # from nat_return source_nat to a route back
        (True, "net.ipv4.vs.conntrack", False),
        (False, "net.ipv4.ip_forward", False),  # the first roll-out, before which nothing goes through it
    ],
)
def test_a_director_forwards_before_real_servers_answer_through_it(boots: bool, sysctl: str, forwards: bool) -> None:
    units = {"lvs.service": {"active": True, "at_boot": True}} if boots else {}
    tested = {**TESTED, "plan": {"changed": [{"kind": "sysctl", "name": sysctl}]}}
    found = readiness(parse(service()), "lvs1", report(owners={"units": units}), VIEW, tested)
    assert found.forwarding == {"addresses": [], "sysctls": VIEW["network"]["sysctls"] if forwards else {}}


def test_a_change_that_a_result_leaves_out_may_concern_the_forwarding() -> None:
    units = {"lvs.service": {"active": True, "at_boot": True}}
    tested = {**TESTED, "plan": {"changed": many("address", "192.0.2.199/32 dev lo")}}
    told = readiness(parse(service()), "lvs1", report(owners={"units": units}), VIEW, tested)
    assert told.forwarding["sysctls"] == VIEW["network"]["sysctls"]
