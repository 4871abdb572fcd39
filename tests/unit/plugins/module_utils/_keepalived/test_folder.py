# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.folder import made, missing, stand_in


def test_what_is_missing_is_told_from_the_outside_in(tmp_path: Path) -> None:
    folder = tmp_path / "lvs" / "drained"
    assert missing(str(folder)) == [str(tmp_path / "lvs"), str(folder)]
    folder.mkdir(parents=True)
    assert missing(str(folder)) == missing(None) == []


def refuse(folder: Path) -> None:
    """Fail while the folder is there."""
    with made(str(folder)):
        assert folder.is_dir()
        raise ValueError("refused")


def test_what_was_made_goes_when_what_follows_fails(tmp_path: Path) -> None:
    folder = tmp_path / "lvs" / "drained"
    with pytest.raises(ValueError, match="refused"):
        refuse(folder)
    assert list(tmp_path.iterdir()) == []
    with made(str(folder)):
        pass
    assert folder.is_dir()
    with pytest.raises(ValueError, match="refused"):
        refuse(folder)
    assert folder.is_dir()


def test_what_could_not_be_made_whole_goes_too(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="File name too long"), made(str(tmp_path / "lvs" / ("x" * 300))):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_stand_in_has_the_same_folders_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "lvs" / "drained"
    with stand_in(str(folder)) as instead:
        assert instead is not None
        there = Path(instead.path(str(folder)))
        assert there.is_dir()
        assert not folder.parent.exists()
    assert not there.parent.exists()
    folder.mkdir(parents=True)
    with stand_in(str(folder)) as instead:
        assert instead is None
