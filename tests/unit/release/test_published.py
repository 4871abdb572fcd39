# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes out with a version, and what is promised about it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import yaml

from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.parameters import PLAYBOOKS

PROJECT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(PROJECT / "tests" / "release"))
try:
    import licences
    import publish
finally:
    del sys.path[0]

STABILITY = (PROJECT / "docs" / "stability.md").read_text(encoding="utf-8")
MODULES = {path.stem for path in (PROJECT / "plugins/modules").glob("*.py")}
# What a list of packages looks like.
LIST = """\
six==1.17.0
    # via rfc3339-validator
colorama==0.4.6 ; sys_platform == 'win32'
    # via pytest
ansible-core==2.19.14 ; python_full_version < '3.12'
"""


def named(beginning: str, end: str) -> set[str]:
    """What the page names in a passage."""
    passage = STABILITY.partition(beginning)[2].partition(end)[0]
    return {*re.findall(r"`([a-z_]+)`", passage)}


def test_each_module_is_public_or_not() -> None:
    public, private = named("Public modules:", "\n\n"), named("that only playbooks and roles", ";")
    assert not public & private
    assert public | private == MODULES


def test_what_says_that_it_is_a_part_of_playbooks_is_not_public() -> None:
    public = named("Public modules:", "\n\n")
    parts = {
        name
        for name in MODULES
        if "A part of the playbook" in (PROJECT / f"plugins/modules/{name}.py").read_text(encoding="utf-8")
    }
    assert parts
    assert not parts & public


def test_playbooks_that_no_operator_starts_are_not_public() -> None:
    """What an operator starts has a page; all else is a part of it."""
    playbooks = {path.stem for path in (PROJECT / "playbooks").glob("*.yml")}
    started = {path.stem for path in (PROJECT / "docs/verbs").glob("*.md")} & playbooks
    assert {*PLAYBOOKS} <= started
    assert playbooks - started == named("the playbooks that others import", ", and")


def test_all_else_in_plugins_begins_with_an_underscore() -> None:
    folders = (PROJECT / "plugins" / name for name in ("module_utils", "plugin_utils"))
    names = {path.name for folder in folders for path in folder.iterdir() if path.name != "__pycache__"}
    assert {name for name in names if not name.startswith("_")} == set()


def test_what_no_owner_has_decided_is_listed() -> None:
    galaxy = yaml.safe_load((PROJECT / "galaxy.yml").read_text(encoding="utf-8"))
    page = (PROJECT / "docs/releasing.md").read_text(encoding="utf-8")
    for place in ("repository", "documentation", "homepage", "issues"):
        assert galaxy[place].startswith("https://")
        assert ("example.com" in galaxy[place]) <= (f"`{place}`" in page)


def test_licences_of_all_packages_are_listed() -> None:
    """`make licences` makes the page again."""
    page = licences.PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z0-9-]+) \| (.+) \|$", page.partition("## Packages")[2], re.MULTILINE)
    wanted = {name for file in licences.LISTS for name in licences.listed((PROJECT / file).read_text(encoding="utf-8"))}
    assert {name for name, _licence in rows} - {"package"} == wanted
    assert [name for name, licence in rows if licence == "UNKNOWN"] == []


def test_packages_of_another_system_are_left_out() -> None:
    assert licences.listed(LIST) == {"six", "ansible-core"}


def test_a_package_that_is_not_installed_is_no_page() -> None:
    with pytest.raises(KeyError):
        licences.page({"six": "MIT"}, ["six", "seven"])


def test_the_collection_needs_all_its_parts() -> None:
    document = {
        "components": [{"bom-ref": "b"}, {"bom-ref": "a"}],
        "dependencies": [{"ref": "a"}, {"ref": "b"}, {"ref": "root"}],
        "metadata": {"component": {"bom-ref": "root", "name": "lvs.cluster"}},
    }
    completed = publish.completed(document, "ff")
    assert completed["dependencies"] == [{"ref": "a"}, {"ref": "b"}, {"ref": "root", "dependsOn": ["a", "b"]}]
    assert completed["metadata"]["component"]["hashes"] == [{"alg": "SHA-256", "content": "ff"}]


def test_the_controller_needs_what_the_collection_says() -> None:
    needs = publish.controller_needs({"requires_ansible": ">=2.16.0"}, "# a comment\nnetaddr>=0.8.0\n")
    assert needs == ["ansible-core>=2.16.0", "netaddr>=0.8.0"]


def test_checksums_are_as_sha256sum_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "a.tar.gz"
    file.write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert publish.checksums([file]) == f"{empty}  a.tar.gz\n"


def test_the_readme_has_what_certification_asks_for() -> None:
    headings = re.findall(r"^## (.*)$", (PROJECT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    asked = "Description, Requirements, Installation, Use cases, Testing, Support, Release notes and roadmap, "
    asked += "Related information, License information"
    assert [heading for heading in headings if heading in asked.split(", ")] == asked.split(", ")
