# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests import from the collection exists: most of them are only collected in the lab, many minutes later."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COLLECTION = "ansible_collections.lvs.cluster"


def checked() -> list[Path]:
    return sorted(path for folder in ("molecule", "tests") for path in (ROOT / folder).rglob("*.py"))


def file_of(module: str) -> Path | None:
    """The file of a module of the collection, its folder where it is a package without an `__init__.py`."""
    path = ROOT.joinpath(*module.split(".")[3:])
    candidates = (path.with_suffix(".py"), path / "__init__.py", path)
    return next((candidate for candidate in candidates if candidate.exists()), None)


@cache
def names_in(path: Path) -> frozenset[str]:
    """The names at the top of a module."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return frozenset(names)


def missing(text: str) -> Iterator[str]:
    """What a file imports from the collection that is not there."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.startswith(f"{COLLECTION}.")]
            yield from (name for name in names if file_of(name) is None)
        elif isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(f"{COLLECTION}."):
            module = str(node.module)
            path = file_of(module)
            if path is None:
                yield module
                continue
            known = names_in(path) if path.is_file() else frozenset()
            for alias in node.names:
                if alias.name not in known and file_of(f"{module}.{alias.name}") is None:
                    yield f"{module}.{alias.name}"


@pytest.mark.parametrize("path", checked(), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_file_imports_from_the_collection_exists(path: Path) -> None:
    assert list(missing(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "line",
    [
        f"from {COLLECTION}.plugins.module_utils._filter import programs",
        f"from {COLLECTION}.plugins.module_utils._programs import seek",
        f"from {COLLECTION}.plugins.module_utils._seek import find",
        f"import {COLLECTION}.plugins.module_utils._seek",
    ],
)
def test_a_moved_name_is_seen(line: str) -> None:
    assert len(list(missing(line))) == 1
