# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The announcer on a host. As systemd runs it: tests/kernel/test_announcer.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._announcer import installed
from ansible_collections.lvs.cluster.plugins.module_utils._announcer.installed import (
    carry_out,
    commands,
    differences,
    diffs,
    steps,
)

PRESENT: Dict[str, Any] = {
    "state": "present",
    "program": {"__main__.py": "main()\n", "lvs_cluster/a.py": "a = 1\n"},
    "vips": [],
    "announce_while": "all",
    "checked": True,
    "on_standby": False,
}
ABSENT: Dict[str, Any] = {**PRESENT, "state": "absent", "program": {}}


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A host of which all that matters is in a folder."""
    monkeypatch.setattr(installed, "ANNOUNCER_UNIT", "announcer_service")
    for name in ("ANNOUNCER_PROGRAM", "ANNOUNCER_CACHE", "ANNOUNCER_SERVICE", "ANNOUNCER_FILE"):
        monkeypatch.setattr(installed, name, str(tmp_path / name.lower()))
    monkeypatch.setattr(installed._units, "is_enabled", lambda _unit: True)
    monkeypatch.setattr(installed._units, "is_active", lambda _unit: True)
    return tmp_path


def carried_out(options: Dict[str, Any]) -> None:
    """systemd is not asked for anything."""
    carry_out(differences(options), [], options["state"])


def files(host: Path) -> list[str]:
    return sorted(str(path.relative_to(host)) for path in host.rglob("*") if path.is_file())


def test_there_once_and_gone_again(host: Path) -> None:
    assert steps(differences(PRESENT), "present") == ["daemon-reload", "restart"]
    carried_out(PRESENT)
    program = ["announcer_program/__main__.py", "announcer_program/lvs_cluster/a.py"]
    assert files(host) == ["announcer_file", *program, "announcer_service"]
    assert differences(PRESENT) == {}
    verbs = steps(differences(ABSENT), "absent")
    assert commands(verbs) == [
        "systemctl stop announcer_service",
        "systemctl disable announcer_service",
        "systemctl daemon-reload",
    ]
    carried_out(ABSENT)
    assert files(host) == []
    assert not (host / "announcer_program").exists()
    assert differences(ABSENT) == {}


def test_it_reads_by_itself_what_it_may_announce(host: Path) -> None:
    carried_out(PRESENT)
    changes = differences({**PRESENT, "announce_while": "any"})
    assert [*changes] == [f"{host}/announcer_file"]
    assert steps(changes, "present") == []
    (told,) = diffs(changes)
    assert '"announce_while": "all"' in told["before"]
    assert '"announce_while": "any"' in told["after"]


def test_the_vips_go_with_it_however_it_ends(host: Path) -> None:
    unit = differences(PRESENT)[f"{host}/announcer_service"] or ""
    (started,) = (line for line in unit.splitlines() if line.startswith("ExecStart="))
    ended = [line.partition("=")[2] for line in unit.splitlines() if line.startswith("ExecStopPost=")]
    assert started.endswith(f" {host}/announcer_program {host}/announcer_file")
    assert ended == ["-/sbin/ip link delete lvs-vips", "-/sbin/ip link delete lvs-standby"]


def test_it_is_started_where_somebody_has_stopped_it(host: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    carried_out(PRESENT)
    assert steps(differences(PRESENT), "present") == []
    monkeypatch.setattr(installed._units, "is_enabled", lambda _unit: False)
    monkeypatch.setattr(installed._units, "is_active", lambda _unit: False)
    assert steps(differences(PRESENT), "present") == ["enable", "start"]
