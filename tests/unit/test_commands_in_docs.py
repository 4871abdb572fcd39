# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands and definitions in the documentation are such that Ansible and the collection take them.

Commands are the lines of console blocks, and code within sentences that begins with a program or a playbook. So are the
lines to type in what the collection prints, and in the examples of its modules. They are not run here: what they name
has to be there, and has to take what they give it.
"""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.parameters import parameters
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.parameters import PLAYBOOKS
from ansible_collections.lvs.cluster.tests.cases.case import Inventory
from ansible_collections.lvs.cluster.tests.generate.files import PROJECT
from ansible_collections.lvs.cluster.tests.unit.ansible_runs import ansible

PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").rglob("*.md"))]
PREFIX = "lvs.cluster."
# What a run of any playbook takes.
OF_ALL = {"lvs_cluster_name", "lvs_cluster_directors"}
# Pages that show a whole inventory, each file of which begins with its name.
INVENTORIES = ["README.md", "docs/quick-start.md"]
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")
# Programs of others, whose words are not looked at.
OTHERS = {"apt-get", "cat", "curl", "echo", "export", "git", "gpg", "sha256sum"}


def name_of(word: str) -> str:
    """The name in this collection, empty for what is none."""
    return word.removeprefix(PREFIX) if re.fullmatch(r"lvs\.cluster\.[a-z_]+", word) else ""


def is_there(*path: str) -> bool:
    return PROJECT.joinpath(*path).exists()


def pairs(words: str) -> dict[str, Any]:
    """What stands after -e or -a."""
    if words.startswith("{"):
        return dict(json.loads(words))
    return dict(pair.split("=", 1) for pair in shlex.split(words) if "=" in pair)


def after(words: list[str], *options: str) -> list[str]:
    return [value for option, value in pairwise(words) if option in options]


def of_a_playbook(words: list[str]) -> Iterator[str]:
    names = [name_of(word) for word in words[1:] if name_of(word)]
    if len(names) != 1:
        yield from (f"{len(names)} playbooks",) if words[-1] != "-i" else ()
        return
    (name,) = names
    if not is_there("playbooks", f"{name}.yml"):
        yield f"no playbook {name}"
        return
    known = {word for short, entry in PLAYBOOKS.get(name, {}).items() for word in (short, entry.variable)}
    said = {key: value for each in after(words, "-e") if not each.startswith("@") for key, value in pairs(each).items()}
    yield from (f"no parameter {key}" for key in said if key not in known | OF_ALL)
    if name in PLAYBOOKS:
        yield from map(str, parameters(name, {key: said[key] for key in said if key in known}, said).problems)
    tags = {tag for text in re.findall(r"tags: \[?([\w, ]+)", playbook(name)) for tag in text.split(", ")}
    wanted = {tag for each in after(words, "--tags") for tag in each.split(",")}
    yield from (f"no tag {tag}" for tag in sorted(wanted - tags))


def playbook(name: str) -> str:
    return (PROJECT / f"playbooks/{name}.yml").read_text(encoding="utf-8")


def of_a_module(words: list[str]) -> Iterator[str]:
    for module in map(name_of, after(words, "-m")):
        if not is_there("plugins/modules", f"{module}.py"):
            yield f"no module {module}"
            continue
        documented = import_module(f"ansible_collections.lvs.cluster.plugins.modules.{module}").DOCUMENTATION
        options = yaml.safe_load(documented).get("options", {})
        said = {key: value for each in after(words, "-a") for key, value in pairs(each).items()}
        yield from (f"no option {key}" for key in said if key not in options)
        for key in (key for key in said.keys() & options.keys() if isinstance(said[key], str)):
            values = said[key].split(",") if options[key]["type"] == "list" else [said[key]]
            choices = options[key].get("choices", values)
            yield from () if {*values} <= {*choices} else (f"{key} is none of {choices}",)


def of_make(words: list[str]) -> Iterator[str]:
    for word in words[1:]:
        variable, sign, value = word.partition("=")
        if sign:
            yield from () if re.search(rf"\b{variable}\b", MAKEFILE) else (f"no variable {variable}",)
            if variable == "SCENARIO" and not is_there("molecule", value):
                yield f"no scenario {value}"
        elif not re.search(rf"^{word}:", MAKEFILE, re.MULTILINE):
            yield f"no target {word}"


def of_python(words: list[str]) -> Iterator[str]:
    files = after(words, "-r") if "-m" in words else words[1:2]
    yield from (f"no file {file}" for file in files if not is_there(file))


def of_galaxy(words: list[str]) -> Iterator[str]:
    if words[1:3] not in (["collection", "install"], ["collection", "list"]):
        yield f"not looked at: {words[1:3]}"
    collections = [Path(word).name for word in words[3:] if not word.startswith("-")]
    wanted = r"|lvs\.cluster|lvs-cluster-([*]|VERSION|\d+\.\d+\.\d+)\.tar\.gz"
    yield from (f"no collection {name}" for name in collections if not re.fullmatch(wanted, name))


def of_documentation(words: list[str]) -> Iterator[str]:
    name = words[-1].removeprefix(PREFIX)
    (kind,) = after(words, "-t", "--type") or ["module"]
    places = {"module": ("plugins/modules", f"{name}.py"), "role": ("roles", name)}
    if name != "NAME" and not is_there(*places[kind]):
        yield f"no {kind} {name}"


def of_a_rulebook(words: list[str]) -> Iterator[str]:
    names = map(name_of, after(words, "--rulebook"))
    yield from (f"no rulebook {name}" for name in names if not is_there("extensions/eda/rulebooks", f"{name}.yml"))


PROGRAMS: dict[str, Callable[[list[str]], Iterator[str]]] = {
    "ansible-playbook": of_a_playbook,
    "ansible": of_a_module,
    "make": of_make,
    "python": of_python,
    "python3": of_python,
    "ansible-galaxy": of_galaxy,
    "ansible-doc": of_documentation,
    "ansible-rulebook": of_a_rulebook,
}


def commands(text: str) -> Iterator[list[str]]:
    """The words of each command of a page."""
    blocks = r"^```console\n(.*?)^```"
    for block in re.findall(blocks, text, re.MULTILINE | re.DOTALL):
        for line in re.findall(r"^\$ (.*)", block.replace("\\\n", " "), re.MULTILINE):
            yield shlex.split(line, comments=True)
    sentences = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    for code in re.findall(r"`([^`]+)`", sentences):
        first, _blank, rest = " ".join(code.split()).partition(" ")
        if rest and (first in PROGRAMS or name_of(first)):
            yield [*(["ansible-playbook"] if name_of(first) else []), first, *shlex.split(rest)]


# A line to type within text: it ends where something stands that is no option.
LINE = re.compile(
    r"(?:ansible(?:-playbook)? (?:[^\s;]+ )*?)?(?:-m )?lvs\.cluster\.[a-z_]+(?: --?[a-z-]+ (?:'[^']*'|[^\s;,()`]+))+"
)


def printed(path: Path) -> Iterator[list[str]]:
    """The words of each line to type in the strings of a file of Python; web1 stands for what is filled in."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    filled = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {id(value) for node in filled for value in node.values}
    texts = [
        "".join(part.value if isinstance(part, ast.Constant) else "web1" for part in node.values) for node in filled
    ]
    texts += [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts
    ]
    for text in texts:
        # An example goes on in the next line of its comment.
        for line in LINE.findall(" ".join(re.sub(r"\\?\n\s*#? ?", " ", text).split())):
            words = shlex.split(line.rstrip(".:"))
            yield words if words[0].startswith("ansible") else ["ansible-playbook", *words]


def wrong(words: list[str]) -> list[str]:
    """What a command names that is not there, or would not take what it is given."""
    environment = [word for word in words if re.match(r"[A-Z_]+=", word)] if words[:1] != ["make"] else []
    callbacks = [name_of(word.partition("=")[2]) for word in environment if word.startswith("ANSIBLE_STDOUT_CALLBACK=")]
    missing = [f"no callback {name}" for name in callbacks if not is_there("plugins/callback", f"{name}.py")]
    rest = [word for word in words if word not in environment]
    if not rest or rest[0] in OTHERS:
        return missing
    if rest[0] not in PROGRAMS:
        return [*missing, f"unknown program {rest[0]}"]
    return [*missing, *PROGRAMS[rest[0]](rest)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_what_commands_name_is_there(page: Path) -> None:
    found = [(shlex.join(words), wrong(words)) for words in commands(page.read_text(encoding="utf-8"))]
    assert [each for each in found if each[1]] == []


def test_lines_to_type_that_the_collection_prints_can_be_typed() -> None:
    found = [
        (str(path.relative_to(PROJECT)), shlex.join(words), wrong(words))
        for path in sorted((PROJECT / "plugins").rglob("*.py"))
        for words in printed(path)
    ]
    assert len(found) > 20
    assert [each for each in found if each[2]] == []


def test_a_line_to_type_is_found_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        'f"Drain it: ansible-playbook lvs.cluster.drain -e sever={name}."\n', encoding="utf-8"
    )
    (words,) = printed(tmp_path / "a.py")
    assert "no parameter sever" in wrong(words)


def test_there_are_commands() -> None:
    every = [words for page in PAGES for words in commands(page.read_text(encoding="utf-8"))]
    assert sum("ansible-playbook" in words for words in every) > 100
    assert sum(words[:1] == ["make"] for words in every) > 50


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("ansible-playbook lvs.cluster.drain -e sever=web1", "no parameter sever"),
        (
            "ansible-playbook lvs.cluster.drain -e server=web1 -e wait=perhaps",
            "wait: 'perhaps' is neither true nor false",
        ),
        ("ansible-playbook lvs.cluster.drain", "server: is missing; set it with -e server=web1"),
        ("ansible-playbook lvs.cluster.drian", "no playbook drian"),
        ("ansible-playbook lvs.cluster.site --tags prefligt", "no tag prefligt"),
        ("ANSIBLE_STDOUT_CALLBACK=lvs.cluster.plane ansible-playbook lvs.cluster.status", "no callback plane"),
        ("ansible lvs_directors -m lvs.cluster.ipvs_infos", "no module ipvs_infos"),
        ("ansible lvs_directors -m lvs.cluster.ipvs_real_server -a 'addres=web1'", "no option addres"),
        ("ansible lvs_directors -m lvs.cluster.ipvs_real_server -a 'state=drain'", "state is none of"),
        ("make tests", "no target tests"),
        ("make kernel TESTS=all", "no variable TESTS"),
        ("make molecule SCENARIO=nut", "no scenario nut"),
        ("python3 -m pip install -r requirement.txt", "no file requirement.txt"),
        ("ansible-galaxy collection install lvs-clusters-1.0.0.tar.gz", "no collection lvs-clusters"),
        ("ansible-doc -t role lvs.cluster.directors", "no role directors"),
        ("ansible-rulebook --rulebook lvs.cluster.drain", "no rulebook drain"),
        ("ipvsadmin -Ln", "unknown program ipvsadmin"),
    ],
)
def test_what_is_not_there_is_found(command: str, fault: str) -> None:
    (words,) = commands(f"```console\n$ {command}\n```\n")
    assert any(fault in found for found in wrong(words)), wrong(words)


def test_code_in_a_sentence_is_a_command_too() -> None:
    right, misspelt = commands("Type `lvs.cluster.fix -e\ncode=LVS811 --check`, and not `lvs.cluster.fix -e cod=1`.")
    assert wrong(right) == []
    assert wrong(misspelt)[0] == "no parameter cod"


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


@pytest.mark.parametrize(
    ("name", "file"), [("rolling", "update.yml"), ("rolling_directors", "upgrade.yml")], ids=lambda word: word
)
def test_tasks_that_are_shown_can_be_played(name: str, file: str, tmp_path: Path) -> None:
    text = (PROJECT / f"docs/verbs/{name}.md").read_text(encoding="utf-8")
    (shown,) = re.findall(rf"^```yaml\n# {file}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    (tmp_path / "shown.yml").write_text(shown, encoding="utf-8")
    play = [{"hosts": "all", "tasks": [{"ansible.builtin.import_tasks": "shown.yml"}]}]
    (tmp_path / "play.yml").write_text(yaml.safe_dump(play), encoding="utf-8")
    done = ansible(tmp_path, "playbook", "-i", "web1,", "--syntax-check", "play.yml")
    assert done.returncode == 0, done.stderr
