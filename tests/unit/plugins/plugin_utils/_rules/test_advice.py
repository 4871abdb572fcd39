# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rules import run
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.table import CODES
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import by_mark, parse, service

SORRY = {"address": "192.0.2.29"}
PERSISTENT = {"persistence_timeout": 60}
TWO_DIRECTORS = {"lvs_directors": ["lvs1", "lvs2"]}


def weighted(first: int, second: int, **options: Any) -> dict[str, Any]:
    servers = [{"host": "web1", "weight": first}, {"host": "web2", "weight": second}]
    return service(real_servers=servers, **options)


def findings(cluster: Cluster) -> list[str]:
    return [str(found) for found in run.findings(cluster)]


def names(found: list[str]) -> list[str]:
    return [CODES[finding.rpartition(" [")[2].rstrip("]")].name for finding in found]


def test_a_plain_cluster_is_no_cause_for_words() -> None:
    assert findings(parse(service())) == []


# (rule, services, groups that differ): what the rule finds, and beside it the next thing that is right.
FOUND: list[tuple[str, list[dict[str, Any]], dict[str, list[str]]]] = [
    ("several-static-directors", [service()], TWO_DIRECTORS),
    ("nat-return-path", [service(forward="nat", nat_return="none")], {}),
    ("nat-return-path", [service(forward="nat", real_servers=[{"address": "198.51.100.9"}])], {}),
    ("unmanaged-real-server", [service(real_servers=[{"address": "192.0.2.51"}])], {}),
    ("unmanaged-real-server", [service(real_servers=[{"address": "198.51.100.9"}], forward="tun")], {}),
    (
        "single-stack-real-server",
        [service(address=["192.0.2.198", "2001:db8::c6"], real_servers="both")],
        {"both": ["web1", "dual"]},
    ),
    ("mark-without-packets", [by_mark()], {}),
    ("transparent-proxy", [by_mark(protocol="tcp", port=80)], {}),
    ("ftp-data-ports", [service(port=21)], {}),
    ("all-weights-zero", [weighted(0, 0)], {}),
    ("no-fallback", [service(scheduler="sh")], {}),
    ("no-fallback", [service(scheduler="mh", scheduler_flags=["port"])], {}),
    ("weights-ignored", [weighted(1, 2, scheduler="rr")], {}),
    ("weights-missing", [weighted(1, 1, scheduler="fo")], {}),
    ("weights-missing", [weighted(1, 1, scheduler="ovf")], {}),
]
KEEPALIVED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("no-health-check", service(protocol="udp"), {}),
    ("no-health-check", service(checks=[]), {}),
    ("equal-priorities", service(), {"hosts": {"lvs2": {"ansible_host": "192.0.2.3", "lvs_priority": 100}}}),
    ("no-connection-sync", service(), {}),
    (
        "udp-stays-on-failed-server",
        service(protocol="udp", checks="udp"),
        {"cluster": {"ipvs_sysctls": {"expire_nodest_conn": 0}}},
    ),
    (
        "udp-stays-on-failed-server",
        service(protocol="udp", checks="udp"),
        {"cluster": {"sync_daemon": {}, "ipvs_sysctls": {"expire_nodest_conn": 0}}},
    ),
    ("udp-stays-on-inhibited-server", service(protocol="udp", checks="udp", inhibit_on_failure=True), {}),
    ("fragile-quorum", weighted(1, 1, quorum=2, sorry_server=SORRY), {}),
    ("fragile-quorum", weighted(1, 3, quorum=3, hysteresis=1, quorum_down="/usr/local/bin/gone"), {}),
]
RIGHT: list[tuple[str, list[dict[str, Any]], dict[str, list[str]]]] = [
    ("several-static-directors", [service()], {}),
    ("nat-return-path", [service(forward="nat")], {}),
    (
        "nat-return-path",
        [service(forward="nat", nat_return="source_nat", real_servers=[{"address": "198.51.100.9"}])],
        {},
    ),
    (
        "unmanaged-real-server",
        [service(forward="nat", nat_return="source_nat", real_servers=[{"address": "192.0.2.51"}])],
        {},
    ),
    (
        "single-stack-real-server",
        [service(address=["192.0.2.198", "2001:db8::c6"], real_servers="both")],
        {"both": ["dual"]},
    ),
    ("mark-without-packets", [service(fwmark=1, protocol="tcp")], {}),
    ("transparent-proxy", [by_mark(protocol="tcp", port=80, forward="nat")], {}),
    ("transparent-proxy", [service(fwmark=1, protocol="tcp")], {}),
    ("mark-without-packets", [by_mark(protocol="tcp", port=80)], {}),
    ("unmanaged-real-server", [by_mark(protocol="tcp", port=80, real_servers=[{"address": "192.0.2.51"}])], {}),
    ("ftp-data-ports", [service(port=21, forward="nat")], {}),
    ("ftp-data-ports", [service(port=21, protocol="udp"), service(name="all", port=0, **PERSISTENT)], {}),
    ("all-weights-zero", [weighted(0, 1)], {}),
    ("no-fallback", [service(scheduler="sh", scheduler_flags=["fallback"])], {}),
    ("weights-ignored", [weighted(1, 2), weighted(0, 2, name="b", port=81, scheduler="rr")], {}),
    ("weights-missing", [weighted(2, 1, scheduler="fo"), weighted(9, 9, name="b", port=81, scheduler="ovf")], {}),
    ("weights-missing", [service(scheduler="fo", real_servers=[{"host": "web1"}])], {}),
]


@pytest.mark.parametrize(("rule", "services", "groups"), FOUND)
def test_a_rule_finds(rule: str, services: list[Any], groups: dict[str, list[str]]) -> None:
    assert rule in names(findings(parse(*services, groups=groups)))


@pytest.mark.parametrize(("rule", "services", "groups"), RIGHT)
def test_a_rule_lets_pass(rule: str, services: list[Any], groups: dict[str, list[str]]) -> None:
    assert rule not in names(findings(parse(*services, groups=groups)))


def test_proxies_that_redirect_need_nothing_more() -> None:
    proxies = by_mark(protocol="tcp", port=80)
    assert findings(parse(proxies, cluster={"arp": "redirect"})) == []
    (found,) = findings(parse(proxies, hosts={"web1": {"ansible_host": "192.0.2.21", "lvs_arp": "redirect"}}))
    assert "come to web2 as clients" in found


def test_templates_that_outlive_a_quiesce_are_told() -> None:
    kept = {"ipvs_sysctls": {"expire_quiescent_template": 0}}
    assert names(findings(parse(weighted(0, 1, **PERSISTENT), cluster=kept))) == ["persistence-templates"]
    assert findings(parse(weighted(0, 1, **PERSISTENT))) == []
    assert findings(parse(weighted(0, 1), cluster=kept)) == []


def test_directors_behind_a_router_may_be_several() -> None:
    routed = {"vips": [{"address": "192.0.2.198", "routed": True}]}
    marked = service(fwmark=1, protocol="tcp")
    assert names(findings(parse(marked, cluster=routed, groups=TWO_DIRECTORS))) == []
    assert names(findings(parse(marked, groups=TWO_DIRECTORS))) == ["several-static-directors"]


def test_a_mark_without_a_listed_address_is_told() -> None:
    assert names(findings(parse(by_mark()))) == ["mark-without-packets", "mark-without-vip"]
    assert names(findings(parse(by_mark(), cluster={"vips": [{"address": "192.0.2.198"}]}))) == ["mark-without-packets"]


def test_a_finding_names_its_service_and_its_servers() -> None:
    kept = {"ipvs_sysctls": {"expire_quiescent_template": 0}}
    (found,) = findings(parse(weighted(0, 1, **PERSISTENT), cluster=kept))
    assert found.startswith("lvs_services[0]: Service shop: web1 with weight 0")


@pytest.mark.parametrize(("rule", "one", "inventory"), KEEPALIVED)
def test_a_rule_about_keepalived_finds(rule: str, one: dict[str, Any], inventory: dict[str, Any]) -> None:
    directors = {"groups": TWO_DIRECTORS} if rule != "no-health-check" else {}
    assert rule in names(findings(parse(one, engine="keepalived", **directors, **inventory)))
    assert rule not in names(findings(parse(one, **directors, **inventory)))
    right = parse(service(), cluster={"engine": "keepalived", "sync_daemon": {}}, **directors)
    assert findings(right) == []


def test_directors_ask_from_addresses_that_real_servers_know() -> None:
    vips = [{"address": address, "gateway": True} for address in ("198.51.100.200", "203.0.113.200")]
    servers = [{"host": "web1", "address": "198.51.100.21"}, {"host": "web2", "address": "203.0.113.22"}]
    hosts = {"lvs1": {"ansible_host": "192.0.2.2", "lvs_other_addresses": ["198.51.100.2"]}}

    def found(nat_return: str = "policy_route", engine: str = "keepalived", **known: object) -> list[str]:
        asked = service(forward="nat", real_servers=servers, nat_return=nat_return)
        cluster = {"vips": vips, "engine": engine, "sync_daemon": {}}
        return findings(parse(asked, cluster=cluster, groups=TWO_DIRECTORS, hosts={**hosts, **known}))

    (only,) = found()
    assert "and the addresses of lvs2 there are not all known" in only
    assert only.endswith("[LVS415]")
    assert found(lvs2={"ansible_host": "198.51.100.3", "lvs_other_addresses": ["203.0.113.3"]}) == []
    assert found(nat_return="default_route") == []


def test_a_sorry_server_needs_someone_who_notices() -> None:
    sorry = service(sorry_server={"address": "192.0.2.99"})
    assert names(findings(parse(sorry))) == ["unmanaged-real-server", "sorry-server-without-checks"]
    assert names(findings(parse(sorry, engine="keepalived"))) == ["unmanaged-real-server"]


def test_a_quorum_that_leaves_room_for_a_loss_is_no_cause_for_words() -> None:
    right = (
        weighted(1, 1, sorry_server=SORRY),
        weighted(2, 2, quorum=2, sorry_server=SORRY),
        weighted(1, 1, quorum=2, hysteresis=1, sorry_server=SORRY),
        weighted(1, 1, quorum=2),  # clients notice nothing of its loss
    )
    for one in right:
        assert "fragile-quorum" not in names(findings(parse(one, engine="keepalived")))


def test_a_client_of_udp_that_can_leave_is_no_cause_for_words() -> None:
    right = (
        service(protocol="udp", checks="udp"),
        service(protocol="udp", checks="udp", inhibit_on_failure=True, one_packet=True),
        service(inhibit_on_failure=True),
    )
    for one in right:
        assert not {"udp-stays-on-failed-server", "udp-stays-on-inhibited-server"} & set(
            names(findings(parse(one, engine="keepalived")))
        )
