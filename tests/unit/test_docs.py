# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/netlink.md says of every command, attribute and flag what the code says of it, and of no others.

README.md names every ansible-core that is tried. Pages show inventories as the examples have them; no link is dead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs import wire
from ansible_collections.lvs.cluster.plugins.module_utils._netlink import attributes, ipvs
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.attributes import AttributeTable, Kind, Nested
from ansible_collections.lvs.cluster.plugins.modules import ipvs_services, ipvs_sync_daemon, ipvs_timeouts

COLLECTION = Path(__file__).resolve().parents[2]
PAGE = (COLLECTION / "docs/netlink.md").read_text(encoding="utf-8")
Row = dict[str, str]


def rows(heading: str) -> list[Row]:
    """Return the rows of the table below a heading, by the names of its columns."""
    (section,) = re.findall(rf"^#+ `?{heading}\b[^\n]*\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    header, _line, *body = (
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"
    )
    return [dict(zip(header, cells, strict=True)) for cells in body]


# Each table of the code: its heading in the page, and the column that has its types.
TABLES = {
    "COMMAND": ("IPVS_CMD_ATTR", "type"),
    "SERVICE": ("IPVS_SVC_ATTR", "type"),
    "DESTINATION": ("IPVS_DEST_ATTR", "type"),
    "DAEMON": ("IPVS_DAEMON_ATTR", "type"),
    "INFO": ("IPVS_INFO_ATTR", "type"),
    "STATS": ("IPVS_STATS_ATTR", "in STATS"),
    "STATS64": ("IPVS_STATS_ATTR", "in STATS64"),
}
# How the page writes a kind; the order of bytes says nothing of a single byte, or of a string.
WORDS = {
    attributes.U8: ("u8", ""),
    attributes.U16: ("u16", "host"),
    attributes.U32: ("u32", "host"),
    attributes.U64: ("u64", "host"),
    attributes.S32: ("s32", "host"),
    attributes.BE16: ("u16", "network"),
    attributes.PAIR: ("flags, mask: u32 each", "host"),
    attributes.TEXT: ("string", ""),
}


def words(kind: Kind, order: str) -> tuple[str, str]:
    """Return type and order of a kind as the page has them; the order of mere bytes is known to the page alone."""
    if isinstance(kind, Nested):
        return f"nested `{kind.table.prefix}`", ""
    return ("bytes", order) if kind is attributes.BINARY else WORDS[kind]


def test_every_table_of_the_code_has_its_table() -> None:
    assert TABLES.keys() == {name for name, value in vars(ipvs).items() if isinstance(value, AttributeTable)}


@pytest.mark.parametrize("name", TABLES)
def test_attributes_are_those_of_the_code(name: str) -> None:
    heading, column = TABLES[name]
    table: AttributeTable = getattr(ipvs, name)
    documented = rows(heading)
    orders = {row["name"]: row["order"] for row in documented}
    assert table.prefix == heading
    assert [(row["number"], row["name"], row[column], row["order"]) for row in documented] == [
        (str(number), attribute, *words(kind, orders.get(attribute, "")))
        for number, attribute, kind in table.attributes
    ]


def test_commands_are_those_of_the_code() -> None:
    commands = {name: value for name, value in vars(ipvs).items() if isinstance(value, int) and name != "VERSION"}
    assert {row["name"]: int(row["number"]) for row in rows("Commands")} == commands
    assert f"`{ipvs.FAMILY}` (`IPVS_GENL_NAME`), version {ipvs.VERSION}." in PAGE


def test_numbers_are_those_of_the_code() -> None:
    """Those that an option has a word for; a flag that is an option of its own has none."""
    numbers = {
        "scheduler_flags": wire.SCHEDULER_FLAG_BITS,
        "forward": wire.FORWARD_NUMBERS,
        "tunnel_type": wire.TUNNEL_NUMBERS,
        "tunnel_checksum": wire.CHECKSUM_NUMBERS,
        "persistence_timeout": {"": wire.FLAG_PERSISTENT},
        "one_packet": {"": wire.FLAG_ONE_PACKET},
    }
    documented: dict[str, dict[str, int]] = {}
    for row in rows("Flags and numbers in attributes"):
        if row["option"]:
            option, _blank, word = row["option"].replace("`", "").partition(" ")
            documented.setdefault(option, {})[word] = int(row["value"], 0)
    assert documented == numbers


def documented_by_the_module() -> Iterator[tuple[str, str]]:
    """Yield (the kernel's name, option) as the documentation of the modules has them."""
    listed, daemon, timeouts = (
        yaml.safe_load(module.DOCUMENTATION)["options"] for module in (ipvs_services, ipvs_sync_daemon, ipvs_timeouts)
    )
    services = listed["services"]["suboptions"]
    for options in (services, services["destinations"]["suboptions"], daemon, timeouts):
        for option, spec in options.items():
            for name in re.findall(r"C\((IPVS_\w+|IP_VS_\w+)\)", " ".join(spec["description"])):
                yield name, option


def documented_by_the_page() -> Iterator[tuple[str, str]]:
    for heading in ("IPVS_CMD_ATTR", "IPVS_SVC_ATTR", "IPVS_DEST_ATTR", "IPVS_DAEMON_ATTR"):
        for row in rows(heading):
            if row["option"]:
                yield f"{heading}_{row['name']}", row["option"].strip("`")
    for row in rows("Flags and numbers in attributes"):
        if row["in"] == "SVC_ATTR_FLAGS" and row["option"]:
            yield row["name"].partition(":")[0], row["option"].split()[0].strip("`")


def test_options_are_those_of_the_module() -> None:
    assert set(documented_by_the_page()) == set(documented_by_the_module())


CORES = (COLLECTION / "tests/cores.py").read_text(encoding="utf-8")


def test_the_readme_names_every_ansible_core_that_is_tried() -> None:
    readme = (COLLECTION / "README.md").read_text(encoding="utf-8")
    tried = re.findall(r'Core\("([0-9.]+)"', CORES)
    assert re.findall(r"^\| (2\.[0-9.]+) \|", readme, re.MULTILINE) == tried != []


def test_the_ansible_core_of_development_is_one_that_is_tried() -> None:
    requirements = (COLLECTION / "requirements-dev.txt").read_text(encoding="utf-8")
    (developed,) = re.findall(r"^ansible-core==(.*)$", requirements, re.MULTILINE)
    assert f'Core("{developed}"' in CORES


PAGES = [*sorted(COLLECTION.glob("*.md")), *sorted((COLLECTION / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(COLLECTION)))
def test_links_lead_to_something(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def shown(page: Path) -> list[tuple[str, str]]:
    """The files that a page shows, by name, with what it shows of them."""
    text = page.read_text(encoding="utf-8")
    return re.findall(r"^<!-- (\S+) -->\n```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", sorted((COLLECTION / "docs/topologies").iterdir()), ids=lambda page: page.stem)
def test_inventories_are_those_of_the_examples(page: Path) -> None:
    for name, text in shown(page):
        assert text == (COLLECTION / name).read_text(encoding="utf-8"), name


def test_every_example_is_shown() -> None:
    names = {name for page in PAGES for name, _text in shown(page)}
    examples = {path.parent for path in (COLLECTION / "inventory-examples").glob("*/hosts.yml")}
    assert {COLLECTION / name for name in names if name.endswith("hosts.yml")} == {
        path / "hosts.yml" for path in examples
    }


@pytest.mark.parametrize("page", sorted((COLLECTION / "docs/topologies").iterdir()), ids=lambda page: page.stem)
def test_each_inventory_comes_with_its_picture(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    examples = [name.split("/")[1] for name, _text in shown(page) if name.endswith("hosts.yml")]
    assert re.findall(r"^!\[The example ([\w-]+): .*\]\(\.\./pictures/\1\.svg\)$", text, re.MULTILINE) == examples


@pytest.mark.parametrize("page", sorted((COLLECTION / "docs/topologies").glob("[a-z]*.md")), ids=lambda page: page.stem)
def test_each_topology_says_what_it_cannot_do(page: Path) -> None:
    assert re.search(r"^## What (it|they) cannot do\n\n- ", page.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_readme_is_short() -> None:
    assert len((COLLECTION / "README.md").read_text(encoding="utf-8").split()) < 1350
