# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds in every scenario once all hosts have been rebooted and the roll-out has been repeated."""

from __future__ import annotations

import ipaddress

from ansible_collections.lvs.cluster.molecule.conftest import Lab, listed

DIRECTOR_LIMIT, REAL_SERVER_LIMIT = 12, 8


def test_nobody_but_a_director_ever_said_that_it_has_a_vip(lab: Lab) -> None:
    told = [line.split() for line in lab.output("client", "cat /run/who-has").splitlines()]
    cluster = lab.definition.get("lvs_cluster", {})
    vips = {vip for service in lab.definition["lvs_services"] for vip in listed(service["address"])}
    routed = {vip["address"] for vip in cluster.get("vips", ()) if vip.get("routed")}
    if cluster.get("vips_by") == "bgp":
        routed = vips
    directors = {lab.mac(name) for name in lab.cluster["lvs_directors"]}
    for vip in vips:
        found = {mac for address, mac in told if ipaddress.ip_address(address) == ipaddress.ip_address(vip)}
        # All are rebooted at the same time, so any director may have had it in the meantime.
        assert (vip, found - directors) == (vip, set())
        assert (vip, bool(found)) == (vip, vip not in routed)


def test_few_modules_run_on_each_host(lab: Lab) -> None:
    runs = lab.module_runs("site.yml")
    assert len(runs) >= 2
    for run in runs:
        assert run.keys() == set(lab.hosts)
        for name, count in run.items():
            limit = DIRECTOR_LIMIT if name in lab.cluster["lvs_directors"] else REAL_SERVER_LIMIT
            assert (name, count) <= (name, limit)


def test_all_is_loaded_before_anybody_can_be_served(lab: Lab) -> None:
    def at(name: str, unit: str, moment: str) -> int:
        return int(lab.output(name, f"systemctl show --property={moment}TimestampMonotonic --value {unit}"))

    for name in lab.hosts:
        loaded = at(name, "lvs.service", "ActiveEnter")
        assert loaded
        begun = {unit: at(name, unit, "InactiveExit") for unit in ("keepalived.service", "nginx.service")}
        assert begun["nginx.service"]
        if "network-online.target" not in lab.output(name, "systemctl show --property=After nginx.service"):
            del begun["nginx.service"]  # Debian 11: it waits for less, and its answers wait for nothing of the cluster
        assert [unit for unit, moment in begun.items() if moment and moment < loaded] == []


def test_no_unit_has_failed(lab: Lab) -> None:
    for name in lab.hosts:
        assert lab.output(name, "systemctl --failed --plain --no-legend") == ""
        assert lab.output(name, "systemctl is-enabled lvs.service") == "enabled"
