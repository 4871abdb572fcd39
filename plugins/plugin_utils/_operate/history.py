# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbook history answers: what this collection has changed on the hosts of a cluster, in order of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .answer import BAD, DEGRADED, DOUBTFUL, GOOD, HEADING, PLAIN, WELL, Answer, Line, counted

Entry = Mapping[str, Any]
# How many lines of each entry people see; the document has all that the host has kept.
SHOWN = 10
_TONES = {"+": GOOD, "-": BAD, "@": HEADING}


def answer(reports: Mapping[str, Mapping[str, Any]], last: int | None = None) -> Answer:
    """DEGRADED where a host could not be read. reports: host -> what history_info has returned, or why it has not.

    last: how many entries at most, of all hosts together.
    """
    read = {host: report for host, report in reports.items() if "entries" in report}
    entries, not_read = entries_of(read), unread(reports)
    left = 0 if last is None else max(0, len(entries) - last)
    model = {
        "entries": entries[left:],
        "earlier": left + sum(report["earlier"] for report in read.values()),
        "damaged": {host: report["damaged"] for host, report in sorted(read.items()) if report["damaged"]},
        "unread": not_read,
    }
    word, own = (DEGRADED, "incomplete") if not_read else (WELL, "complete")
    return Answer(word, model, [*_lines(model)], own)


def unread(reports: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    """The hosts whose history could not be read, each with the reason. reports: as answer() takes them."""
    return [
        {"host": host, "reason": str(report.get("msg", "it has not answered"))}
        for host, report in sorted(reports.items())
        if "entries" not in report
    ]


def entries_of(reports: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What has been changed on hosts, each entry with its host, in order of time. reports: as answer() takes them."""
    entries = [
        {"host": host, **entry} for host, report in sorted(reports.items()) for entry in report.get("entries", ())
    ]
    return sorted(entries, key=lambda entry: str(entry["time"]))  # of one second, in the order of each host


def _lines(model: Mapping[str, Any]) -> Iterator[Line]:
    if model["earlier"]:
        more = counted(model["earlier"], "earlier change")
        yield Line(f"{more} left out; -e last={model['earlier'] + len(model['entries'])} shows all", DOUBTFUL)
    for entry in model["entries"]:
        yield from _lines_of(entry)
    for host, damaged in model["damaged"].items():
        yield Line(f"{host}: {counted(damaged, 'line')} of its history cannot be read", DOUBTFUL)
    for each in model["unread"]:
        yield Line(f"{each['host']} could not be read: {each['reason']}", BAD)
    if not model["entries"] and not model["unread"]:
        yield Line("Nothing has been changed")


def _lines_of(entry: Entry) -> Iterator[Line]:
    yield Line(f"{moment(entry['time'])}  {entry['host']}  {entry['module']}: {what(entry)}", HEADING)
    yield Line(f"    by {who(entry)}")
    if entry["failure"]:
        yield Line(f"    failed: {entry['failure']}", BAD)
    lines = [(f"    {command}", PLAIN) for command in entry["commands"]]
    lines += [(f"    {line}", _TONES.get(str(line)[:1], PLAIN)) for line in entry["diff"]]
    yield from (Line(text, tone) for text, tone in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield Line(f"    ... and {counted(len(lines) - SHOWN, 'more line')}; -e output=json has them")


def moment(time: str) -> str:
    """A moment as people read it: 2026-11-30 08:15:02 UTC."""
    return time.replace("T", " ").replace("Z", " UTC")


def what(entry: Entry) -> str:
    """How much has been changed, and in which files."""
    numbers = [f"{number} {word}" for word, number in entry["counts"].items() if number]
    files = [str(path) for path in entry["files"]]
    named = files if len(files) <= 2 else [*files[:2], counted(len(files) - 2, "more file")]
    return ", ".join([*numbers, *named]) or counted(len(entry["commands"]), "command")


def who(entry: Entry) -> str:
    """Who asked for it, from which definition, and who was logged in."""
    origin, login = entry["origin"], entry["login"]
    definitions = [f"{name} {digest}" for name, digest in dict(origin.get("definitions") or {}).items()]
    words = [
        origin.get("user") or "somebody on the host",
        origin.get("playbook") and f"with {origin['playbook']}",
        definitions and f"from the definition {', '.join(definitions)}",
    ]
    where = [
        login.get("user") and f"as {login['user']}",
        login.get("address") and f"from {login['address']}",
    ]
    asked, logged_in = (" ".join(str(word) for word in part if word) for part in (words, where))
    return f"{asked}, logged in {logged_in}" if logged_in else asked
