# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tells a director to take no VIP. On a host: tests/kernel/test_director_marks.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils import _files, _marks
from ansible_collections.lvs.cluster.plugins.module_utils._marks import Difference, carry_out, differences, is_left_over


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the cluster."""
    folder = tmp_path / "lvs"
    for module in (_files, _marks):
        monkeypatch.setattr(module, "FOLDER", str(folder))
    monkeypatch.setattr(_marks, "PATHS", {name: str(folder / name) for name in ("standby", "held")})
    monkeypatch.setattr(_marks, "DRAINED", str(folder / "drained"))
    monkeypatch.setattr(_marks, "MUTED", str(folder / "muted"))
    return folder


def options(**given: Any) -> dict[str, Any]:
    return {"standby": None, "held": None, "drains": {}, "forget_drains": False, "muted": None, **given}


def test_a_director_stands_aside_until_it_is_told_to_come_back(folder: Path) -> None:
    path = str(folder / "standby")
    found = differences(options(standby=True))
    assert found == [Difference(path, None, "-254\n")]
    carry_out(found, forget_drains=False)
    assert differences(options(standby=True, held=False)) == []
    found = differences(options(standby=False))
    assert found == [Difference(path, "-254\n", None)]
    carry_out(found, forget_drains=False)
    assert not folder.exists()


def test_what_is_not_said_stays(folder: Path) -> None:
    carry_out(differences(options(standby=True, held=True)), forget_drains=False)
    carry_out(differences(options(held=False)), forget_drains=False)
    assert [path.name for path in folder.iterdir()] == ["standby"]


def test_what_is_muted_is_kept_for_those_who_may_change_it(folder: Path) -> None:
    mute = {"LVS814": {"until": 1796090400, "severity": "advice", "count": 1, "hosts": ["web1"]}}
    carry_out(differences(options(muted=mute)), forget_drains=False)
    file = folder / "muted"
    assert (json.loads(file.read_text(encoding="utf-8")), file.stat().st_mode & 0o777) == (mute, 0o600)
    assert differences(options(muted=mute)) == differences(options(standby=False)) == []
    found = differences(options(muted={}))
    assert [difference.after for difference in found] == [None]
    carry_out(found, forget_drains=False)
    assert not folder.exists()
    assert differences(options(muted={})) == []


def test_drains_are_forgotten_with_their_folder(folder: Path) -> None:
    (folder / "drained").mkdir(parents=True)
    assert is_left_over(options(forget_drains=True))
    assert not is_left_over(options(standby=True))
    (folder / "drained/192.0.2.21").write_text("-1000000\n", encoding="utf-8")
    found = differences(options(forget_drains=True))
    assert [difference.before for difference in found] == ["-1000000\n"]
    carry_out(found, forget_drains=True)
    assert not folder.exists()
    assert not is_left_over(options(forget_drains=True))


def test_what_operators_have_said_elsewhere_is_written_where_nothing_is_said_yet(folder: Path) -> None:
    (folder / "drained").mkdir(parents=True)
    (folder / "drained/192.0.2.21").write_text("-1\n", encoding="utf-8")
    said = {"192.0.2.21": "-1000000\n", "192.0.2.22:53@udp:192.0.2.198:53": "-1000000\n"}
    found = differences(options(drains=said))
    assert [(difference.before, difference.after) for difference in found] == [(None, "-1000000\n")]
    carry_out(found, forget_drains=False)
    assert (folder / "drained/192.0.2.22:53@udp:192.0.2.198:53").read_text(encoding="utf-8") == "-1000000\n"
    assert differences(options(drains=said)) == []


@pytest.mark.parametrize("name", ["../../passwd", "..", ".", "a/b@c", "web1", ""])
def test_a_file_that_is_about_no_real_server_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(OSError, match="is not the name of a file about a real server"):
        differences(options(drains={name: "-1\n"}))
