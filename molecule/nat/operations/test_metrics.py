# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metrics of both directors. Their removal is part of that of the cluster, which comes next in this scenario."""

from __future__ import annotations

import re

from ansible_collections.lvs.cluster.molecule.conftest import Lab, eventually

VIP = "192.0.2.198"
FILE = "/var/lib/prometheus/node-exporter/lvs.prom"
DIRECTORS = ("lvs1", "lvs2")


def metrics(lab: Lab, *options: str) -> dict[str, int]:
    """Run the playbook; how many changes it has made on each director."""
    told = lab.ansible("lvs.cluster.metrics", *options)
    return {host: int(changed) for host, changed in re.findall(r"^(lvs\d) .*changed=(\d+)", told, re.MULTILINE)}


def exported(lab: Lab, director: str) -> list[str]:
    return lab.output(director, f"cat {FILE}").splitlines()


def test_one_run_brings_the_metrics_of_both_directors(lab: Lab) -> None:
    assert metrics(lab, "--check") == {"lvs1": 1, "lvs2": 1}
    assert not lab.host("lvs1").file("/usr/local/lib/lvs-metrics").exists
    assert metrics(lab) == {"lvs1": 2, "lvs2": 2}
    assert metrics(lab) == {"lvs1": 0, "lvs2": 0}
    for director in DIRECTORS:
        eventually(lambda director=director: lab.host(director).file(FILE).exists)
    for director, has_it in (("lvs1", 1), ("lvs2", 0)):
        lines = exported(lab, director)
        assert f'lvs_vip_held{{vip="{VIP}",held_by="vrrp"}} {has_it}' in lines
        assert f'lvs_service_weight{{service="tcp {VIP}:80"}} 2' in lines
        assert f'lvs_service_sorry_server_serves{{service="tcp {VIP}:80"}} 0' in lines
        assert 'lvs_keepalived_process_running{process="checkers"} 1' in lines


def test_they_can_be_taken_away_again(lab: Lab) -> None:
    assert metrics(lab, "--limit", "lvs2", "-e", "lvs_metrics_state=absent") == {"lvs2": 2}
    assert metrics(lab, "--limit", "lvs2", "-e", "lvs_metrics_state=absent") == {"lvs2": 0}
    assert not lab.host("lvs2").file(FILE).exists
    assert "could not be found" in lab.host("lvs2").run("systemctl status lvs-metrics.timer").stderr
    assert "lvs_metrics_state: 'gone' is not a state of the metrics" in lab.refused(
        "lvs.cluster.metrics", "-e", "lvs_metrics_state=gone"
    )


def test_a_real_server_that_fails_is_seen(lab: Lab) -> None:
    failed = f'lvs_real_server_healthy{{service="tcp {VIP}:80",real_server="198.51.100.22:80"}} '
    lab.output("app2", "systemctl stop nginx")
    eventually(lambda: f"{failed}0" in exported(lab, "lvs1"), 60)
    lab.output("app2", "systemctl start nginx")
    eventually(lambda: f"{failed}1" in exported(lab, "lvs1"), 60)
