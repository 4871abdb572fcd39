# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every module that changes a host writes its change down. Which ones there are, their documentation says."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest
import yaml

COLLECTION = Path(__file__).resolve().parents[2]
NAMES = "ansible_collections.lvs.cluster.plugins"
CHANGES = "lvs.cluster.lvs.changes"
# It has no code on the host: its action runs the others.
WITHOUT_CODE = {"set_up"}


def documented(path: Path) -> list[str]:
    texts = importlib.import_module(f"{NAMES}.modules.{path.stem}").DOCUMENTATION
    fragments: list[str] = yaml.safe_load(texts).get("extends_documentation_fragment", [])
    return fragments


CHANGING = sorted(
    path.stem for path in (COLLECTION / "plugins/modules").glob("[!_]*.py") if CHANGES in documented(path)
)
# What ends in the history by itself: the road that resources take.
ROADS = {"run", "travel", "drain_or_activate"}


def called(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


def test_there_are_such_modules() -> None:
    assert {"ipvs_services", "keepalived", "director_marks", *WITHOUT_CODE} <= {*CHANGING}


@pytest.mark.parametrize("name", sorted({*CHANGING} - WITHOUT_CODE))
def test_it_ends_where_changes_are_written_down(name: str) -> None:
    path = COLLECTION / f"plugins/modules/{name}.py"
    assert called(path) & {*ROADS, "write_down"}
    assert "**ORIGIN" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CHANGING)
def test_its_action_tells_it_who_asks(name: str) -> None:
    action = (COLLECTION / f"plugins/action/{name}.py").read_text(encoding="utf-8")
    assert "(ChangingAction)" in action or '"origin": ' in action


def test_a_real_kernel_has_seen_each_of_them() -> None:
    """CASES of tests/kernel/test_history.py, which only a machine that may be changed can import."""
    tree = ast.parse((COLLECTION / "tests/kernel/test_history.py").read_text(encoding="utf-8"))
    (cases,) = (node.value for node in tree.body if isinstance(node, ast.AnnAssign) and node.target.id == "CASES")
    assert sorted(key.value for key in cases.keys) == sorted({*CHANGING} - WITHOUT_CODE)
