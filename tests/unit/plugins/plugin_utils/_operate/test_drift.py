# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import replace

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.drift import answer
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._doctor.clusters import (
    VIP,
    WELL,
    differing,
    reported,
)

BATCH = "/etc/lvs/network.batch"


def test_nothing_differs() -> None:
    told = answer([WELL])
    assert (told.word, [line.text for line in told.lines]) == ("healthy", ["Nothing differs"])


def test_a_difference_is_a_diff_in_native_syntax() -> None:
    diff = {"before_header": BATCH, "after_header": BATCH, "before": "same\n", "after": "same\naddress add x dev lo\n"}
    told = answer([differing("web1", "network", diff=[diff])])
    assert told.word == "degraded"
    assert [line.text for line in told.lines] == [
        f"web1: {BATCH}",
        "--- web1: there",
        "+++ web1: as defined",
        "@@ -1,0 +2 @@",
        "+address add x dev lo",
        "",
        "1 difference",
    ]


def test_directors_are_compared_with_each_other() -> None:
    (found,) = answer([reported("lvs2", ipvs={"services": []})]).model["clusters"]
    (difference,) = found["differences"]
    assert difference["host"] == "lvs1, lvs2"
    assert f"-tcp {VIP}:80 wlc" in difference["diff"]
    assert "-  192.0.2.21:80 dr weight 1" in difference["diff"]


def test_what_belongs_to_others_is_apart_and_what_was_not_seen_is_told() -> None:
    foreign = {"address": "192.0.2.9", "port": 53, "protocol": "udp", "scheduler": "rr", "destinations": []}
    services = [*WELL.reports["lvs1"]["ipvs"]["services"], foreign]
    both = {
        host: {**report, "ipvs": {**report["ipvs"], "services": services}} if "ipvs" in report else report
        for host, report in WELL.reports.items()
    }
    told = answer([replace(WELL, reports=both)])
    assert told.word == "healthy"
    assert "lvs1: udp 192.0.2.9:53 is not in the definition; nobody touches it" in [line.text for line in told.lines]
    unread = answer([replace(WELL, unread={"web2": "No route to host"})])
    assert unread.word == "degraded"
    assert [line.text for line in unread.lines] == ["web2 could not be compared: No route to host"]
