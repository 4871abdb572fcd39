# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""By which interface a director can advertise; the ways themselves stand in test_configuration.py."""

from __future__ import annotations

from typing import Any

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.director_reports import DirectorReports
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

TWO = {"lvs_directors": ["lvs1", "lvs2"]}


def told(interfaces: dict[str, str], engine: str | None = None, **cluster: Any) -> list[str]:
    defined = parse(service(), cluster=cluster, groups=TWO, engine=engine)
    return list(map(str, findings(DirectorReports("lvs1", defined, {}, interfaces), [defined])))


def test_a_director_whose_address_is_on_no_interface_is_told_what_to_name() -> None:
    assert told({"198.51.100.2": "eth0"}) == [
        "lvs1: It has its address in the definition, 192.0.2.2, on none of its interfaces. It is not known by which "
        "interface it can advertise. Set lvs_interface to the interface by which directors hear each other, or "
        "lvs_address to an address that the host itself has [LVS755]"
    ]


def test_unicast_through_another_interface_is_refused() -> None:
    (found,) = told({"192.0.2.2": "eth1"}, vrrp={"unicast": True, "interface": "eth9"})
    assert found.startswith(
        "lvs1: It would advertise lvs by unicast through eth9, but from 192.0.2.2, which is on eth1."
    )


def test_a_sync_daemon_without_an_interface_is_refused() -> None:
    (found,) = told({"192.0.2.2": "lo"}, vrrp={"unicast": True}, sync_daemon={})
    assert found.endswith("Name one in lvs_cluster.sync_daemon.interface [LVS755]")
    assert told({"192.0.2.2": "lo"}, vrrp={"unicast": True}, sync_daemon={"interface": "eth1"}) == []


def test_nothing_is_said_where_the_way_is_known_or_nobody_has_looked_or_nobody_advertises() -> None:
    assert told({"192.0.2.2": "eth1"}) == []
    assert told({}) == []
    assert told({"198.51.100.2": "eth0"}, engine="static") == []
