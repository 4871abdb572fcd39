# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.examination import asked_by, known_peers
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._doctor.clusters import CLUSTER, REPORTS, VIP
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service


def test_directors_and_two_real_servers_ask() -> None:
    many = {f"web{number}": {"ansible_host": f"192.0.2.{20 + number}"} for number in range(1, 6)}
    cluster = parse(service(), groups={"web": [*many]}, hosts=many, engine=None)
    asking = [host for host in ("lvs1", *many, "other") if asked_by(host, [cluster])]
    assert asking == ["lvs1", "web1", "web2"]
    assert asked_by("lvs1", [cluster]) == [VIP]


def test_directors_that_serve_know_each_other_s_packets() -> None:
    both = {"lvs1": {"ansible_host": "192.0.2.2"}, "lvs2": {"ansible_host": "192.0.2.3"}}
    cluster = parse(service(real_servers="lvs_directors"), groups={"lvs_directors": [*both]}, hosts=both, engine=None)
    assert known_peers("lvs1", cluster, REPORTS) == {"lvs2": "02:00:00:00:00:02"}
    assert known_peers("lvs1", cluster, {}) == {}
    assert known_peers("lvs1", CLUSTER, REPORTS) == known_peers("web1", None, REPORTS) == {}
