# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Programs of directors: the modules' own files, and they run alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._copies import FLOOR, METRICS, MODULE_UTILS, PACKAGE, started

programs = pytest.mark.parametrize("program", [METRICS, FLOOR], ids=str)


@programs
def test_its_files_are_those_of_the_modules(program: PurePosixPath) -> None:
    files = started(program)
    start = files.pop("__main__.py")
    assert f"from {PACKAGE}.{'.'.join(program.with_suffix('').parts)} import main" in start
    for path, text in files.items():
        assert text == (MODULE_UTILS / path.removeprefix(f"{PACKAGE}/")).read_text(encoding="utf-8")
    assert not any("import ansible" in text or "from ansible" in text for text in files.values())


@programs
def test_it_has_no_file_that_changes_the_host(program: PurePosixPath) -> None:
    names = {path.rpartition("/")[2] for path in started(program)}
    assert names & {"resource.py", "options.py", "_resource.py", "installed.py"} == set()


@programs
def test_it_runs_alone(tmp_path: Path, program: PurePosixPath) -> None:
    """Isolated from this collection and from what is installed; every import is found before anything is read."""
    for path, text in started(program).items():
        file = tmp_path / "program" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    words = [sys.executable, "-I", "-X", f"pycache_prefix={tmp_path}/cache", str(tmp_path / "program")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "IndexError: list index out of range", done.stderr
