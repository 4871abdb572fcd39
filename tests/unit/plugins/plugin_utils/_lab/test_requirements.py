# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._lab import requirements
from ansible_collections.lvs.cluster.plugins.plugin_utils._lab.report import LabError


def test_all_that_is_missing_is_named_at_once_with_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LabError) as raised:
        requirements.check(tmp_path)
    for program, package in requirements.PACKAGES.items():
        if not program.startswith("/"):
            assert program in str(raised.value)
            assert package in str(raised.value).partition("apt-get install")[2]


def test_too_little_disk_space_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "SPACE_GIB", 2**40)
    with pytest.raises(LabError, match=rf"{tmp_path}/not/made/yet: needs \d+ GiB of disk space, has "):
        requirements.check(tmp_path / "not" / "made" / "yet")
