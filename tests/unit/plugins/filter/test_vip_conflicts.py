# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible_collections.lvs.cluster.plugins.filter import status, vip_conflicts

SHOP = {
    "address": "192.0.2.198",
    "port": 80,
    "protocol": "tcp",
    "destinations": [{"address": "192.0.2.21", "port": 80, "weight": 1}],
}
VIEW = {
    "checks_by": "keepalived",
    "vips_by": "vrrp",
    "cluster": "lvs_directors",
    "services": [SHOP],
    "vips": [{"address": "192.0.2.198/32"}],
    "names": {"services": {}, "real_servers": {}, "sorry_servers": {}, "quorums": {}},
}


def variables(*missing: str, files: tuple[str, ...] = (), **changed: str) -> dict[str, Any]:
    """What the playbook registers on a director that lacks these VIPs. changed: of the view."""
    return {
        "status_view": {**VIEW, **changed},
        "status_report": {
            "ipvs": {"services": [SHOP], "statistics": []},
            "held": [] if "192.0.2.198" in missing else ["192.0.2.198/32"],
            "files": ["/etc/lvs/drained/192.0.2.22", *files],
        },
    }


def test_what_the_playbook_registers_is_understood() -> None:
    told = status.FilterModule().filters()["status"]
    found = told({"lvs1": variables(), "lvs2": variables("192.0.2.198")})
    assert (found["word"], found["reasons"]) == ("healthy", [])
    assert "VIP 192.0.2.198: lvs1" in found["lines"]
    away = {"status_view": VIEW, "status_report": {"unreachable": True}}
    assert told({"lvs1": variables(), "lvs2": away})["reasons"] == ["lvs2 does not answer"]
    assert told({"lvs1": {"status_view": VIEW}})["word"] == "down"


def test_a_director_that_takes_no_vip_is_known_by_its_files() -> None:
    told = status.FilterModule().filters()["status"]
    away = variables("192.0.2.198", files=("/etc/lvs/standby", "/etc/lvs/held"))
    reasons = told({"lvs1": variables(), "lvs2": away})["reasons"]
    assert [reason.partition(";")[0].partition(":")[0] for reason in reasons] == [
        "lvs2 is in standby",
        "lvs2 takes no VIP",
    ]
    drained = variables(files=("/etc/lvs/drained/standby",))  # a real server of that name is none of this
    assert told({"lvs1": drained})["reasons"] == []


def test_without_vrrp_every_director_is_to_have_the_vips() -> None:
    told = status.FilterModule().filters()["status"]
    static = {"checks_by": "none", "vips_by": "static"}
    assert told({"lvs1": variables(**static), "lvs2": variables(**static)})["reasons"] == []
    assert told({"lvs1": variables(**static), "lvs2": variables("192.0.2.198", **static)})["reasons"] == [
        "lvs2 should have the VIP 192.0.2.198 too"
    ]


def test_each_of_several_clusters_has_its_heading_and_the_worst_counts() -> None:
    other = {**VIEW, "cluster": "mail"}
    told = status.FilterModule().filters()["status"]({"lvs1": variables(), "mx1": {"status_view": other}})
    assert told["word"] == "down"
    assert [line for line in told["lines"] if line.startswith("Cluster ")] == ["Cluster lvs_directors", "Cluster mail"]
    assert told["reasons"][0].startswith("mail: ")


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
