# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file of a saved plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.file import read, write
from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.saved import NoPlan


def test_its_owner_alone_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("before", encoding="utf-8")
    path.chmod(0o644)
    assert write(str(path), "now")
    assert (read(str(path)), path.stat().st_mode & 0o777) == ("now", 0o600)
    assert not write(str(path), "now")
    path.chmod(0o644)
    assert write(str(path), "now")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [*tmp_path.iterdir()] == [path]


def test_a_file_beside_is_found_by_its_name_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert write("plan.json", "now")
    assert read("plan.json") == "now"


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "plan.json").mkdir()
    with pytest.raises(IsADirectoryError):
        write(str(tmp_path / "plan.json"), "now")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


def test_what_cannot_be_read_is_no_plan(tmp_path: Path) -> None:
    with pytest.raises(NoPlan, match="No such file"):
        read(str(tmp_path / "plan.json"))
    (tmp_path / "plan.json").write_bytes(b"\xff")
    with pytest.raises(NoPlan):
        read(str(tmp_path / "plan.json"))
