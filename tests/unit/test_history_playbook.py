# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A change of a real module, run by Ansible, and what the playbook history.yml shows of it.

In a copy of the collection, the files of hosts lie in a temporary folder.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.unit.ansible_runs import ansible

PROJECT = Path(__file__).resolve().parents[2]
SECRET = "0ld-Pass"
CHANGE = """
- ansible.builtin.import_playbook: lvs.cluster.definition
- hosts: lvs1
  gather_facts: false
  tasks:
    - lvs.cluster.keepalived:
        path: "{{ inventory_dir }}/keepalived.conf"
        content: "{{ content }}"
        password: "{{ lvs_cluster.vrrp.password }}"
"""
ROLL_OUT = """
- ansible.builtin.import_playbook: lvs.cluster.definition
- hosts: lvs1
  gather_facts: false
  tasks:
    - lvs.cluster.set_up:
        state: "{{ state | default('replaced') }}"
        timeouts: {tcp: 600}
"""
# In place of the module that sets timeouts in the kernel: it has always changed something.
CHANGES = """
from ansible.module_utils.basic import AnsibleModule
from ansible_collections.lvs.cluster.plugins.module_utils._history.call import write_down
from ansible_collections.lvs.cluster.plugins.module_utils._history.options import ORIGIN

module = AnsibleModule(
    argument_spec={**{name: {"type": "str"} for name in ("state", "tcp", "boot_file")}, **ORIGIN},
    supports_check_mode=True,
)
write_down(module, {"changed": True, "commands": ["ipvsadm --set 600 0 0"]})
module.exit_json(changed=True)
"""
CONTENT = (
    "# Written by lvs.cluster, as a whole; a change by hand is lost at the next run.\nauth_pass @password@\nnotify x\n"
)
# Where keepalived is installed, it would find that this is no configuration.
CHECK = "module_utils/_keepalived/check.py"
FOUND, NOT_FOUND = "def find() -> ", "def find() -> None:\n    return None\n\n\ndef _find() -> "


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "collections/ansible_collections/lvs/cluster"
    for part in ("playbooks", "roles", "plugins", "meta"):
        shutil.copytree(PROJECT / part, copy / part)
    shutil.copy(PROJECT / "galaxy.yml", copy)
    replace(copy / "plugins" / CHECK, FOUND, NOT_FOUND)
    replace(copy / "plugins/module_utils/_places.py", "/var/log/lvs/", f"{tmp_path}/log/")
    local = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable}
    away = {"ansible_host": "192.0.2.3", "ansible_ssh_executable": "/bin/false"}
    inventory = {
        "all": {
            "vars": {
                "lvs_services": [{"name": "shop", "address": "192.0.2.198", "port": 80, "real_servers": "web"}],
                "lvs_cluster": {"vrrp": {"virtual_router_id": 51, "password": SECRET}},
            },
            "children": {
                "lvs_directors": {"hosts": {"lvs1": {"ansible_host": "192.0.2.2", **local}, "lvs2": away}},
                "web": {"hosts": {"web1": {"ansible_host": "192.0.2.21", **local}}},
            },
        }
    }
    (tmp_path / "hosts.json").write_text(json.dumps(inventory), encoding="utf-8")
    (tmp_path / "change.yml").write_text(CHANGE, encoding="utf-8")
    return tmp_path


def replace(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def play(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {"ANSIBLE_COLLECTIONS_PATH": str(folder / "collections"), **environment}
    return ansible(folder, "playbook", "-i", "hosts.json", *words, **own)


def shown(folder: Path, *words: str) -> dict[str, Any]:
    done = play(folder, "lvs.cluster.history", "-e", "output=json", *words, ANSIBLE_STDOUT_CALLBACK="lvs.cluster.plain")
    assert done.returncode == 1, done.stdout + done.stderr  # lvs2 cannot be read
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_a_change_is_written_down_and_shown(folder: Path) -> None:
    given = ("-e", json.dumps({"content": CONTENT}))
    assert play(folder, "change.yml", "--check", *given).returncode == 0
    assert not (folder / "log").exists()
    done = play(folder, "change.yml", *given)
    assert done.returncode == 0, done.stdout + done.stderr
    assert play(folder, "change.yml", *given).stdout.count("changed=0") == done.stdout.count("ok=")

    document = shown(folder)
    # web1 is the same machine here, so it has the same history.
    assert [each["host"] for each in document["entries"]] == ["lvs1", "web1"]
    assert [each["host"] for each in document["unread"]] == ["lvs2"]
    first = document["entries"][0]
    assert (first["module"], first["origin"]["playbook"]) == ("keepalived", "change.yml")
    assert re.fullmatch(r"[^@]+@.+", first["origin"]["user"])
    assert re.fullmatch(r"[0-9a-f]{12}", first["origin"]["definitions"]["lvs_directors"])
    assert first["files"] == [f"{folder}/keepalived.conf"]
    assert "+auth_pass ********" in first["diff"]
    assert SECRET in (folder / "keepalived.conf").read_text(encoding="utf-8")
    assert SECRET not in (folder / "log/history.jsonl").read_text(encoding="utf-8")

    text = play(folder, "lvs.cluster.history", "-e", "since=2h").stdout
    assert f"lvs1  keepalived: {folder}/keepalived.conf" in text
    assert re.search(r"^lvs2 could not be read: ", text, re.MULTILINE)
    assert shown(folder, "-e", "last=1")["earlier"] == 1
    assert shown(folder, "-e", "since=2100-01-01")["entries"] == []


def test_what_is_no_moment_is_refused_before_a_host_is_asked(folder: Path) -> None:
    done = play(folder, "lvs.cluster.history", "-e", "since=yesterday")
    assert done.returncode == 2
    assert "it is a date or a moment in UTC" in " ".join(done.stdout.split())


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "log").glob("definition-*"))


def test_a_director_keeps_each_definition_that_is_rolled_out_and_no_secret(folder: Path) -> None:
    (folder / "roll_out.yml").write_text(ROLL_OUT, encoding="utf-8")
    copy = folder / "collections/ansible_collections/lvs/cluster"
    (copy / "plugins/modules/ipvs_timeouts.py").write_text(CHANGES, encoding="utf-8")
    for words in (("--check",), ("-e", "state=deleted")):
        assert play(folder, "roll_out.yml", *words).returncode == 0
        assert kept(folder) == []
    for words in ((), ("-e", json.dumps({"lvs_cluster": {"vrrp": {"virtual_router_id": 52, "password": SECRET}}}))):
        done = play(folder, "roll_out.yml", "-vvv", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        assert '"definition": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"' in done.stdout
    assert len(kept(folder)) == 2
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in kept(folder)]
    assert {each["lvs_cluster"]["vrrp"]["virtual_router_id"] for each in documents} == {51, 52}
    assert SECRET not in json.dumps(documents)
    named = [
        each["origin"]["definitions"]["lvs_directors"] for each in shown(folder)["entries"] if each["host"] == "lvs1"
    ]
    assert {each["digest"] for each in documents} == {*named}
    assert {path.stat().st_mode & 0o777 for path in kept(folder)} == {0o600}
