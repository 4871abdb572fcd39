# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one task keeps for the next. How it goes in a real run: tests/unit/plugins/action/test_resolve.py."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from ansible import constants

from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster import kept
from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.document import unpack
from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.kept import Reading, read_once
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import GROUPS, HOSTS, service

DEFINITION = {"lvs_cluster": {"engine": "static"}, "lvs_services": [service()]}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands for the temporary folder of a run."""
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    return tmp_path


def variables(host: str, own: Mapping[str, Mapping[str, object]] | None = None, **others: object) -> dict[str, Any]:
    """The variables of a task on a host. own: those of hosts that have others than in the small inventory."""
    hosts = {**HOSTS, **(own or {})}
    seen = {name: {**DEFINITION, **others, **hosts[name]} for name in hosts}
    return {"inventory_hostname": host, "groups": GROUPS, "hostvars": seen, **seen[host]}


def read(host: str, anew: bool = False, **options: Any) -> Reading:
    return read_once(variables(host, **options), lambda value: value, [host], anew)


def servers(reading: Reading) -> set[str | None]:
    return {
        server.host for cluster in reading.clusters.every for one in cluster.services for server in one.real_servers
    }


def test_what_has_been_read_lies_where_nobody_else_can_read_it(folder: Path) -> None:
    before = os.umask(0)
    try:
        read("lvs1")
        read("client", own={"client": {"lvs_interface": "eth1"}})
    finally:
        os.umask(before)
    paths = list(folder.rglob("*"))
    assert {path.stat().st_mode & 0o777 for path in paths if path.is_file()} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in paths if path.is_dir()} == {0o700}


def test_a_real_server_reads_its_own_share_and_a_director_all() -> None:
    assert read("web1").fresh
    assert [servers(read(host)) for host in ("web1", "lvs1", "named")] == [{"web1"}, {"web1", "web2"}, set()]
    assert not read("web1").fresh
    assert servers(read_once(variables("web1"), lambda value: value)) == {"web1", "web2"}


def test_a_task_may_be_about_other_hosts_than_its_own() -> None:
    read("lvs1")
    about = read_once(variables("web2"), lambda value: value, ["web1"])
    assert (servers(about), about.fresh) == ({"web1"}, False)


def test_what_is_read_anew_counts_for_all_hosts() -> None:
    read("web1")
    moved = {"web2": {"ansible_host": "192.0.2.29"}}
    (before,) = read("web2", own=moved).clusters.every[0].services[0].real_servers
    read("lvs1", anew=True, own=moved)
    (after,) = read("web2", own=moved).clusters.every[0].services[0].real_servers
    assert (before.address, after.address) == ("192.0.2.22", "192.0.2.29")


@pytest.mark.parametrize("others", [{"lvs_services": [service(port=81)]}, {"lvs_cluster_name": "lvs_directors"}])
def test_a_task_that_sees_another_definition_reads_that(others: dict[str, Any]) -> None:
    read("web1")
    assert read("web1", **others).fresh
    assert not read("web1").fresh


def test_of_many_tasks_that_begin_together_one_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, count = kept.read_definitions, []

    def slowly(*arguments: Any) -> Any:
        count.append(1)
        time.sleep(0.2)
        return whole(*arguments)

    monkeypatch.setattr(kept, "read_definitions", slowly)
    with ThreadPoolExecutor(4) as pool:
        readings = list(pool.map(read, ["lvs1", "web1", "web2", "web1"]))
    assert len(count) == 1
    assert [reading.fresh for reading in readings].count(True) == 1


def test_the_definition_is_at_hand_on_its_directors_alone() -> None:
    assert kept.packed_definition(variables("lvs1")) is None  # nothing has been read yet
    read("lvs1")
    packed = kept.packed_definition(variables("lvs1"))
    assert packed is not None
    assert unpack(packed)["digest"] == kept.digests(variables("lvs1"))["lvs_directors"]
    assert kept.packed_definition(variables("web1")) is None
    assert kept.packed_definition(variables("web1"), "lvs_directors") == packed
