# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was found, one JSON file each below build/changes; and docs/changes.md, the table of all: `report.py`"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.lvs.cluster.tests.changes import catalogue

PROJECT = Path(__file__).resolve().parents[2]
FOUND = PROJECT / "build" / "changes"
PAGE = PROJECT / "docs" / "changes.md"
Row = Mapping[str, Any]

HEAD = """# Changes of a running cluster

What clients notice while a running cluster changes, as `make changes` found it on {date} with hosts of Debian
{release}: two directors with keepalived, two real servers, services over IPv4 and IPv6, TCP and UDP. A client asks each
service all the time and looks at who answers for each VIP. The machines are emulated: yours are faster.

A breach is: two hosts answer for one VIP, or one that is no director; a request is not answered within five seconds; an
open connection ends; check mode changes something; a second run changes something; what operators have said about real
servers is lost; what others have on the hosts is touched; a password is shown."""
CHANGES = """
## Each change, there and back

| change | requests that failed | longest wait (s) | connections that broke | moves of a VIP | breaches |
|---|---|---|---|---|---|"""
PARTIAL = """
## With some of the hosts

`--limit`, or a director that is down meanwhile; then the roll-out of all hosts.

| change, and with whom | the part | breaches |
|---|---|---|"""
INTERRUPTED = """
## Killed half way

After each task that had changed a host; then all hosts are booted anew, and the next run finishes the change.

| change | killed after | breaches |
|---|---|---|"""


def note(kind: str, name: str, found: Row) -> None:
    """Keep what was found about a change: in build/changes/KIND/NAME.json."""
    path = FOUND / kind / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"name": name, **found}, indent=1) + "\n", encoding="utf-8")


def noted(kind: str) -> list[Row]:
    paths = sorted((FOUND / kind).glob("*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def page() -> str:
    """The page of all that has been noted."""
    release = os.environ.get("LAB_RELEASE", "bookworm")
    parts = [HEAD.format(date=time.strftime("%Y-%m-%d"), release=release), *_changes(), *_partial(), *_interrupted()]
    return "\n".join(parts) + "\n"


def _changes() -> Iterator[str]:
    yield CHANGES
    found = {row["name"]: row for row in noted("changes")}
    for change in catalogue.changes():
        if change.name not in found:
            yield _line(change.what, "not run", "", "", "", "")
            continue
        for way, leg in found[change.name]["legs"].items():
            what = change.what if way == "there" else "the same, back"
            yield _line(what, *_figures(leg["seen"]), _breaches(leg["breaches"], change.breaks))


def _figures(seen: Row) -> Iterator[str]:
    """Requests and how many failed, the longest wait, connections and how many broke, how often a VIP moved."""
    requests, kept = list(seen["requests"].values()), list(seen["kept"].values())
    failed = sum(len(each["failed"]) for each in requests)
    yield f"{failed} of {failed + sum(each['answered'] for each in requests)}"
    yield f"{max((each['longest'] for each in requests), default=0):.1f}"
    yield f"{sum(bool(each['failed']) for each in kept)} of {len(kept)}"
    yield str(max((len(said) - 1 for said in seen["holders"].values()), default=0))


def _breaches(breaches: Sequence[str], breaks: Mapping[str, str]) -> str:
    reasons = [f"{what}: {why}" for what, why in breaks.items()]
    return "; ".join(breaches) or "none" + "".join(f" ({reason})" for reason in reasons)


def _partial() -> Iterator[str]:
    yield PARTIAL
    for row in noted("partial"):
        yield _line(
            row["name"], "refused" if row["refused"] else "done as far as is safe", _breaches(row["breaches"], {})
        )


def _interrupted() -> Iterator[str]:
    yield INTERRUPTED
    for row in noted("interrupted"):
        for place, breaches in row["breaches"].items():
            yield _line(row["name"], place, _breaches(breaches, {}))


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
