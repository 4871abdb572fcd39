# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cluster changes its engine and back, while clients keep their connections."""

from __future__ import annotations

from ansible_collections.lvs.cluster.molecule.conftest import Lab, eventually

VIP, VIP6 = "192.0.2.198", "2001:db8:2::198"
WITH_KEEPALIVED = '{"lvs_cluster": {}}'


def keepalived(lab: Lab) -> str:
    return lab.host("lvs1").run("systemctl is-active keepalived").stdout.strip()


def table(lab: Lab) -> list[str]:
    return sorted(lab.output("lvs1", "ipvsadm --save --numeric").splitlines())


def test_connections_live_on_while_the_engine_changes(lab: Lab) -> None:
    before = table(lab)
    with lab.load(VIP, same_connection=True) as kept, lab.load(f"[{VIP6}]", same_connection=True) as kept6:
        lab.ansible("lvs.cluster.site", "-e", WITH_KEEPALIVED)
        assert keepalived(lab) == "active"
        assert "ipvs.rules" not in lab.output("lvs1", "ls /etc/lvs")
        assert VIP not in lab.output("lvs1", "cat /etc/lvs/network.batch || true")
        for vip in (VIP, VIP6):
            eventually(lambda vip=vip: vip in lab.output("lvs1", "ip address show dev eth1"))  # type: ignore[misc]
        lab.ansible("lvs.cluster.site", "--limit", "lvs_directors")  # for the real servers it is all the same
        assert keepalived(lab) == "inactive"
        assert table(lab) == before
        for vip in (VIP, VIP6):
            assert f" {vip}/" in lab.output("lvs1", "ip address show dev eth1")
            assert f" {vip}/" in lab.output("lvs1", "cat /etc/lvs/network.batch")
    assert (kept.failed, kept6.failed) == ([], [])
    assert (len(kept.answers), len(kept6.answers)) == (1, 1)
