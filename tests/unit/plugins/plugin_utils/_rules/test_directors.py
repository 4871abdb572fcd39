# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._rules.advice import TWO_DIRECTORS, findings, names
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, problems, service


def test_several_directors_with_static_vips_are_reported() -> None:
    assert "several-static-directors" in names(findings(parse(service(), groups=TWO_DIRECTORS)))


def test_one_director_with_static_vips_is_fine() -> None:
    assert "several-static-directors" not in names(findings(parse(service())))


def test_directors_that_do_not_share_their_connections_are_reported() -> None:
    assert "no-connection-sync" in names(findings(parse(service(), engine="keepalived", groups=TWO_DIRECTORS)))
    assert "no-connection-sync" not in names(findings(parse(service(), groups=TWO_DIRECTORS)))
    right = parse(service(), cluster={"engine": "keepalived", "sync_daemon": {}}, groups=TWO_DIRECTORS)
    assert findings(right) == []


def test_directors_behind_a_router_may_be_several() -> None:
    routed = {"vips": [{"address": "192.0.2.198", "routed": True}]}
    marked = service(fwmark=1, protocol="tcp")
    assert names(findings(parse(marked, cluster=routed, groups=TWO_DIRECTORS))) == []
    assert names(findings(parse(marked, groups=TWO_DIRECTORS))) == ["several-static-directors"]


def test_a_sorry_server_needs_health_checks() -> None:
    sorry = service(sorry_server={"address": "192.0.2.99"})
    assert names(findings(parse(sorry))) == ["unmanaged-real-server", "sorry-server-without-checks"]
    assert names(findings(parse(sorry, engine="keepalived"))) == ["unmanaged-real-server"]


def test_real_servers_of_the_other_family_cannot_be_synchronised() -> None:
    six = service(address="2001:db8::c6", forward="tun", real_servers=[{"host": "web1"}])
    (problem,) = problems(six, cluster={"sync_daemon": {}})
    assert problem.startswith("lvs_services[0].real_servers[0]: 192.0.2.21 is ipv4, the service ipv6: together with")
    parse(six)
