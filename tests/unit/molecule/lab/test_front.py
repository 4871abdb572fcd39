# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command `python3 molecule/lab`, which stands before what the collection has of the lab."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parents[4]
FOLDER = PROJECT / "molecule" / "lab"


@pytest.fixture
def front(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend("")  # puts the path back afterwards
    specification = importlib.util.spec_from_file_location("front", FOLDER / "__main__.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_a_lab_that_is_up_knows_its_own_description(
    front: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "LABS", tmp_path)
    usual = PROJECT / "molecule" / "lab.toml"
    (tmp_path / "demo").mkdir()
    assert front.description_of("demo", is_kept=True) == usual
    (tmp_path / "demo" / "inventory.json").touch()
    assert front.description_of("demo", is_kept=True) == tmp_path / "demo" / "lab.toml"
    assert front.description_of("demo", is_kept=False) == usual


def test_it_needs_no_collection_that_is_installed() -> None:
    """`make setup` asks it for packages before there is an environment."""
    command = ["/usr/bin/env", "-i", "PATH=/usr/bin:/bin", "python3", str(FOLDER), "packages"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd="/")
    assert "qemu-system-x86" in done.stdout.splitlines()
