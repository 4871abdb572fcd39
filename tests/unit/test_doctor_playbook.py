# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks doctor.yml and fix.yml on hosts that are made up: what they do where, and what they answer.

Simulated are, in a copy of the collection, the plugins that reach hosts, which write down what they were asked. A host
changes to what it is afterwards as soon as it is set up. The decisions, the gates, the groups of the run, the answers
and the role of real servers are real.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.unit.ansible_runs import ansible
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._doctor.clusters import (
    ADDRESSES,
    COMPARED,
    REPORTS,
    VIP,
    differing,
    planned,
    reported,
)

PROJECT = Path(__file__).resolve().parents[2]
SIMULATED = """
import json, os
from pathlib import Path
from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

FOLDER = Path(os.environ["SIMULATED"])

class ActionModule(ActionBase):
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        host, name = task_vars["inventory_hostname"], self._task.action.rpartition(".")[2]
        words = self._task.args.get("state", json.dumps(self._task.args.get("muted")))
        known = task_vars["simulated"]
        if not known:
            raise AnsibleConnectionFailure("no route to host")
        if name in ("set_up", "director_marks") and not self._task.check_mode:
            with open(FOLDER / "changes", "a") as file:
                file.write(f"{host} {words}\\n")
            if name == "director_marks":
                (FOLDER / f"{host}.muted").write_text(words)
                return {"changed": True}
            (FOLDER / f"{host}.mended").touch()
        number = -1 if (FOLDER / f"{host}.mended").exists() else 0
        muted = FOLDER / f"{host}.muted"
        more = {"muted": muted.read_text() if muted.exists() else None} if name == "host_info" else {}
        return {"changed": False, **known[name][number], **more}
"""
PRESENT = """
- lvs.cluster.set_up: {state: set up}
- ansible.builtin.set_fact: {director_is_set_up: true}
"""
BATCH = "/sbin/ip -force -batch /etc/lvs/network.batch"
VARIABLES = {
    "ansible_connection": "local",
    "ansible_become": False,
    "lvs_services": [{"name": "shop", "address": VIP, "port": 80, "real_servers": "web"}],
    "lvs_cluster": {"sync_daemon": {"id": 51}, "vrrp": {"virtual_router_id": 51}},
}
MORE = {
    "drains": {},
    "keepalived_is_own": True,
    "missing": [],
    "system": {"ID": "debian"},
    "files": ["/usr/sbin/keepalived", "/etc/keepalived/keepalived.conf"],
}
SET_UP = {
    "plan": {"added": [], "changed": [], "removed": []},
    "answers": {},
    "boot_commands": [BATCH],
    "systemd": True,
}


def told(host: str) -> dict[str, Any]:
    """What the plugins return on a host that is well."""
    interfaces = {**REPORTS[host]["interfaces"], VIP: "eth1"}
    macs = REPORTS[host]["hardware_addresses"]
    return {
        "host_info": [{**REPORTS[host], **MORE, "interfaces": interfaces}],
        "host_compare": [{"parts": COMPARED[host]}],
        "set_up": [{**SET_UP, "interfaces": interfaces, "hardware_addresses": macs}],
    }


WELL = {host: told(host) for host in ADDRESSES}


def but(host: str, **before: Mapping[str, Any]) -> dict[str, Any]:
    """The hosts, one of them with something else until it is set up."""
    own = {name: [{**answers[0], **before.get(name, {})}, answers[0]] for name, answers in WELL[host].items()}
    return {**WELL, host: own}


MISSING = differing("web1", "network", changed=True, **planned("address", f"{VIP}/32 on lo")).compared["web1"]
WITHOUT_VIP = but("web1", host_compare={"parts": MISSING})
SMALL = but("web2", host_info={"health": reported("web2", health={"mtus": {"eth1": 1400}}).reports["web2"]["health"]})
DISABLED = reported("lvs2", owners={"units": {"keepalived.service": {"at_boot": False}}}).reports["lvs2"]["owners"]
NOT_AT_BOOT = but("lvs2", host_info={"owners": DISABLED})


@dataclass(frozen=True)
class Run:
    """changes: host and what was done there, in their order. exit: the exit status."""

    printed: str
    exit: int
    changes: list[str]

    @property
    def document(self) -> dict[str, Any]:
        """The answer, of a run that prints it as JSON."""
        document: dict[str, Any] = json.loads(self.printed)
        return document

    @property
    def findings(self) -> list[dict[str, str]]:
        (cluster,) = self.document["clusters"]
        found: list[dict[str, str]] = cluster["findings"]
        return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a copy of the collection in which what reaches hosts is simulated."""
    copy = tmp_path / "collections/ansible_collections/lvs/cluster"
    for part in ("playbooks", "roles", "plugins"):
        shutil.copytree(PROJECT / part, copy / part)
    for name in ("host_info", "host_compare", "set_up", "director_marks"):
        (copy / f"plugins/action/{name}.py").write_text(SIMULATED, encoding="utf-8")
    for name, tasks in (("director/tasks/present", PRESENT), ("boot/tasks/main", "[]")):
        (copy / f"roles/{name}.yml").write_text(tasks, encoding="utf-8")
    (tmp_path / "hosts").mkdir()
    return tmp_path


def run(folder: Path, playbook: str, hosts: Mapping[str, Any], *arguments: str, plain: bool = True) -> Run:
    """hosts: what is simulated on each. plain: with the callback that prints the answer alone, here as JSON."""
    inventory = {
        "all": {
            "vars": VARIABLES,
            "hosts": {host: {"ansible_host": ADDRESSES[host], "simulated": hosts[host]} for host in ADDRESSES},
            "children": {
                "lvs_directors": {"hosts": {"lvs1": {}, "lvs2": {}}},
                "web": {"hosts": {"web1": {}, "web2": {}}},
            },
        }
    }
    (folder / "hosts.json").write_text(json.dumps(inventory), encoding="utf-8")
    changes = folder / "hosts/changes"
    changes.write_text("", encoding="utf-8")
    own = {"ANSIBLE_COLLECTIONS_PATH": str(folder / "collections"), "SIMULATED": str(folder / "hosts")}
    words = [*arguments]
    if plain:
        own["ANSIBLE_STDOUT_CALLBACK"] = "lvs.cluster.plain"
        words += ["-e", "output=json"]
    done = ansible(folder, "playbook", "-i", "hosts.json", f"lvs.cluster.{playbook}", *words, **own)
    printed = done.stdout if plain and done.stdout else done.stdout + done.stderr
    return Run(printed, done.returncode, changes.read_text(encoding="utf-8").splitlines())


def test_a_real_server_is_mended_and_no_other_host_is_touched(folder: Path) -> None:
    done = run(folder, "fix", WITHOUT_VIP, "-e", "code=LVS811")
    assert (done.exit, done.document["word"]) == (0, "healthy"), done.printed
    assert [(each["code"], each["host"]) for each in done.document["mended"]] == [("LVS811", "web1")]
    assert done.findings == done.document["left"] == []
    assert {change.split()[0] for change in done.changes} == {"web1"}
    # The directors are as defined, so what the definition no longer has can be removed.
    assert "web1 replaced" in done.changes


def test_a_director_is_mended_by_its_role(folder: Path) -> None:
    done = run(folder, "fix", NOT_AT_BOOT, "-e", "code=LVS833,LVS811")
    assert done.exit == 0, done.printed
    assert done.changes == ["lvs2 set up"]
    assert {each["code"] for each in done.document["mended"]} == {"LVS833"}
    assert done.document["not_found"] == ["LVS811"]


def test_what_is_refused_changes_nothing_and_says_what_to_do(folder: Path) -> None:
    both = {**SMALL, "web1": WITHOUT_VIP["web1"]}
    done = run(folder, "fix", both, "-e", "code=LVS811,LVS814", plain=False)
    printed = " ".join(done.printed.split())
    assert (done.exit, done.changes) == (2, []), done.printed
    assert "LVS814 mtu-smaller is not mended by this playbook. The MTU of an interface belongs to" in printed
    assert "web2: ip link set eth1 mtu 1500" in printed
    assert "Nothing was changed." in printed


def test_what_is_not_there_is_not_mended(folder: Path) -> None:
    done = run(folder, "fix", SMALL, "-e", "code=LVS811", plain=False)
    assert (done.exit, done.changes) == (0, []), done.printed
    assert "LVS811 vip-missing was not found, so nothing was done about it" in done.printed
    assert "0 errors, 1 warning" in done.printed


def test_check_mode_tells_what_would_be_mended(folder: Path) -> None:
    done = run(folder, "fix", WITHOUT_VIP, "-e", "code=LVS811", "--check")
    assert (done.exit, done.changes) == (2, []), done.printed
    assert [(each["code"], each["host"]) for each in done.document["to_mend"]] == [("LVS811", "web1")]
    assert [each["code"] for each in done.findings] == ["LVS811"]


def test_while_a_director_is_away_nothing_is_removed_from_a_real_server(folder: Path) -> None:
    done = run(folder, "fix", {**WITHOUT_VIP, "lvs2": {}}, "-e", "code=LVS811")
    assert {*done.changes} == {"web1 merged"}
    assert [each["code"] for each in done.document["mended"]] == ["LVS811"]
    assert [each["code"] for each in done.findings] == ["LVS891"]


def test_what_is_muted_lies_on_the_directors_and_is_muted_for_everybody(folder: Path) -> None:
    first = run(folder, "doctor", SMALL, "-e", "mute=LVS814", "-e", "mute_for=2h")
    assert (first.exit, [each["code"] for each in first.findings]) == (0, ["LVS814"]), first.printed
    assert sorted(change.split()[0] for change in first.changes) == ["lvs1", "lvs2"]
    # One director has forgotten it.
    (folder / "hosts/lvs1.muted").unlink()
    later = run(folder, "doctor", SMALL)
    assert (later.exit, later.changes, later.findings) == (0, [], first.findings)
    ended = run(folder, "doctor", SMALL, "-e", "mute=LVS814", "-e", "mute_for=0")
    assert (ended.exit, {*ended.changes}) == (1, {"lvs1 {}", "lvs2 {}"})
    assert "muted_until" not in ended.findings[0]


def test_what_is_not_found_is_not_muted(folder: Path) -> None:
    done = run(folder, "doctor", SMALL, "-e", "mute=LVS811", plain=False)
    assert (done.exit, done.changes) == (2, [])
    assert "LVS811 vip-missing was not found, so there is nothing to mute" in " ".join(done.printed.split())
