# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a host can be a director."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.readiness import Readiness, readiness
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

SHOP = {
    "address": "192.0.2.198",
    "port": 80,
    "protocol": "tcp",
    "destinations": [{"address": "192.0.2.21", "port": 80, "weight": 1, "forward": "dr"}],
}
OWNERS = {"units": {}, "ipvsadm": {}, "ldirectord": [], "processes": [], "kube_interface": False}
VIEW = {"services": [SHOP], "virtual_routers": [], "cluster_directors": ["lvs1"], "filter": {"rules": []}}


def report(*files: str, **told: Any) -> dict[str, Any]:
    """What host_info tells of a host on which nothing is set up yet."""
    ipvs = {"services": [], "schedulers": ["rr", "wlc"], "persistence_engines": [], "connection_table_size": 4096}
    return {
        "held": told.get("held", []),
        "files": ["/usr/sbin/keepalived", "/sbin/ipvsadm", *files],
        "owners": {**OWNERS, **told.get("owners", {})},
        "closed": told.get("closed", []),
        "ipvs": {**ipvs, **told.get("ipvs", {})},
    }


def found(told: dict[str, Any], engine: str = "keepalived", check_mode: bool = False, **cluster: Any) -> Readiness:
    return readiness(parse(service(), cluster={"engine": engine, **cluster}), "lvs1", told, VIEW, check_mode)


def test_a_new_director_waits() -> None:
    assert found(report()) == Readiness(unserved=("tcp 192.0.2.198:80",))


def test_one_with_a_vip_and_a_table_is_active() -> None:
    units = {"lvs.service": {"active": True, "at_boot": True}}
    told = report(held=["192.0.2.198/32"], ipvs={"services": [SHOP]}, owners={"units": units})
    assert found(told) == Readiness(part="active", boots=True, balances=True)


def test_a_host_that_directs_nothing_is_refused() -> None:
    (refusal,) = readiness(None, "web1", {}, {}).refusals
    assert refusal.startswith("web1 directs no cluster: ")


@pytest.mark.parametrize(("engine", "program"), [("keepalived", "keepalived"), ("static", "ipvsadm")])
def test_what_balances_is_installed_or_may_be(engine: str, program: str) -> None:
    told = {**report(), "files": []}
    (refusal,) = found(told, engine).refusals
    assert refusal.startswith(f"lvs1 has no {program}, which the engine {engine} needs. ")
    allowed = found(told, engine, install_packages=True)
    assert (allowed.refusals, allowed.missing_packages, allowed.can_start) == ((), (program,), True)
    assert not found(told, engine, check_mode=True).can_start


def test_nothing_is_missing_where_it_is_installed() -> None:
    told = found(report(), check_mode=True)
    assert (told.missing_packages, told.can_start) == ((), True)


def test_the_kernel_has_every_scheduler_and_persistence_engine() -> None:
    wanted = service(protocol="udp", scheduler="mh", persistence_engine="sip", persistence_timeout=60)
    (refusal,) = readiness(parse(wanted), "lvs1", report(), VIEW).refusals
    assert refusal == (
        "The kernel of lvs1 has no module ip_vs_mh, ip_vs_pe_sip. Install a kernel package that has it, or choose what "
        "this kernel has: schedulers rr, wlc; persistence engines none. Nothing was changed."
    )


def test_who_takes_services_away_is_refused_and_who_may_is_advice() -> None:
    ipvsadm = {"units": {"ipvsadm.service": {"active": True, "at_boot": True}}}
    (refusal,) = found(report(owners=ipvsadm)).refusals
    assert refusal.startswith("lvs1: ipvsadm.service loads")
    assert refusal.endswith(". Nothing was changed.")
    resting = {"units": {"ipvsadm.service": {"active": True, "at_boot": False}}}
    told = found(report(owners=resting))
    assert (told.refusals, len(told.advice)) == ((), 1)


def test_a_closed_firewall_is_told_until_the_director_is_set_up() -> None:
    closed = [{"hook": "input", "family": "inet", "tool": "nftables", "chain": "inet filter input"}]
    (advice,) = found(report(closed=closed)).advice
    assert advice.startswith("The chain inet filter input of the host's own packet filter drops")
    units = {"lvs.service": {"active": True, "at_boot": True}}
    assert found(report(closed=closed, owners={"units": units})).advice == ()


def test_all_refusals_are_told_at_once() -> None:
    told = {**report(ipvs={"schedulers": []}), "files": []}
    assert len(found(told).refusals) == 2


def test_a_table_of_another_size_is_told() -> None:
    (advice,) = found(report(), connection_table_bits=13).advice
    assert advice.endswith("then it has 8192.")
    assert found(report(), connection_table_bits=12).advice == ()


def test_what_an_engine_has_left_is_known() -> None:
    told = found(report("/etc/keepalived/keepalived.conf", "/etc/lvs/ipvs.rules"))
    assert (told.has_configuration, told.boot_rules) == (True, "/etc/lvs/ipvs.rules")
