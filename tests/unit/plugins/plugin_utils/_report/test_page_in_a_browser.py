# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page in Chromium, as people see it: on a phone and on a desk, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._report.about import About
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.drawn import drawn
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.page import page
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.palette import DARK, LIGHT
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.subject import Subject
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._report.browser import Browser, Tab
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._report.subjects import (
    FINDING,
    hostile,
    pair,
    subject,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import service

ABOUT = About("2026-11-30 13:20 UTC", [("ansible-core", "2.19.14")])
LONG = "a-very-long-name-of-a-host-without-any-place-to-break.in.some.zone.of.example.net"
_WORDS = ("</script><script>document.title='taken'</script>", "<img src=http://192.0.2.9/x onerror=alert(1)>")


def _clusters() -> dict[str, list[Subject]]:
    mixed = pair(
        service(forward="nat"),
        service(name="mail", address="192.0.2.199", port=25, forward="tun", real_servers=[{"host": "six1"}]),
        service(name="near", port=443, real_servers=[{"host": "named"}]),
        hosts={
            **{f"web{number}": {"ansible_host": f"10.0.0.2{number}"} for number in (1, 2)},
            "six1": {"ansible_host": "198.51.100.7"},
            "named": {"ansible_host": "192.0.2.77"},
        },
        cluster={"vips": [{"address": "10.0.0.1", "gateway": True}]},
    )
    many = {f"web{number}": {"ansible_host": f"10.1.0.{number + 10}"} for number in range(1, 101)}
    shops = [service(name=f"shop{number}", address=f"192.0.2.{100 + number}") for number in range(20)]
    large = pair(*shops, groups={"web": [*many]}, hosts=many)
    return {
        "ill": [subject(failed=["192.0.2.21"], drained=["192.0.2.22"], findings=[FINDING])],
        "mixed": [subject(mixed, away=["lvs2"])],
        "large": [subject(large, failed=["10.1.0.12"], drained=[f"10.1.0.{number}" for number in range(20, 30)])],
        "hostile": [hostile("".join(_WORDS)), hostile(LONG)],
    }


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("browser")) as found:
        yield found


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    paths = {name: folder / f"{name}.html" for name in _clusters()}
    for name, subjects in _clusters().items():
        paths[name].write_text(page(subjects, ABOUT, "mark"), encoding="utf-8")
    return paths


# Of each text that is seen: the contrast of its colour with the ground behind it (WCAG 2.2, 1.4.3).
_CONTRASTS = """
(() => {
  const parts = (colour) => colour.match(/[0-9.]+/g).map(Number);
  const light = (colour) => {
    const [red, green, blue] = parts(colour).slice(0, 3).map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = (element) => {
    const card = element.closest(".node")?.querySelector(".card");
    if (card) return getComputedStyle(card).fill;
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((parts(colour)[3] ?? 1) > 0.99) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  for (const element of document.body.querySelectorAll("*")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.checkVisibility() || element.closest("title, desc, style")) continue;
    const its = getComputedStyle(element);
    const pair = [light(element.closest("svg") ? its.fill : its.color), light(ground(element))].sort((a, b) => b - a);
    found.push([(pair[0] + 0.05) / (pair[1] + 0.05), element.textContent.trim().slice(0, 40)]);
  }
  return found;
})()
"""
# Each text of the picture that is shown, and how far it reaches out of the picture and out of the card of its node.
_LABELS = """
[...document.querySelectorAll("svg text")].filter((text) => text.checkVisibility()).map((text) => {
  const inside = text.getBBox(), all = text.ownerSVGElement.viewBox.baseVal;
  const card = text.closest(".node")?.querySelector(".card").getBBox() ?? all;
  const out = (box) => Math.max(box.x - inside.x, box.y - inside.y, inside.x + inside.width - box.x - box.width,
    inside.y + inside.height - box.y - box.height);
  return [out(all), out(card), text.textContent];
})
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["ill", "mixed", "large", "hostile"])
def test_it_is_seen_as_a_whole(browser: Browser, pages: dict[str, Path], name: str, width: int, scheme: str) -> None:
    tab = Tab(browser, pages[name], width, scheme)
    try:
        assert tab.requests == [pages[name].as_uri()]
        assert tab.complaints == []
        assert tab.value("document.title").startswith("LVS report: ")
        assert tab.value("document.documentElement.scrollWidth") <= width
        assert tab.value("document.querySelectorAll('script, img').length") == 0
        _assert_readable(tab, LIGHT if scheme == "light" else DARK)
        _assert_inside(tab)
    finally:
        tab.close()


def _assert_readable(tab: Tab, colours: Any) -> None:
    red, green, blue = (int(colours["ground"][at : at + 2], 16) for at in (1, 3, 5))
    assert tab.value("getComputedStyle(document.body).backgroundColor") == f"rgb({red}, {green}, {blue})"
    found = tab.value(_CONTRASTS)
    assert len(found) > 30
    assert [each for each in found if each[0] < 4.5] == []


def _assert_inside(tab: Tab) -> None:
    labels = tab.value(_LABELS)
    assert len(labels) > 12
    assert [label for label in labels if label[0] > 0 or label[1] > 0] == []


@pytest.mark.parametrize(("width", "shown"), [(390, "narrow"), (1280, "wide")])
def test_one_picture_is_shown(browser: Browser, pages: dict[str, Path], width: int, shown: str) -> None:
    tab = Tab(browser, pages["ill"], width, "light")
    try:
        seen = "[...document.querySelectorAll('svg')].filter((each) => each.checkVisibility())"
        assert tab.value(f"{seen}.map((each) => each.parentElement.className)") == [f"for-{shown}"]
        titles = tab.value(f"[...{seen}[0].querySelectorAll('.node > .name')].map((each) => each.textContent)")
        assert titles == [node.title for node in drawn(_clusters()["ill"][0]).nodes]
    finally:
        tab.close()
