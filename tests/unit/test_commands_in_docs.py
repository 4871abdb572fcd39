# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands and definitions in the documentation are such that Ansible and the collection take them."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.parameters import PLAYBOOKS
from ansible_collections.lvs.cluster.tests.cases.case import Inventory
from ansible_collections.lvs.cluster.tests.generate.files import PROJECT

PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]
NAMES = {path.stem for path in (PROJECT / "playbooks").glob("*.yml")}
MODULES = {path.stem for path in (PROJECT / "plugins/modules").glob("*.py")}
# Pages that show a whole inventory, each file of which begins with its name.
INVENTORIES = ["README.md", "docs/quick-start.md"]


def commands(page: Path, program: str) -> list[list[str]]:
    """The words of each line of a page that runs a program."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    shown = "".join(re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    lines = [line for line in shown.splitlines() if re.match(rf"\$ (\S+=\S+ )*{program} ", line)]
    return [shlex.split(line.removeprefix("$ "), comments=True) for line in lines]


def unknown(words: list[str]) -> list[str]:
    """What a command has for a playbook that it does not know."""
    names = [word.removeprefix("lvs.cluster.") for word in words if re.fullmatch(r"lvs\.cluster\.[a-z_]+", word)]
    known = {word for name in names for pair in PLAYBOOKS.get(name, {}).items() for word in (pair[0], pair[1].variable)}
    said = [value.partition("=")[0] for option, value in pairwise(words) if option == "-e"]
    parameters = [name for name in said if not name.startswith("@") and name not in known | {"lvs_cluster_name"}]
    return [*(name for name in names if name not in NAMES), *parameters]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_playbooks_are_called_with_their_parameters(page: Path) -> None:
    assert [(words, unknown(words)) for words in commands(page, "ansible-playbook") if unknown(words)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_modules_that_are_called_are_there(page: Path) -> None:
    called = [words[words.index("-m") + 1] for words in commands(page, "ansible")]
    assert [name for name in called if name.removeprefix("lvs.cluster.") not in MODULES] == []


def test_there_are_commands() -> None:
    assert sum(len(commands(page, "ansible-playbook")) for page in PAGES) > 50
    assert unknown(["ansible-playbook", "lvs.cluster.drain", "-e", "sever=web1"]) == ["sever"]
    assert unknown(["ansible-playbook", "lvs.cluster.drian"]) == ["drian"]


@pytest.mark.parametrize("name", INVENTORIES)
def test_an_inventory_that_is_shown_can_be_used(name: str, tmp_path: Path) -> None:
    text = (PROJECT / name).read_text(encoding="utf-8")
    files = re.findall(r"^```yaml\n# ((?:hosts|group_vars/\S+)\.yml)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert [path for path, _text in files] == ["hosts.yml", "group_vars/all.yml"]
    (tmp_path / "group_vars").mkdir()
    for path, shown in files:
        (tmp_path / path).write_text(shown, encoding="utf-8")
    (cluster,) = Inventory(tmp_path / "hosts.yml").clusters("lvs1").every
    assert [service.name for service in cluster.services] == ["shop"]
    assert cluster.realserver_hosts == ("web1", "web2")
