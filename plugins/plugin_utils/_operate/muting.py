# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings that operators have muted: for how long, and when they are shown again because they have become worse.

The directors keep what is muted in a file, so that all operators see the same. A mute counts for what was there when it
was set; the clock of the controller says whether it is over.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from time import gmtime, strftime
from typing import Any

from .._rules.finding import ADVICE, ERROR, Finding
from .._rules.table import CODES
from .codes import unknown_codes

Mutes = Mapping[str, "Mute"]
_SEVERITIES = (ADVICE, ERROR)
# A file may be wrong: an end later than this, in seconds since 1970, does not count.
_LATEST = 2**40


@dataclass(frozen=True)
class Mute:
    """What was found of a code when it was muted. until: in seconds since 1970, by the clock of the controller.

    severity: of the finding. count: of how many things there were, in all findings. hosts: their names.
    """

    until: float
    severity: str
    count: int
    hosts: frozenset[str]

    def entry(self) -> dict[str, Any]:
        """As director_marks writes it."""
        return {
            "until": self.until,
            "severity": self.severity,
            "count": self.count,
            "hosts": sorted(self.hosts),
        }

    def covers(self, found: Collection[Finding], now: float) -> bool:
        """Whether it still holds, and what is found of its code now is no worse."""
        return (
            now < self.until
            and _extent(found) <= self.count
            and self.hosts.issuperset(_hosts_of(found))
            and all(_SEVERITIES.index(each.severity) <= _SEVERITIES.index(self.severity) for each in found)
        )


def _hosts_of(found: Iterable[Finding]) -> frozenset[str]:
    return frozenset(host for each in found for host in each.hosts)


def _extent(found: Iterable[Finding]) -> int:
    return sum(each.extent for each in found)


def written_in(text: str | None) -> dict[str, Mute]:
    """Code -> what the file of a director says of it. Entries that director_marks would not write do not count."""
    try:
        entries = json.loads(text or "{}")
    except ValueError:
        return {}
    return understood(entries) if isinstance(entries, dict) else {}


def understood(entries: Mapping[str, Any]) -> dict[str, Mute]:
    """Code -> mute, of the entries of such a file."""
    found = {code: _mute(entry) for code, entry in entries.items()}
    return {code: mute for code, mute in found.items() if mute is not None}


def _mute(entry: object) -> Mute | None:
    if not isinstance(entry, dict):
        return None
    until, severity, count, hosts = (entry.get(name) for name in ("until", "severity", "count", "hosts"))
    if not isinstance(until, (int, float)) or not 0 <= until < _LATEST or severity not in _SEVERITIES:
        return None
    if not isinstance(count, int) or not isinstance(hosts, list) or not all(isinstance(host, str) for host in hosts):
        return None
    return Mute(until, severity, count, frozenset(hosts))


def on_directors(reports: Mapping[str, Mapping[str, Any]]) -> dict[str, Mute]:
    """Code -> what is muted in a cluster, by what host_info has returned on its directors; the longest counts."""
    merged: dict[str, Mute] = {}
    for report in reports.values():
        for code, mute in written_in(report.get("muted")).items():
            merged[code] = max(merged.get(code, mute), mute, key=_length)
    return merged


def _length(mute: Mute) -> tuple[Any, ...]:
    """What decides which is longest; of equally long ones always the same, whichever director is asked first."""
    return mute.until, mute.count, mute.severity, sorted(mute.hosts)


def in_force(found: Collection[Finding], mutes: Mutes, now: float) -> dict[str, Mute]:
    """Of the mutes those that hold, by their codes. found: all findings in the cluster."""
    return {
        code: mute for code, mute in mutes.items() if mute.covers([each for each in found if each.code == code], now)
    }


@dataclass(frozen=True)
class Muting:
    """mutes: cluster -> what is muted there from now on. problems: why nothing is muted, a sentence for each reason."""

    mutes: Mapping[str, Mutes]
    problems: tuple[str, ...] = ()


def muting(
    clusters: Mapping[str, tuple[Collection[Finding], Mutes]], codes: Collection[str], seconds: int, now: float
) -> Muting:
    """clusters: of each that has a director to keep it, what is found and what is muted there.

    codes: to mute for so many seconds; 0 ends a mute.
    """
    problems = unknown_codes(codes)
    if not clusters:
        problems.append("No director has answered, and the directors keep what is muted")
    if seconds and not problems:
        there = {each.code for found, _mutes in clusters.values() for each in found}
        problems = [
            f"{code} {CODES[code].name} was not found, so there is nothing to mute"
            for code in codes
            if code not in there
        ]
    if problems:
        return Muting({}, tuple(problems))
    return Muting(
        {
            name: {
                **{code: mute for code, mute in mutes.items() if code not in codes and now < mute.until},
                **_new(found, codes, seconds, now),
            }
            for name, (found, mutes) in clusters.items()
        }
    )


def _new(found: Collection[Finding], codes: Collection[str], seconds: int, now: float) -> dict[str, Mute]:
    by_code = {code: [each for each in found if each.code == code] for code in codes}
    return {
        code: Mute(
            until=int(now) + seconds,
            severity=max((each.severity for each in each_found), key=_SEVERITIES.index),
            count=_extent(each_found),
            hosts=_hosts_of(each_found),
        )
        for code, each_found in by_code.items()
        if seconds and each_found
    }


def in_utc(until: float) -> str:
    """A time for people, as in "2026-12-01 03:00 UTC"."""
    return strftime("%Y-%m-%d %H:%M UTC", gmtime(until))


def stamp(until: float) -> str:
    """A time for programs, as in "2026-12-01T03:00:00Z"."""
    return strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(until))
