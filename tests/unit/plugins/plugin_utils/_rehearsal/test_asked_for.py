# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rehearsal makes of an inventory as Ansible has it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal.asked_for import Options, Owned, task_of
from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal.machines import CLIENT
from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal.performed import Task
from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal.subject import NotRehearsed
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import service

LAB = Path("/cache/labs/rehearsal-1")
CLUSTER = {"engine": "keepalived", "vrrp": {"virtual_router_id": 51}}
HOSTS: Mapping[str, Mapping[str, Any]] = {
    "lvs1": {"ansible_host": "192.0.2.2"},
    "lvs2": {"ansible_host": "lvs2.example.com", "lvs_address": "192.0.2.3", "ansible_port": 2222},
    "web1": {"ansible_host": "192.0.2.21", "ansible_password": "s3cret"},
    "web2": {"ansible_host": "192.0.2.22"},
    "backup": {"ansible_host": "backup.example.com"},
}
GROUPS = {"lvs_directors": ["lvs1", "lvs2"], "web": ["web1", "web2"], "all": [*HOSTS]}


def owned(*services: object, source: str = "/inventory", **more: Any) -> Owned:
    shared = {"lvs_cluster": CLUSTER, "lvs_services": list(services) or [service()], **more}
    hostvars = {host: {**variables, **shared} for host, variables in HOSTS.items()}
    task_vars = {"inventory_hostname": "lvs1", "groups": GROUPS, "hostvars": hostvars, **hostvars["lvs1"]}
    return Owned([source], task_vars, lambda value: value)


def task(now: Owned | None = None, before: Owned | None = None, machines: int = 8, **extra: Any) -> Task:
    options = Options(LAB.parent, LAB.name, Path("/logs"), "bookworm", machines, extra, ["--vault-id=a@b"])
    return task_of(now or owned(), before, options)


def overlay(one: Task, host: str, name: str = "now") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(one.overlays(LAB)[LAB / name / f"host_vars/{host}.json"])
    return found


def test_the_owners_inventory_comes_first_and_the_way_to_the_machines_last() -> None:
    controller = task().now.controller
    assert [*controller.inventories] == ["/inventory", f"{LAB}/now/hosts.json"]
    assert [*controller.words] == ["--vault-id=a@b", "-e", f"@{LAB}/extra.json"]


def test_a_host_is_reached_by_its_address_or_by_the_name_of_its_machine() -> None:
    one = task()
    assert overlay(one, "lvs1")["ansible_host"] == "192.0.2.2"
    assert overlay(one, "lvs2")["ansible_host"] == "lvs2"
    assert overlay(one, "lvs2")["ansible_port"] is None
    assert overlay(one, "web1")["ansible_password"] is None
    assert overlay(one, CLIENT)["ansible_host"] == CLIENT
    assert "s3cret" not in "".join(one.overlays(LAB).values())


def test_a_host_without_a_machine_is_not_reached_by_any_name_of_its_own() -> None:
    """Never, in a rehearsal, may a playbook reach a host of the site."""
    one = task(machines=4)
    assert "1 real server has no machine (-e machines=NUMBER allows more): web2" in one.notes
    for host in ("backup", "web2"):
        reached = overlay(one, host)
        assert reached["ansible_ssh_args"] == f"-F '{LAB}/ssh_config'"
        assert reached["ansible_ssh_common_args"] == ""
        assert reached["ansible_connection"] == "ssh"
    assert overlay(one, "backup")["ansible_host"] == "no-machine.invalid"


def test_services_stay_the_owners_unless_they_cannot_be_rehearsed() -> None:
    assert "lvs_services" not in overlay(task(), "lvs1")
    one = task(owned(service(checks="https")))
    assert overlay(one, "lvs1")["lvs_services"][0]["checks"] == [{"type": "tcp"}]
    assert overlay(one, "backup")["lvs_services"][0]["checks"] == [{"type": "tcp"}]
    assert overlay(one, CLIENT)["lvs_services"][0]["checks"] == [{"type": "tcp"}]  # it is in the group all, too
    assert [check.kind for check in one.now.clusters[0].services[0].real_servers[0].checks] == ["tcp"]
    assert any(note.startswith("shop: its check https is replaced by tcp") for note in one.notes)


def test_two_inventories_share_the_machines_and_each_has_an_overlay() -> None:
    one = task(before=owned(service(scheduler="rr"), source="/yesterday"))
    assert one.before is not None
    assert [*one.before.controller.inventories] == ["/yesterday", f"{LAB}/before/hosts.json"]
    assert one.before.clusters[0].services[0].scheduler == "rr"
    assert [step.kind for step in one.steps][:4] == ["boot", "roll_out", "change", "again"]
    assert one.source_of_before == "/yesterday"
    assert task().before is None


def test_an_address_that_goes_from_one_host_to_another_is_refused() -> None:
    before = owned(service(real_servers="old"), source="/yesterday")
    hostvars = before.task_vars["hostvars"]
    hostvars["www1"] = {**hostvars["web1"]}
    before.task_vars["groups"] = {**GROUPS, "old": ["www1"]}  # type: ignore[index]
    with pytest.raises(NotRehearsed, match="192\\.0\\.2\\.21 is also an address of"):
        task(before=before)


def test_what_is_for_the_rehearsal_or_for_the_connection_is_not_passed_on() -> None:
    one = task(machines=8, **{"from": "x", "lvs_output": "json", "ansible_user": "anna", "tier": "test"})
    assert json.loads(one.overlays(LAB)[LAB / "extra.json"]) == {"tier": "test"}


def test_a_definition_of_which_nothing_can_be_rehearsed_is_refused() -> None:
    with pytest.raises(NotRehearsed, match="no service can be rehearsed"):
        task(owned(service(real_servers=[{"address": "192.0.2.50"}])))
