# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file of a saved plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.file import read, write
from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.saved import MARK, NoPlan
from ansible_collections.lvs.cluster.plugins.plugin_utils._whole_file import NotWritten

NOW = f"{MARK}2}}"


def test_its_owner_alone_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(f"{MARK}1}}", encoding="utf-8")
    path.chmod(0o644)
    assert write(str(path), NOW)
    assert (read(str(path)), path.stat().st_mode & 0o777) == (NOW, 0o600)
    assert not write(str(path), NOW)
    path.chmod(0o644)
    assert write(str(path), NOW)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [*tmp_path.iterdir()] == [path]


def test_a_file_beside_is_found_by_its_name_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert write("plan.json", NOW)
    assert read("plan.json") == NOW


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "plan.json").mkdir()
    with pytest.raises(NotWritten, match="Is a directory"):
        write(str(tmp_path / "plan.json"), NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


@pytest.mark.parametrize("there", [b"all:\n  hosts:\n", b"\xff\xfe\x00"])
def test_a_file_that_is_no_plan_is_never_replaced(there: bytes, tmp_path: Path) -> None:
    path = tmp_path / "hosts.yml"
    path.write_bytes(there)
    with pytest.raises(NotWritten, match="was not written by this playbook"):
        write(str(path), NOW)
    assert path.read_bytes() == there


def test_what_cannot_be_read_is_no_plan(tmp_path: Path) -> None:
    with pytest.raises(NoPlan, match="No such file"):
        read(str(tmp_path / "plan.json"))
    (tmp_path / "plan.json").write_bytes(b"\xff")
    with pytest.raises(NoPlan):
        read(str(tmp_path / "plan.json"))
