# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site that `make docs` has built, as a browser shows it without a network: at two widths, in light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.tests.docsite.build import HTML
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._report.browser import Browser, Tab

SHOWN = ["index.html", "operations.html", "rules.html", "topologies/nat.html", "modules/ipvs_services_module.html"]
# What Furo puts where it finds a page that does not suit it.
SCOLDED = "document.body.innerText.includes('ERROR:')"
GROUND = "getComputedStyle(document.body).backgroundColor"
FOUND = """new Promise(done => setInterval(() => {
    const found = [...document.querySelectorAll('#search-results li a')].map(link => link.getAttribute('href'));
    if (document.body.innerText.includes('Search finished')) done(found.join(' '));
}, 50))"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(19, 20, 22)")])
@pytest.mark.parametrize("name", SHOWN)
def test_a_page_fits_and_asks_nobody(browser: Browser, name: str, scheme: str, ground: str, width: int) -> None:
    tab = Tab(browser, HTML / name, width, scheme)
    assert [url for url in tab.requests if not url.startswith(("file:", "data:"))] == []
    assert tab.complaints == []
    assert tab.value("document.documentElement.scrollWidth") <= width
    assert tab.value(GROUND) == ground
    assert not tab.value(SCOLDED)
    tab.close()


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("persistence_timeout", "reference/services.html"),
        ("LVS811", "rules.html"),
        ("drain", "operations.html"),
        ("ipvs_sync_daemon", "modules/ipvs_sync_daemon_module.html"),
    ],
)
def test_the_search_finds_without_a_server(browser: Browser, words: str, page: str) -> None:
    # A path that as_uri() makes has no query: the page asks itself for it.
    tab = Tab(browser, HTML / "search.html", 1280, "light")
    tab.value(f"Search.performSearch({words!r})")
    assert page in tab.value(FOUND)
    tab.close()


def test_every_page_of_the_documentation_is_there() -> None:
    docs = Path(__file__).resolve().parents[2] / "docs"
    names = {
        path.relative_to(docs).with_suffix("").as_posix().replace("README", "index") for path in docs.rglob("*.md")
    }
    assert {name for name in names if not (HTML / f"{name}.html").exists()} == set()
