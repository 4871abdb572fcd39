# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._rules.advice import (
    TWO_DIRECTORS,
    findings,
    names,
    weighted,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import by_mark, parse, problems, service

SORRY = {"address": "192.0.2.29"}


@pytest.mark.parametrize("kind", ["http", "https", "tcp", "smtp", "dns", "udp"])
def test_a_check_needs_a_port_where_the_real_server_has_none(kind: str) -> None:
    """keepalived would ask at port 0, where nobody ever answers."""
    where, mistake = "lvs_services[0].real_servers[0].checks", "the real server takes packets for all ports"
    all_ports = {"port": 0, "persistence_timeout": 60, "real_servers": [{"host": "web1"}]}
    assert problems(service(**all_ports, checks=[{"type": kind}])) == [f"{where}: {kind} needs a port here: {mistake}"]
    (only,) = parse(service(**all_ports, checks=[{"type": kind, "port": 1}])).services
    assert only.real_servers[0].checks[0]["port"] == 1


WITHOUT_WEIGHT = (
    "lvs_services[0].real_servers: all have weight 0, and keepalived does not accept such a service; keep their "
    "weights and drain them with lvs.cluster.ipvs_real_server, or remove the service"
)
BY_MARK_ALONE = (
    "lvs_services[0].suspend_without_vip: keepalived cannot tell the VIP of a service with a fwmark; "
    "leave one of them out"
)


@pytest.mark.parametrize(
    ("refused", "expected"),
    [
        (
            service(quorum=4),
            "lvs_services[0].quorum: 4 is more than the weights of the real servers add up to, 3; "
            "lower it, or add real servers",
        ),
        (
            service(quorum=4, sorry_server={"address": "192.0.2.99"}),
            "lvs_services[0].quorum: 4 is more than the weights of the real servers add up to, 3; "
            "lower it, or add real servers",
        ),
        (service(real_servers=[{"host": "web1", "weight": 0}]), WITHOUT_WEIGHT),
        (service(real_servers=[{"host": "web1", "weight": 0}], quorum=2), WITHOUT_WEIGHT),
        (
            service(hysteresis=1),
            "lvs_services[0].hysteresis: 1 is not below the quorum, 1; lower it, or raise the quorum",
        ),
        (
            service(quorum=2, hysteresis=3),
            "lvs_services[0].hysteresis: 3 is not below the quorum, 2; lower it, or raise the quorum",
        ),
        (by_mark(suspend_without_vip=True), BY_MARK_ALONE),
    ],
)
def test_what_keepalived_would_refuse_of_a_service(refused: dict[str, object], expected: str) -> None:
    assert problems(refused, engine="keepalived") == [expected]
    assert parse(refused, engine="static")


@pytest.mark.parametrize(
    "accepted",
    [
        service(quorum=3, hysteresis=2),
        service(real_servers=[{"host": "web1", "weight": 0}, {"host": "web2"}]),
        service(hysteresis=0, suspend_without_vip=True),
        by_mark(suspend_without_vip=False),
    ],
)
def test_what_keepalived_takes_of_a_service(accepted: dict[str, object]) -> None:
    assert parse(accepted, engine="keepalived")


@pytest.mark.parametrize(
    ("rule", "one", "inventory"),
    [
        ("no-health-check", service(protocol="udp"), {}),
        ("no-health-check", service(checks=[]), {}),
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
    ],
)
def test_a_rule_about_keepalived_finds(rule: str, one: dict[str, Any], inventory: dict[str, Any]) -> None:
    groups = TWO_DIRECTORS if rule != "no-health-check" else {}
    assert rule in names(findings(parse(one, engine="keepalived", groups=groups, **inventory)))
    assert rule not in names(findings(parse(one, groups=groups, **inventory)))
    right = parse(service(), cluster={"engine": "keepalived", "sync_daemon": {}}, groups=groups)
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


def test_a_quorum_that_survives_the_loss_of_a_server_is_fine() -> None:
    right = (
        weighted(1, 1, sorry_server=SORRY),
        weighted(2, 2, quorum=2, sorry_server=SORRY),
        weighted(1, 1, quorum=2, hysteresis=1, sorry_server=SORRY),
        weighted(1, 1, quorum=2),  # clients notice nothing of its loss
    )
    for one in right:
        assert "fragile-quorum" not in names(findings(parse(one, engine="keepalived")))


def test_a_udp_client_that_can_leave_is_fine() -> None:
    right = (
        service(protocol="udp", checks="udp"),
        service(protocol="udp", checks="udp", inhibit_on_failure=True, one_packet=True),
        service(inhibit_on_failure=True),
    )
    for one in right:
        assert not {"udp-stays-on-failed-server", "udp-stays-on-inhibited-server"} & set(
            names(findings(parse(one, engine="keepalived")))
        )
