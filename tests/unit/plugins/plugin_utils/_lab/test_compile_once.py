# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import builtins
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

GUEST = Path(__file__).resolve().parents[5] / "plugins" / "plugin_utils" / "_lab" / "guest"
MODULE = GUEST / "usr" / "lib" / "python3" / "dist-packages" / "compile_once.py"
SOURCE = "def where():\n    return where.__code__.co_filename\n" + "#" * 2000


@pytest.fixture
def once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module, which keeps what it compiles in `tmp_path`, with the built-in function as it was."""
    built_in = builtins.compile
    specification = importlib.util.spec_from_file_location("compile_once", MODULE)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    try:
        specification.loader.exec_module(module)
    finally:
        builtins.compile = built_in
    monkeypatch.setattr(module, "KEPT", str(tmp_path))
    return module


def test_what_is_kept_does_the_same_under_the_name_that_it_has_now(
    once: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, again = {}, {}
    exec(once.compile(SOURCE, "first.py", "exec"), first)
    assert len(list(tmp_path.iterdir())) == 1
    monkeypatch.setattr(once, "compile_anew", None)
    exec(once.compile(SOURCE, "again.py", "exec"), again)
    assert (first["where"](), again["where"]()) == ("first.py", "again.py")


def test_a_source_is_the_same_as_text_and_as_bytes(once: ModuleType, tmp_path: Path) -> None:
    once.compile(SOURCE, "a.py", "exec", dont_inherit=True)
    once.compile(SOURCE.encode(), "a.py", "exec", dont_inherit=True)
    assert len(list(tmp_path.iterdir())) == 1


def test_another_source_is_another(once: ModuleType) -> None:
    one, other = {}, {}
    exec(once.compile("which = 1" + " " * 2000, "a.py", "exec"), one)
    exec(once.compile("which = 2" + " " * 2000, "a.py", "exec"), other)
    assert (one["which"], other["which"]) == (1, 2)


def test_what_the_caller_has_chosen_is_chosen(once: ModuleType) -> None:
    """This file evaluates no annotations, and so do sources that it has compiled."""
    found = {}
    exec(once.compile("x: 1 / 0 = 1\n" + "#" * 2000, "a.py", "exec"), found)
    with pytest.raises(ZeroDivisionError):
        exec(once.compile("x: 1 / 0 = 1\n" + "#" * 2000, "a.py", "exec", dont_inherit=True), found)


@pytest.mark.parametrize("source", ["1 +", "x = " + "(" * 3 + "#" * 2000])
def test_a_mistake_is_a_mistake(once: ModuleType, source: str, tmp_path: Path) -> None:
    with pytest.raises(SyntaxError, match=r"a\.py"):
        once.compile(source, "a.py", "exec")
    assert list(tmp_path.iterdir()) == []


def test_nobody_needs_the_folder(once: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "KEPT", "/nonexistent")
    found = {}
    exec(once.compile(SOURCE, "a.py", "exec"), found)
    assert found["where"]() == "a.py"


def test_the_core_of_mitogen_is_itself_and_called_with_its_own_words(tmp_path: Path) -> None:
    """As Mitogen starts it: a program on standard input, under a name that says so. Its folder is not here."""
    (tmp_path / "sitecustomize.py").write_text("import compile_once")
    program = "class ExternalContext:\n    def __init__(self, config): self.config = config\n"
    program += (
        "    def main(self): print(__name__, self.config, sys.modules['compile_once'].mitogen_core.co_filename)\n"
    )
    program += "import sys\n" + "#" * 100_000 + "\nExternalContext({'context_id': 7}).main()\n"
    told = subprocess.run(
        ["python3(mitogen:root@client)"],
        executable=sys.executable,
        input=program,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(MODULE.parent)))},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "__main__ {'context_id': 7} <stdin>\n"
