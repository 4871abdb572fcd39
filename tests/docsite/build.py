# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the documentation as a site that needs no network, without a warning. `make docs` runs it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from ansible_collections.lvs.cluster.tests.docsite import pages

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
DOCS = PROJECT / "docs"
SITE = PROJECT / "build" / "docs"
SOURCE, HTML = SITE / "source", SITE / "html"


def main() -> int:
    """Build all of it anew but for what Sphinx keeps of pages that are the same."""
    shutil.rmtree(SOURCE, ignore_errors=True)
    _write_pages()
    return _write_modules() or _make_html() or _say_where()


def _write_pages() -> None:
    shutil.copytree(DOCS, SOURCE, ignore=lambda _folder, names: [name for name in names if name.endswith(".md")])
    for name, text in pages.pages(DOCS).items():
        path = SOURCE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _write_modules() -> int:
    modules = SOURCE / "modules"
    modules.mkdir()
    options = ("--use-current", "--squash-hierarchy", "--no-add-antsibull-docs-version", "--fail-on-error")
    command = ["antsibull-docs", "collection", *options, f"--dest-dir={modules}", "lvs.cluster"]
    failed = subprocess.run(command, check=False).returncode
    if not failed:
        shutil.copy(HERE / "ansible.md", modules)
        (modules / "environment_variables.rst").unlink()  # there are none
        for path in modules.glob("*.rst"):
            path.write_text(pages.module_page(path.read_text(encoding="utf-8")), encoding="utf-8")
    return failed


def _make_html() -> int:
    options = ("--fail-on-warning", "--keep-going", "--quiet", "--jobs=auto")
    return subprocess.run(
        ["sphinx-build", *options, f"--conf-dir={HERE}", f"--doctree-dir={SITE / 'doctrees'}", SOURCE, HTML],
        check=False,
    ).returncode


def _say_where() -> int:
    print(f"Open in a browser: {(HTML / 'index.html').as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
