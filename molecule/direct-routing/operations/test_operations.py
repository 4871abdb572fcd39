# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who checks and who holds the VIPs change, one after the other, while clients keep their connections."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from ansible_collections.lvs.cluster.molecule.conftest import Lab, eventually

VIP, VIP6 = "192.0.2.198", "2001:db8:2::198"
STATIC = ("none", "static")
# Once around, so that each of the two changes in both directions.
WAY = (("keepalived", "static"), ("keepalived", "vrrp"), ("none", "vrrp"), STATIC)


def keepalived(lab: Lab) -> str:
    return lab.host("lvs1").run("systemctl is-active keepalived").stdout.strip()


def table(lab: Lab) -> list[str]:
    return sorted(lab.output("lvs1", "ipvsadm --save --numeric").splitlines())


def has_vips(lab: Lab) -> bool:
    there = lab.output("lvs1", "ip address show dev eth1")
    return all(f" {vip}/" in there for vip in (VIP, VIP6))


@pytest.fixture
def drained(lab: Lab) -> Iterator[None]:
    lab.ansible("lvs.cluster.drain", "-e", "server=web2", "-e", "wait=false")
    yield
    lab.ansible("lvs.cluster.activate", "-e", "server=web2")


@pytest.mark.usefixtures("drained")
def test_connections_and_drains_outlive_each_change_of_who_checks_and_who_holds_the_vips(lab: Lab) -> None:
    before = table(lab)
    with lab.load(VIP, same_connection=True) as kept, lab.load(f"[{VIP6}]", same_connection=True) as kept6:
        held_by = "static"
        for checks_by, vips_by in WAY:
            elects = held_by != "vrrp" and vips_by == "vrrp"
            with lab.load(VIP) as new:
                axes = {"checks_by": checks_by, "vips_by": vips_by}
                lab.ansible("lvs.cluster.site", "--limit", "lvs_directors", "-e", json.dumps({"lvs_cluster": axes}))
            assert new.failed == [] or elects  # VRRP takes the VIPs once it has elected the director
            assert (axes, table(lab)) == (axes, before)
            held_by = vips_by
            eventually(lambda: has_vips(lab))
            assert keepalived(lab) == ("inactive" if (checks_by, vips_by) == STATIC else "active")
            assert ("ipvs.rules" in lab.output("lvs1", "ls /etc/lvs")) is (checks_by == "none")
            assert (VIP in lab.output("lvs1", "cat /etc/lvs/network.batch || true")) is (vips_by == "static")
            assert "127.112." not in lab.output("lvs1", "ip address show dev lo") or vips_by == "vrrp"
    assert (kept.failed, kept6.failed) == ([], [])
    assert (len(kept.answers), len(kept6.answers)) == (1, 1)
