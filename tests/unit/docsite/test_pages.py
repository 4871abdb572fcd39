# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages of docs/ as the site has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.tests.docsite import pages


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Some pages in a project."""
    folder = tmp_path / "docs"
    (folder / "topologies").mkdir(parents=True)
    (folder / "verbs").mkdir()
    (tmp_path / "molecule").mkdir()
    return folder


def written(docs: Path, name: str, text: str) -> str:
    (docs / name).write_text(text, encoding="utf-8")
    return pages.page(docs, name)


@pytest.mark.parametrize(
    ("link", "on_the_site"),
    [
        ("[NAT](topologies/nat.md#routes)", "[NAT](topologies/nat.md#routes)"),
        ("[kinds](topologies)", "[kinds](topologies/index.md)"),
        ("[kinds](topologies/README.md)", "[kinds](topologies/index.md)"),
        ("[below](#below)", "[below](#below)"),
        ("[the scenarios](../molecule)", "the scenarios"),
        ("[keepalived](https://keepalived.org)", "[keepalived](https://keepalived.org)"),
        ("![a picture](pictures/nat.svg)", "![a picture](pictures/nat.svg)"),
    ],
)
def test_links_lead_to_pages_of_the_site(docs: Path, link: str, on_the_site: str) -> None:
    assert written(docs, "hosts.md", f"See {link}.\n") == f"See {on_the_site}.\n"


def test_a_file_that_is_shown_has_its_name_above_it(docs: Path) -> None:
    shown = written(docs, "topologies/nat.md", "<!-- inventory-examples/nat/hosts.yml -->\n```yaml\nall: {}\n```\n")
    assert shown == "```{code-block} yaml\n:caption: inventory-examples/nat/hosts.yml\n\nall: {}\n```\n"


def test_the_first_page_lists_each_section_once(docs: Path) -> None:
    first = written(
        docs,
        "README.md",
        "# Docs\n\n## Begin\n\n[A](a.md#b) [A](a.md)\n[T](topologies)\n\n## Reference\n\n[j](j.json)\n",
    )
    assert first.partition("[j](j.json)\n")[2] == (
        "\n```{toctree}\n:hidden:\n:caption: Begin\n\na\ntopologies/index\n```\n"
        "\n```{toctree}\n:hidden:\n:caption: Reference\n\nmodules/index\nmodules/ansible\n```\n"
    )


def test_a_page_lists_those_that_it_introduces(docs: Path) -> None:
    operations = written(docs, "operations.md", "[site](verbs/site.md) [hosts](hosts.md) [fix](verbs/fix.md)\n")
    assert operations.endswith("\n```{toctree}\n:hidden:\n\n/verbs/site\n/verbs/fix\n```\n")
    topologies = written(docs, "topologies/README.md", "[NAT](nat.md) [hosts](../hosts.md)\n")
    assert topologies.endswith("\n```{toctree}\n:hidden:\n\n/topologies/nat\n```\n")


def test_a_page_of_a_folder_is_named_as_a_web_server_does(docs: Path) -> None:
    written(docs, "topologies/README.md", "# Topologies\n")
    written(docs, "hosts.md", "# Hosts\n")
    assert [*pages.pages(docs)] == ["hosts.md", "topologies/index.md"]


def test_the_list_of_modules_has_a_name_and_no_list_of_sections() -> None:
    text = "Lvs.Cluster\n===========\n\n.. contents::\n   :local:\n   :depth: 1\n\nDescription\n"
    assert pages.module_page(text) == "Modules and roles\n=================\n\n\nDescription\n"
