# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages of docs/ as the site has them. They are written to be read in a repository, too, with links to folders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

# What GitHub shows of a folder, and what a web server does.
FOLDERS_PAGE, SITES_PAGE = "README.md", "index.md"
# Pages that introduce others, and the folder of these, which are listed in the order of the links.
INTRODUCES = {"operations.md": "verbs", "topologies/README.md": "topologies"}
# The section of the first page that also has what is made of the modules' documentation.
REFERENCE, MODULES = "Reference", ["modules/index", "modules/ansible"]
# How antsibull-docs begins the page that lists the modules and roles, and how the site does.
LISTED_AS = "Lvs.Cluster\n===========\n"
TITLE = "Modules and roles"

_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<path>[^)#:\s]+)(?P<anchor>#[^)\s]*)?\)")
_SHOWN_FILE = re.compile(r"^<!-- (\S+) -->\n```(\w+)\n", re.MULTILINE)
_OWN_CONTENTS = re.compile(r"^\.\. contents::\n(?: +:.*\n)+", re.MULTILINE)
_SECTION = re.compile(r"^## (?P<title>.*)\n(?P<body>(?:(?!## ).*\n?)*)", re.MULTILINE)


def pages(docs: Path) -> dict[str, str]:
    """The name of each page of the site, and its text."""
    return {
        _name(path.relative_to(docs).as_posix()): page(docs, path.relative_to(docs).as_posix())
        for path in sorted(docs.rglob("*.md"))
    }


def page(docs: Path, name: str) -> str:
    """The text of one page. name: relative to docs."""
    text = (docs / name).read_text(encoding="utf-8")
    contents = _contents(text) if name == FOLDERS_PAGE else _below(name, text)
    shown = _SHOWN_FILE.sub(r"```{code-block} \2\n:caption: \1\n\n", text)
    return _LINK.sub(lambda link: _linked(docs, name, link), shown) + "".join(contents)


def module_page(text: str) -> str:
    """A page of antsibull-docs, without the list of its sections, which the site has beside it."""
    return _OWN_CONTENTS.sub("", text).replace(LISTED_AS, f"{TITLE}\n{'=' * len(TITLE)}\n")


def _name(path: str) -> str:
    return str(PurePosixPath(path).with_name(SITES_PAGE)) if path.endswith(FOLDERS_PAGE) else path


def _linked(docs: Path, name: str, link: re.Match[str]) -> str:
    """The link as the site needs it; its words alone where it leads out of the documentation."""
    target = (docs / name).parent / link["path"]
    if not target.resolve().is_relative_to(docs.resolve()):
        return link["text"]
    path = f"{link['path'].rstrip('/')}/{FOLDERS_PAGE}" if target.is_dir() else link["path"]
    return f"[{link['text']}]({_name(path)}{link['anchor'] or ''})"


def _contents(text: str) -> Iterator[str]:
    """The sections of the first page, as the bar at the side has them."""
    for section in _SECTION.finditer(text):
        listed = [_document(name) for name in _pages_linked(section["body"])]
        yield _toctree([*listed, *(MODULES if section["title"] == REFERENCE else [])], section["title"])


def _below(name: str, text: str) -> Iterator[str]:
    """What a page introduces."""
    if name in INTRODUCES:
        folder = PurePosixPath(INTRODUCES[name])
        linked = (PurePosixPath(name).parent / path for path in _pages_linked(text))
        yield _toctree([f"/{path.with_suffix('')}" for path in linked if path.parent == folder])


def _pages_linked(text: str) -> Iterator[str]:
    """Each page, or folder, that is linked, once."""
    paths = (link["path"] for link in _LINK.finditer(text))
    return (path for path in dict.fromkeys(paths) if PurePosixPath(path).suffix in ("", ".md"))


def _document(path: str) -> str:
    return path.removesuffix(".md") if path.endswith(".md") else f"{path}/index"


def _toctree(documents: list[str], caption: str = "") -> str:
    options = [":hidden:", *([f":caption: {caption}"] if caption else [])]
    return "\n".join(["\n```{toctree}", *options, "", *documents, "```\n"])
