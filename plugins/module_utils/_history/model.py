# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the history of a host says of one change, and which of its entries are asked for. Pure. Private."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from difflib import unified_diff
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence

# Items of each list in an entry, and characters of each text; the counts are always complete.
LIST_LIMIT = 200
TEXT_LIMIT = 2000
TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
ORIGIN = ("user", "playbook", "definitions")
_AGE = re.compile(r"([0-9]{1,6})(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_MOMENTS = ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")


class Entry(NamedTuple):
    """What one call has changed.

    time: when it had done so, in UTC, as TIME_FORMAT has it. module: its name without that of the collection.
    origin: what the controller says - user, playbook, and definitions: cluster -> digest. login: what the host knows of
    who is logged in - user and address, each "" where it is unknown. counts, plan, commands: as the module returns
    them; files: the paths of those that it has written or removed. diff: of these, as lines, where no counts say what
    has changed. failure: how the call has failed; what it was to do may then be done only in part, or be undone.
    """

    time: str
    module: str
    origin: Mapping[str, Any]
    login: Mapping[str, str]
    counts: Mapping[str, int]
    plan: Mapping[str, Sequence[Any]]
    commands: Sequence[str]
    files: Sequence[str]
    diff: Sequence[str]
    failure: str = ""


def entry(
    time: str, module: str, said: Mapping[str, Any], login: Mapping[str, str], result: Mapping[str, Any], failure: str
) -> Entry:
    """Return the entry for a module's result. said: the module's option origin."""
    diffs = [each for each in result.get("diff", ()) if str(each.get("after_header", "")).startswith("/")]
    counts = result.get("counts", {})
    return Entry(
        time,
        module,
        {name: _cut(said[name]) for name in ORIGIN if said.get(name)},
        login,
        counts,
        {name: _cut(list(steps)) for name, steps in result.get("plan", {}).items() if steps},
        _cut(list(result.get("commands", ()))),
        _cut([each["after_header"] for each in diffs]),
        [] if any(counts.values()) else _cut([line for each in diffs for line in _lines(each)]),
        _cut(failure),
    )


def _lines(diff: Mapping[str, str]) -> Iterator[str]:
    before, after = diff["before"].splitlines(), diff["after"].splitlines()
    yield from unified_diff(before, after, diff["before_header"], diff["after_header"], n=0, lineterm="")


def _cut(value: Any) -> Any:
    """Return a value with its texts and lists cut off at the limits, and a note of how much of a list is left out."""
    if isinstance(value, str):
        return value if len(value) <= TEXT_LIMIT else f"{value[:TEXT_LIMIT]}..."
    if isinstance(value, Mapping):
        return {str(key): _cut(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        first = [_cut(each) for each in value[:LIST_LIMIT]]
        left = len(value) - LIST_LIMIT
        return [*first, f"... and {left} more, left out of the history"] if left > 0 else first
    return value


def stamp(moment: datetime) -> str:
    """Return a moment as the history has it."""
    return moment.astimezone(timezone.utc).strftime(TIME_FORMAT)


def beginning(since: str, now: datetime) -> str:
    """Return the moment from which on entries are asked for, as the history has it. ValueError where it is none.

    since: a date or a moment in UTC, such as 2026-11-30 or 2026-11-30T08:15, or an age such as 90m, 2h or 7d.
    """
    age = _AGE.fullmatch(since)
    if age:
        try:
            return stamp(now - timedelta(**{_UNITS[age[2]]: int(age[1])}))
        except OverflowError:
            return ""  # before all time
    given = since.strip().replace(" ", "T").rstrip("Z")
    for form in _MOMENTS:
        try:
            return datetime.strptime(given, form).strftime(TIME_FORMAT)
        except ValueError:
            continue
    raise ValueError(
        f"since: {since!r} is not a moment; give one in UTC such as 2026-11-30 or 2026-11-30T08:15, or an age such as "
        "90m, 2h or 7d"
    )


class Found(NamedTuple):
    """entries: in order of time. earlier: how many before them were asked for and are left out."""

    entries: List[Dict[str, Any]]
    earlier: int


def selected(entries: Sequence[Mapping[str, Any]], begin: str, last: Optional[int]) -> Found:
    """Return the entries since a moment, no more than the last of them."""
    fitting = sorted((dict(each) for each in entries if each["time"] >= begin), key=lambda each: each["time"])
    left = 0 if last is None else max(0, len(fitting) - last)
    return Found(fitting[left:], left)
