# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""answer in a playbook: what is printed with which callback, and how ansible-playbook exits."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.unit.ansible_runs import ansible, environment

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
AWAY = {"unreachable": True, "msg": "No route to host"}
DEAD = {"msg": "The kernel has no IPVS."}
PLAYBOOK = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - lvs.cluster.answer:
        about: status
        hosts: [lvs1, lvs2]
        output: "{{ output | default('text') }}"
        fail_at: "{{ fail_at | default('down') }}"
"""
# Like the callbacks that make one document of the whole run.
OWN_JSON = """
import json
from ansible.plugins.callback import CallbackBase

class CallbackModule(CallbackBase):
    CALLBACK_VERSION, CALLBACK_TYPE, CALLBACK_NAME = 2.0, "stdout", "own_json"

    def v2_runner_on_ok(self, result):
        self.last = getattr(result, "result", None) or result._result

    def v2_playbook_on_stats(self, stats):
        print(json.dumps({"lines": self.last["lines"]}))
"""


def told(*held: str, files: tuple[str, ...] = ()) -> dict[str, Any]:
    """What host_info has returned on a director."""
    return {
        "ipvs": {"services": [SHOP], "statistics": [], "sync_daemons": {}},
        "held": [f"{vip}/32" for vip in held],
        "files": ["/etc/lvs/drained/192.0.2.22", *files],
    }


HEALTHY = (told("192.0.2.198"), told())
NOWHERE = (told(), told())


def run(
    folder: Path, reports: tuple[dict[str, Any], ...], *words: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Answer what two directors are that have reported this."""
    hosts = {
        f"lvs{number}": {"status_view": VIEW, "status_report": report} for number, report in enumerate(reports, start=1)
    }
    (folder / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    (folder / "run.yml").write_text(PLAYBOOK, encoding="utf-8")
    (folder / "own_json.py").write_text(OWN_JSON, encoding="utf-8")
    own = {"ANSIBLE_CALLBACK_PLUGINS": str(folder), **variables}
    return ansible(folder, "playbook", "-i", "hosts.json", "run.yml", *words, **own)


@pytest.mark.parametrize("callback", ["default", "oneline", "minimal", "lvs.cluster.plain"])
def test_lines_are_lines_whatever_callback_is_set(tmp_path: Path, callback: str) -> None:
    done = run(tmp_path, HEALTHY, ANSIBLE_STDOUT_CALLBACK=callback)
    lines = done.stdout.splitlines()
    assert "VIP 192.0.2.198: lvs1" in lines, done.stdout + done.stderr
    assert "The cluster is healthy" in lines
    assert "\x1b" not in done.stdout
    assert done.returncode == 0


def test_colour_is_ansible_s_to_decide(tmp_path: Path) -> None:
    done = run(tmp_path, NOWHERE, ANSIBLE_NOCOLOR="0", ANSIBLE_FORCE_COLOR="1")
    assert "\x1b[0;31mThe cluster is down\x1b[0m" in done.stdout


def test_a_callback_that_makes_one_document_stays_one(tmp_path: Path) -> None:
    done = run(tmp_path, HEALTHY, ANSIBLE_STDOUT_CALLBACK="own_json")
    assert "The cluster is healthy" in json.loads(done.stdout)["lines"]
    assert "The cluster is healthy" in done.stderr.splitlines()


@pytest.mark.parametrize(
    ("reports", "fail_at", "code", "plain_code"),
    [
        (HEALTHY, "degraded", 0, 0),
        ((told("192.0.2.198"), AWAY), "down", 0, 1),
        ((told("192.0.2.198"), AWAY), "degraded", 2, 1),
        (NOWHERE, "down", 2, 2),
        (NOWHERE, "never", 0, 2),
    ],
)
def test_the_exit_status(
    tmp_path: Path, reports: tuple[dict[str, Any], ...], fail_at: str, code: int, plain_code: int
) -> None:
    assert run(tmp_path, reports, "-e", f"fail_at={fail_at}").returncode == code
    plain = run(tmp_path, reports, "-e", f"fail_at={fail_at}", ANSIBLE_STDOUT_CALLBACK="lvs.cluster.plain")
    assert (plain.returncode, plain.stderr.count("status:")) == (plain_code, 0)


def test_one_document_of_the_same(tmp_path: Path) -> None:
    done = run(tmp_path, (told("192.0.2.198"), DEAD), "-e", "output=json", ANSIBLE_STDOUT_CALLBACK="lvs.cluster.plain")
    document = json.loads(done.stdout)
    assert (document["word"], document["grade"]) == ("degraded", 1)
    (cluster,) = document["clusters"]
    assert cluster["reasons"] == ["lvs2 could not be read: The kernel has no IPVS."]
    assert cluster["real_servers"][0]["weight"] == 1


def test_what_else_fails_is_told_and_is_no_answer(tmp_path: Path) -> None:
    done = run(tmp_path, HEALTHY, "-e", "output=xml", ANSIBLE_STDOUT_CALLBACK="lvs.cluster.plain")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("localhost: ")


def test_a_director_that_takes_no_vip_is_known_by_its_files(tmp_path: Path) -> None:
    away = told(files=("/etc/lvs/standby", "/etc/lvs/held"))
    done = run(tmp_path, (told("192.0.2.198"), away), "-e", "output=json", ANSIBLE_STDOUT_CALLBACK="lvs.cluster.plain")
    reasons = json.loads(done.stdout)["clusters"][0]["reasons"]
    assert [reason.partition(";")[0].partition(":")[0] for reason in reasons] == [
        "lvs2 is in standby",
        "lvs2 takes no VIP",
    ]


def describe_directors_that_are_away(folder: Path) -> None:
    (folder / "hosts.yml").write_text(AWAY_INVENTORY, encoding="utf-8")
    (folder / "group_vars").mkdir()
    (folder / "group_vars/all.yml").write_text(AWAY_DEFINITION, encoding="utf-8")


def test_a_status_is_followed_until_it_is_interrupted(tmp_path: Path) -> None:
    """No director answers, so nothing is read twice; that is told again and again."""
    describe_directors_that_are_away(tmp_path)
    words = ["playbook", "-i", "hosts.yml", "lvs.cluster.status", "-e", "watch=1"]
    given = environment(tmp_path, ANSIBLE_STDOUT_CALLBACK="lvs.cluster.plain")
    with subprocess.Popen(
        [sys.executable, "-m", "ansible", *words], env=given, cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        try:
            seen = 0
            for line in process.stdout:
                seen += line == "The cluster is down\n"
                if seen == 3:
                    break
        finally:
            process.terminate()
    assert seen == 3


def test_a_status_that_is_not_followed_says_nothing_of_following(tmp_path: Path) -> None:
    describe_directors_that_are_away(tmp_path)
    done = ansible(tmp_path, "playbook", "-i", "hosts.yml", "lvs.cluster.status")
    assert "The cluster is down" in done.stdout
    assert "=> (item=59)" not in done.stdout


AWAY_INVENTORY = """
all:
  children:
    lvs_directors:
      hosts:
        lvs1: {ansible_host: 192.0.2.2, ansible_ssh_executable: /bin/false}
    web:
      hosts:
        web1: {ansible_host: 192.0.2.21}
"""
AWAY_DEFINITION = """
lvs_services: [{name: shop, address: 192.0.2.198, port: 80, real_servers: web}]
lvs_cluster: {vrrp: {virtual_router_id: 51}}
"""
