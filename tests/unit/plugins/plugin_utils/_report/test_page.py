# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page as a parser of HTML sees it: no text of a host or an inventory is more than text there."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.doctor import judged
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.muting import Mute
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.about import About
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.page import page
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.text import plain
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._report.pictures import TEXTS
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._report.subjects import (
    CHANGE,
    FINDING,
    hostile,
    pair,
    subject,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import service

ABOUT = About("2026-11-30 13:20 UTC", [("ansible-core", "2.19.14")])
VOID = {"meta"}


class Read(HTMLParser):
    """elements: how many there are of each, with the names of their attributes. text: all that is shown."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: Counter[tuple[str, frozenset[str]]] = Counter()
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.nested = True
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag, frozenset(name for name, _value in attrs)] += 1
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.nested = self.nested and bool(self.open) and self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.open[-1] if self.open else "", []).append(data)

    def values(self, name: str) -> list[str]:
        return [value for its, value in self.attributes if its == name]

    def tags(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for (tag, _names), number in self.elements.items():
            found[tag] += number
        return found


def read(*subjects: object) -> Read:
    return Read(page(list(subjects), ABOUT, "mark"))  # type: ignore[arg-type]


@given(TEXTS)
def test_no_text_becomes_an_element(text: str) -> None:
    """Whatever the names are, there are the same elements as with harmless ones, but for lines within the picture."""
    found, harmless = read(hostile(text)), read(hostile("x"))
    assert found.nested
    assert found.open == []
    lines = {"text", "g", "path"}
    assert {what: number for what, number in found.elements.items() if what[0] not in lines} == {
        what: number for what, number in harmless.elements.items() if what[0] not in lines
    }
    assert {*found.elements} == {*harmless.elements}
    shown = " ".join("".join(found.texts["th"]).split())
    assert plain(f"{text}0 192.0.2.21:80") in shown


def test_it_asks_for_nothing_and_runs_nothing() -> None:
    found = read(subject(failed=["192.0.2.21"], findings=[FINDING]))
    tags = found.tags()
    assert not {"script", "link", "img", "iframe", "object", "form", "base", "image", "use", "foreignObject"} & {*tags}
    assert not [
        name for name, _value in found.attributes if name.startswith("on") or name in ("src", "srcset", "style")
    ]
    assert found.values("href") == ["#content"]
    style = "".join(found.texts["style"])
    assert "url(" not in style
    assert "@import" not in style
    assert "default-src 'none'" in found.values("content")[0]


def test_it_can_be_heard() -> None:
    """One heading of the first order, a caption for each table, and names that are there for all that has one."""
    found = read(subject(failed=["192.0.2.21"], drained=["192.0.2.22"], findings=[FINDING]), subject())
    tags = found.tags()
    assert (tags["h1"], tags["main"], tags["header"], tags["footer"]) == (1, 1, 1, 1)
    assert tags["caption"] == tags["table"] > 4
    assert found.values("lang") == ["en"]
    ids = found.values("id")
    assert len(ids) == len({*ids})
    referred = {name for value in found.values("aria-labelledby") for name in value.split()}
    assert referred <= {*ids}
    assert {*found.values("scope")} == {"col", "row"}


def test_it_says_what_is_wrong_and_what_to_paste() -> None:
    found = read(subject(failed=["192.0.2.21"], drained=["192.0.2.22"], findings=[FINDING]))
    assert "".join(found.texts["h1"]) == "lvs_directors"
    assert "ip address add 192.0.2.198/32 dev lo" in found.texts["code"]
    cells = [text.strip() for text in [*found.texts["td"], *found.texts["span"]]]
    assert "HTTP_CHECK on service [192.0.2.21]:tcp:80 failed after 1 retries." in cells
    assert {"failed", "drained", "0 of 2 serving", "192.0.2.22"} <= {*cells}
    assert {"6.1.0-57-cloud-amd64", "2.2.7", "debian 12"} <= {*cells}
    assert (
        "web1 192.0.2.21:80 of tcp 192.0.2.198:80 is not in the table: its health check has failed" in found.texts["li"]
    )


def test_it_says_what_has_been_changed_last() -> None:
    history = {"entries": [{**CHANGE, "failure": "No space left on device"}], "unread": ""}
    found = read(subject(history=history))
    assert "2026-11-30 08:15:02 UTC" in found.texts["th"]
    assert {"host_network: 1 added, /etc/lvs/network.batch", "Failed: No space left on device"} <= {*found.texts["td"]}
    away = read(subject(history={"entries": [], "unread": "Permission denied"}))
    assert "The history could not be read on lvs1: Permission denied" in away.texts["p"]


def test_what_operators_have_muted_is_told_and_does_not_count() -> None:
    muted = {"LVS811": Mute(7200.0, "error", 1, frozenset({"web1"}))}
    judged_now = judged("lvs_directors", [FINDING], muted, 3600.0)
    found = read(replace(subject(), findings=judged_now))
    spans = " ".join(" ".join(found.texts["span"]).split())
    assert "muted until 1970-01-01" in spans
    assert "0 errors, 0 warnings" in found.texts["p"]


def test_much_is_folded() -> None:
    hosts = {f"web{number}": {"ansible_host": f"10.1.0.{number + 10}"} for number in range(1, 61)}
    cluster = pair(
        *[service(name=f"shop{number}", port=80 + number) for number in range(30)],
        groups={"web": [*hosts]},
        hosts=hosts,
    )
    found = read(subject(cluster, failed=["10.1.0.12"]))
    opened = sum(number for (tag, names), number in found.elements.items() if tag == "details" and "open" in names)
    assert opened == 4
    summaries = " ".join("".join(found.texts["summary"]).split())
    assert summaries.count("59 more real servers") == 30
    assert "22 more" in summaries  # reasons
    assert "60 more" in summaries  # hosts
