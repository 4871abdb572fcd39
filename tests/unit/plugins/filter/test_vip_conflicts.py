# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible_collections.lvs.cluster.plugins.filter import vip_conflicts


def test_who_else_has_a_virtual_address() -> None:
    def looked(mac: str, **answers: list[str]) -> dict[str, Any]:
        return {"hardware_addresses": {"192.0.2.9": mac}, "answers": answers}

    hosts = {
        "lvs1": {"director_preflight": looked("02:00:00:00:00:01", vip=["02:00:00:00:00:21", "02:00:00:00:00:99"])},
        "web1": {"realserver_preflight": looked("02:00:00:00:00:21")},
        "other": {},
    }
    (found,) = vip_conflicts.FilterModule().filters()["vip_conflicts"](["lvs1"], hosts)
    assert "02:00:00:00:00:99" in found
    # A former director, that hands its VIPs over or has none to hand over.
    before = {"director_dismissed": looked("02:00:00:00:00:99"), "director_dismissal": {"hands_over": True}}
    assert vip_conflicts.FilterModule().filters()["vip_conflicts"](["lvs1"], {**hosts, "lvs3": before}) == []
    before["director_dismissal"] = {"hands_over": False}
    assert vip_conflicts.FilterModule().filters()["vip_conflicts"](["lvs1"], {**hosts, "lvs3": before}) == [found]
