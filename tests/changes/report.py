# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of changes found: in full in build/changes, as figures in results.json, as a page in docs/changes.md.

A row of results.json stays until its change is tried again: all changes take hours, and can be tried one by one.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal import laws as client_laws
from ansible_collections.lvs.cluster.tests.changes import catalogue, handmade

PROJECT = Path(__file__).resolve().parents[2]
FOUND = PROJECT / "build" / "changes"
RESULTS = Path(__file__).resolve().parent / "results.json"
PAGE = PROJECT / "docs" / "changes.md"
KINDS = ("changes", "adopted", "partial", "interrupted")
Row = Mapping[str, Any]
Results = Mapping[str, Mapping[str, Row]]  # kind -> name -> row

HEAD = """# Changes of a running cluster

This page shows what clients notice while a running cluster changes. `make changes` measured it on two directors with
keepalived and two real servers, with services over IPv4 and IPv6, TCP and UDP. A client sends requests to each service
all the time and watches which host answers for each VIP. The machines are emulated; real machines are faster. Each row
says when, and on which Debian release, it was tried.

Each of these is a breach:

- Two hosts answer for one VIP, except for the {handover} s in which one takes it over from the other.
- A host that is not a director answers for a VIP.
- A request gets no answer within five seconds.
- An open connection ends.
- Check mode changes something, or a second run does.
- What operators have set on real servers, such as a drain, is lost.
- The run changes what others have set up on the hosts.
- A password is shown.

If a change cannot be made without one of these, the row says which ones are allowed, and why."""
CHANGES = """
## Each change, and its way back

| change | requests that failed | longest wait (s) | connections that broke | moves of a VIP | breaches | tried |
|---|---|---|---|---|---|---|"""
ADOPTED = """
## From a cluster that was set up by hand

The existing setup is imported, checked and rolled out while the client watches; then the cluster is removed, and the
old setup works again. The directors' tables of virtual services are the same before and after the roll-out.

| existing setup | requests that failed | longest wait (s) | broken connections | moves of a VIP | breaches | tried |
|---|---|---|---|---|---|---|"""
PARTIAL = """
## With some of the hosts

The change is rolled out with `--limit`, or while a director is down; after that, it is rolled out to all hosts.

| change | first run | what this run did | breaches | tried |
|---|---|---|---|---|"""
INTERRUPTED = """
## Killed half way

For each task that changes a host, one run is killed after that task; then all hosts are rebooted, and the next run
finishes the change.

| change | killed after | breaches | tried |
|---|---|---|---|"""


def note(kind: str, name: str, found: Row) -> None:
    """Keep what was found about a change: in build/changes/KIND/NAME.json."""
    path = FOUND / kind / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"name": name, **found}, indent=1) + "\n", encoding="utf-8")


def noted(kind: str) -> Iterator[tuple[str, Row]]:
    """What build/changes has, as results.json keeps it."""
    for path in sorted((FOUND / kind).glob("*.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        release = os.environ.get("LAB_RELEASE", "bookworm")
        tried = f"{time.strftime('%Y-%m-%d', time.localtime(path.stat().st_mtime))}, {release}"
        yield found.pop("name"), {**_in_figures(found), "tried": tried}


def _in_figures(found: Row) -> Row:
    if "seen" in found:
        return {"figures": [*_figures(found["seen"])], "breaches": found["breaches"]}
    if "legs" not in found:
        return found
    legs = found["legs"].items()
    return {"legs": {way: {"figures": [*_figures(leg["seen"])], "breaches": leg["breaches"]} for way, leg in legs}}


def results() -> Results:
    """What is known of each kind."""
    known: Results = json.loads(RESULTS.read_text(encoding="utf-8"))
    return known


def page(known: Results) -> str:
    """The page of all that is known."""
    head = HEAD.format(handover=client_laws.HANDOVER_S)
    parts = [head, *_changes(known), *_adopted(known), *_partial(known), *_interrupted(known)]
    return "\n".join(parts) + "\n"


def _changes(known: Results) -> Iterator[str]:
    yield CHANGES
    for change in catalogue.changes():
        row = known["changes"].get(change.name)
        if row is None:
            yield _line(change.what, "not tried", *[""] * 5)
            continue
        for way, what in {"there": change.what, "back": "the same, reverted"}.items():
            leg = row["legs"][way]
            yield _line(what, *leg["figures"], _breaches(leg["breaches"], change.breaks), row["tried"])


def _figures(seen: Row) -> Iterator[str]:
    """Requests and how many failed, the longest wait, connections and how many broke, how often a VIP moved."""
    requests, kept = list(seen["requests"].values()), list(seen["kept"].values())
    failed = sum(len(each["failed"]) for each in requests)
    yield f"{failed} of {failed + sum(each['answered'] for each in requests)}"
    yield f"{max((each['longest'] for each in requests), default=0):.1f}"
    yield f"{sum(bool(each['failed']) for each in kept)} of {len(kept)}"
    yield str(max((len([*client_laws.handed_over(said)]) - 1 for said in seen["holders"].values()), default=0))


def _breaches(breaches: Sequence[str], breaks: Mapping[str, str]) -> str:
    kinds: dict[str, list[str]] = {}
    for what, why in breaks.items():
        kinds.setdefault(why, []).append(what)
    allowed = "; ".join(f"{' and '.join(what)} ({why})" for why, what in kinds.items())
    return "; ".join(breaches) or (f"none; allowed: {allowed}" if allowed else "none")


def _adopted(known: Results) -> Iterator[str]:
    yield ADOPTED
    for kind in handmade.KINDS:
        row = known["adopted"].get(kind.name)
        figures = [*row["figures"], _breaches(row["breaches"], {}), row["tried"]] if row else ["not tried", *[""] * 5]
        yield _line(kind.what, *figures)


def _partial(known: Results) -> Iterator[str]:
    yield PARTIAL
    for _name, row in sorted(known["partial"].items()):
        what = catalogue.change(row["change"]).what
        yield _line(what, row["hosts"], row["part"], _breaches(row["breaches"], row.get("allowed", {})), row["tried"])


def _interrupted(known: Results) -> Iterator[str]:
    yield INTERRUPTED
    for name, row in sorted(known["interrupted"].items()):
        for place, breaches in row["breaches"].items():
            yield _line(catalogue.change(name).what, place, _breaches(breaches, {}), row["tried"])


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Add what has been found to what was known, and write the page."""
    known = results()
    merged = {kind: dict(sorted({**known.get(kind, {}), **dict(noted(kind))}.items())) for kind in KINDS}
    RESULTS.write_text(json.dumps(merged, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(merged), encoding="utf-8")


if __name__ == "__main__":
    main()
