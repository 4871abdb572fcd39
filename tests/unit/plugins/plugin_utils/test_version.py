# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from ansible_collections.lvs.cluster.plugins.plugin_utils._version import collection_version

PROJECT = Path(__file__).resolve().parents[4]


def test_a_checkout_has_it_in_galaxy_yml() -> None:
    assert collection_version() == yaml.safe_load((PROJECT / "galaxy.yml").read_text(encoding="utf-8"))["version"]


def test_an_installed_collection_has_it_in_its_manifest(tmp_path: Path) -> None:
    (tmp_path / "galaxy.yml").write_text("version: 0.0.1\n", encoding="utf-8")
    (tmp_path / "MANIFEST.json").write_text(json.dumps({"collection_info": {"version": "1.2.3"}}), encoding="utf-8")
    assert collection_version(tmp_path) == "1.2.3"


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_a_damaged_file_stops_no_report(tmp_path: Path, text: str) -> None:
    (tmp_path / "galaxy.yml").write_text(text, encoding="utf-8")
    (tmp_path / "MANIFEST.json").write_text(text, encoding="utf-8")
    assert collection_version(tmp_path) == "unknown"
