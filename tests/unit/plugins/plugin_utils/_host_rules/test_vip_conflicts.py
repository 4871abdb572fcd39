# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.vip_conflicts import Answers

VIP = "192.0.2.198"
MACS = {"lvs1": "02:00:00:00:00:01", "lvs2": "02:00:00:00:00:02", "web1": "02:00:00:00:00:21"}
OUTSIDER = "02:00:00:00:00:99"
DIRECTORS = ["lvs1", "lvs2"]


def report(host: str, *heard: str) -> dict[str, Any]:
    return {"hardware_addresses": {f"192.0.2.{host[-1]}": MACS[host]}, "answers": {VIP: list(heard)} if heard else {}}


def told(reports: dict[str, Any]) -> list[str]:
    return list(map(str, findings(Answers(DIRECTORS, reports), [])))


def test_a_host_outside_the_cluster_that_has_a_vip_is_named_once() -> None:
    reports = {"lvs1": report("lvs1", OUTSIDER), "lvs2": report("lvs2", OUTSIDER), "web1": report("web1")}
    assert told(reports) == [
        f"lvs1: When it asked for {VIP}, the host with the MAC address {OUTSIDER} answered. The VIP is in use already, "
        "by a host that is not in this cluster. Remove the address from that host, or give the service another address "
        "[LVS754]"
    ]


def test_hosts_of_the_cluster_may_answer() -> None:
    reports = {"lvs1": report("lvs1", MACS["lvs2"]), "lvs2": report("lvs2", MACS["web1"]), "web1": report("web1")}
    assert told(reports) == []


def test_who_answers_may_be_a_director_that_this_run_does_not_look_at() -> None:
    assert told({"lvs1": report("lvs1", OUTSIDER)}) == []
