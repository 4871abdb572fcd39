# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils import _files


def test_a_file_that_cannot_take_its_place_leaves_nothing_behind(tmp_path: Path) -> None:
    taken = tmp_path / "numbers"
    taken.mkdir()
    with pytest.raises(OSError, match="numbers"):
        _files.replace_text(str(taken), "1\n")
    assert list(tmp_path.iterdir()) == [taken]


def test_what_a_killed_call_has_left_goes_and_what_is_in_use_stays(tmp_path: Path) -> None:
    used = Path(_files.new_file("in use", str(tmp_path), 0o600))
    child = os.fork()
    if not child:
        _files.new_file("password", str(tmp_path), 0o600)
        os._exit(0)
    os.waitpid(child, 0)
    (tmp_path / ".lvs-older").write_text("of a release that put no number in the name")
    (tmp_path / ".lvs-folder").mkdir()
    (tmp_path / "lvs.conf").touch()
    _files.tidy([str(tmp_path / "lvs.conf")])
    assert {*tmp_path.iterdir()} == {tmp_path / ".lvs-folder", used, tmp_path / "lvs.conf"}


def test_a_replaced_file_keeps_its_owner_and_mode(tmp_path: Path) -> None:
    path = tmp_path / "frr.conf"
    path.write_text("of others")
    path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(path, 12345, 12346)
    before = path.stat()
    _files.replace_text(str(path), "ours")
    after = path.stat()
    assert [after.st_uid, after.st_gid, after.st_mode] == [before.st_uid, before.st_gid, before.st_mode]
    assert path.read_text() == "ours"


@pytest.mark.parametrize(("there", "private"), [(0o644, 0o640), (0o640, 0o640), (0o600, 0o600), (None, 0o640)])
def test_a_file_with_a_secret_is_not_for_everybody(tmp_path: Path, there: int | None, private: int) -> None:
    path = tmp_path / "frr.conf"
    if there is not None:
        path.write_text("")
        path.chmod(there)
    assert _files.private_mode(str(path)) == private
