# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks through the path in keepalived.conf, and what a director needs for them. With a real keepalived:
tests/kernel/test_checks_through_path.py.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.for_checks import MARKS
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.managed import managed, sorry_servers
from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.configuration import configuration
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.run import findings
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.clusters import Clusters
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.host import host_view
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.known import Known
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import HOSTS, parse, service

PATH = {"type": "tcp", "through": "path"}
VIPS = ["192.0.2.198", "192.0.2.199"]
SIX = {"lvs1": {**HOSTS["lvs1"], "lvs_ipv6_address": "2001:db8::2"}}
SIX |= {name: {**HOSTS[name], "lvs_ipv6_address": f"2001:db8::2{name[-1]}"} for name in ("web1", "web2")}
INTERFACES = dict.fromkeys(["192.0.2.2", "2001:db8::2", *VIPS, "2001:db8::198"], "eth0")


def cluster(*services: dict[str, Any], **options: Any) -> Any:
    return parse(*services, cluster={"engine": "keepalived", **options}, hosts=SIX)


def text(*services: dict[str, Any]) -> str:
    parsed = cluster(*services)
    assert not [finding for finding in findings(parsed) if finding.severity == "error"]
    return configuration(parsed, parsed.directors[0], INTERFACES)


def values(written: str, keyword: str) -> list[str]:
    return re.findall(rf"^ +{keyword} (.*)$", written, re.MULTILINE)


def test_each_real_server_has_a_service_by_a_mark_of_its_own() -> None:
    written = text(service(checks=PATH))
    marks = values(written, "fwmark")
    assert len({*marks}) == 2
    assert {*map(int, marks)} <= {*MARKS}
    assert re.findall(r"^virtual_server fwmark (.*) {$", written, re.MULTILINE) == marks
    assert values(written, "connect_ip") == ["192.0.2.198"] * 2
    assert values(written, "connect_port") == ["80"] * 2
    assert values(written, "bindto") == ["192.0.2.2"] * 2


def test_each_vip_is_asked_unless_one_is_named() -> None:
    assert values(text(service(address=VIPS, checks=PATH)), "connect_ip") == VIPS * 2
    one = {**PATH, "address": VIPS[1], "port": 8080}
    written = text(service(address=VIPS, checks=one))
    assert (values(written, "connect_ip"), values(written, "connect_port")) == ([VIPS[1]] * 2, ["8080"] * 2)


def test_by_nat_an_address_of_its_own_is_asked() -> None:
    servers = [{"host": "web1", "port": 8080}]
    written = text(service(forward="nat", nat_return="none", real_servers=servers, checks=PATH))
    (asked,) = values(written, "connect_ip")
    assert asked.startswith("127.113.")
    assert f"virtual_server {asked} 8080 {{" in written
    assert values(written, "fwmark") == []


@pytest.mark.parametrize(("kind", "protocol"), [("ipip", "TUN type ipip"), ("gue", "TUN type gue port 6080 nocsum")])
def test_by_tunnel_it_goes_through_the_same_tunnel(kind: str, protocol: str) -> None:
    written = text(service(forward="tun", tunnel_type=kind, checks=PATH))
    assert values(written, "lvs_method") == [protocol] * 3


def test_in_ipv6_it_is_a_service_of_that_family() -> None:
    written = text(service(address="2001:db8::198", checks=PATH))
    assert values(written, "ip_family") == ["inet6"] * 2
    assert values(written, "bindto") == ["2001:db8::2"] * 2


def test_a_check_of_another_kind_goes_on_as_before() -> None:
    written = text(service(checks=["ping", PATH]))
    assert written.count("PING_CHECK") == 2
    assert len(values(written, "connect_ip")) == 2


def test_by_udp_no_connection_is_kept_for_the_next_real_server() -> None:
    checks = {"type": "dns", "through": "path"}
    assert text(service(port=53, protocol="udp", checks=checks)).count("\n    ops\n") == 2


def test_nobody_drains_in_these_services_and_they_are_keepalived_s() -> None:
    written = text(service(checks=PATH))
    assert {key.address for key, _server in managed(written)} == {"192.0.2.198"}
    assert sum(key.fwmark in MARKS for key in sorry_servers(written)) == 2


def view(*services: dict[str, Any], **options: Any) -> dict[str, Any]:
    clusters = Clusters.of(cluster(*services, **options))
    return host_view(clusters, "lvs1", Known(interfaces=INTERFACES)).options()


def test_a_director_hears_the_vip_answer() -> None:
    name = "net.ipv4.conf.[192.0.2.2].accept_local"
    assert view(service(checks=PATH))["network"]["sysctls"][name] == "1"
    for other in (
        service(checks="tcp"),
        service(address="2001:db8::198", checks=PATH),
        service(forward="nat", nat_return="none", checks=PATH),
    ):
        assert name not in view(other)["network"]["sysctls"]


def test_a_closed_firewall_lets_the_answer_in() -> None:
    rules = view(service(checks=PATH), open_firewall=True)["filter"]["rules"]
    answer = {"kind": "accept", "hook": "input", "protocol": "tcp", "source": "192.0.2.198", "source_port": 80}
    assert answer in rules
