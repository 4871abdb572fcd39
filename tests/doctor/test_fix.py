# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults that the playbook fix mends by their codes, without a change of any other host; and one that it refuses."""

from __future__ import annotations

import time

import pytest

from ansible_collections.lvs.cluster.molecule import snapshots
from ansible_collections.lvs.cluster.molecule.conftest import eventually
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.table import CODES
from ansible_collections.lvs.cluster.tests.doctor.conftest import Examined
from ansible_collections.lvs.cluster.tests.doctor.test_doctor import FAULTS, HOSTS, findings

MENDED = [name for name, made in FAULTS.items() if all(CODES[code].mended_by for code, _host in made.found)]


@pytest.mark.parametrize("name", MENDED)
def test_a_fault_is_mended_and_nothing_else_is_changed(lab: Examined, name: str) -> None:
    made = FAULTS[name]
    others = [host for host in HOSTS if host != made.host]
    lab.script(made.host, made.script)
    time.sleep(made.seconds)
    before = snapshots.take(lab, others)
    codes = ",".join(sorted({code for code, _host in made.found}))
    document = lab.answer("fix", "-e", f"code={codes}", "-e", "fail_at=never")
    assert {(found["code"], found["host"]) for found in document["mended"]} == made.found
    assert document["left"] == document["not_found"] == []
    # A keepalived that has just been started or reloaded takes some seconds to do all that it does.
    eventually(lambda: findings(lab) == set(), 60)
    now = snapshots.take(lab, others)
    assert [line for host in others for line in snapshots.compared(before[host], now[host])] == []
    eventually(lab.serves, 30)


def test_check_mode_mends_nothing(lab: Examined) -> None:
    made = FAULTS["vip-missing"]
    lab.script(made.host, made.script)
    document = lab.answer("fix", "-e", "code=LVS811", "-e", "fail_at=never", "--check")
    assert {(found["code"], found["host"]) for found in document["to_mend"]} == made.found
    assert findings(lab) == made.found


def test_what_operators_have_set_stays(lab: Examined) -> None:
    lab.ansible("lvs.cluster.drain", "-e", "server=web2", "-e", "wait=false")
    lab.ansible("lvs.cluster.failover", "-e", "director=lvs1", "-e", "probe_from=client")
    lab.script("lvs1", "systemctl disable keepalived")
    lab.ansible("lvs.cluster.fix", "-e", "code=LVS833", "-e", "fail_at=never")
    assert lab.output("lvs1", "systemctl is-enabled keepalived").strip() == "enabled"
    assert lab.output("lvs1", "ls /etc/lvs/standby /etc/lvs/drained").split()[0] == "/etc/lvs/standby"
    assert "192.0.2.22:80 -g -w 0" in lab.output("lvs2", "ipvsadm -S -n")
    assert " 192.0.2.198/" in lab.output("lvs2", "ip -oneline address show dev eth1")


def test_what_moves_vips_is_left_to_people(lab: Examined) -> None:
    lab.script("lvs1", "systemctl stop keepalived")
    eventually(lambda: " 192.0.2.198/" in lab.output("lvs2", "ip -oneline address show dev eth1"), 30)
    before = snapshots.take(lab, [*HOSTS])
    printed = lab.refused("lvs.cluster.fix", "-e", "code=LVS851")
    assert "from lvs2 to lvs1. When that is acceptable, run: ansible-playbook lvs.cluster.site --limit lvs1" in printed
    now = snapshots.take(lab, [*HOSTS])
    assert [line for host in HOSTS for line in snapshots.compared(before[host], now[host])] == []
