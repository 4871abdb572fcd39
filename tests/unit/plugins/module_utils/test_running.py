# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils import _running
from ansible_collections.lvs.cluster.plugins.module_utils._systems import BOOLEAN


def test_the_first_file_that_is_there_names_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [tmp_path / "etc", tmp_path / "usr"]
    monkeypatch.setattr(_running, "OS_RELEASE", tuple(map(str, paths)))
    assert _running.read_os_release() == {}
    paths[1].write_text("ID=debian\n")
    assert _running.read_os_release() == {"ID": "debian"}
    paths[0].write_text("ID=ubuntu\n")
    assert _running.read_os_release() == {"ID": "ubuntu"}


@pytest.mark.parametrize(
    ("files", "enforced", "connects"),
    [
        ({}, False, True),  # no SELinux
        ({"enforce": "0", f"booleans/{BOOLEAN}": "0 0"}, False, False),
        ({"enforce": "1", f"booleans/{BOOLEAN}": "0 0"}, True, False),
        ({"enforce": "1", f"booleans/{BOOLEAN}": "1 1"}, True, True),
        ({"enforce": "1"}, True, True),  # a policy that does not know keepalived
    ],
)
def test_selinux_is_read_from_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], enforced: bool, connects: bool
) -> None:
    monkeypatch.setattr(_running, "SELINUX", str(tmp_path))
    (tmp_path / "booleans").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert _running.read_selinux(BOOLEAN) == {"enforced": enforced, BOOLEAN: connects}


def test_systemd_is_known_by_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_running, "SYSTEMD", str(tmp_path))
    assert _running.systemd_runs()
    monkeypatch.setattr(_running, "SYSTEMD", str(tmp_path / "none"))
    assert not _running.systemd_runs()
