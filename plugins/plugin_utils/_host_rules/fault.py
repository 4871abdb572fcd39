# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A known fault of keepalived or of the kernel: the releases that have it, and what of a definition meets it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .director_reports import DirectorReports

Release = tuple[int, ...]
KEEPALIVED, KERNEL = "keepalived", "kernel"
# As the subject of a sentence.
IN_WORDS = {KEEPALIVED: "keepalived", KERNEL: "A kernel"}
# How a host's report calls the version of each.
REPORTED = {KEEPALIVED: "keepalived_version", KERNEL: "kernel_release"}


@dataclass(frozen=True)
class KnownFault:
    """One entry of the table.

    code, severity, name: as of a rule. program: KEEPALIVED or KERNEL. since, before: its releases, without `before`
    itself; None where they have no beginning or no end. meets: what of a definition meets it, and met: the places in
    a cluster's definition, in words, as a director would meet them. effect: what these releases do, after their name.
    way_round: what to do. sources: addresses of what is known of it.
    """

    code: str
    severity: str
    name: str
    program: str
    since: Release | None
    before: Release | None
    meets: str
    met: Callable[[DirectorReports], Iterator[str]]
    effect: str
    way_round: str
    sources: tuple[str, ...]

    def is_in(self, release: Release) -> bool:
        """Whether a release has the fault."""
        return (self.since or ()) <= release and (self.before is None or release < self.before)

    @property
    def releases(self) -> str:
        """Its releases, in words."""
        since = f"from {as_text(self.since)} on" if self.since else ""
        before = f"before {as_text(self.before)}" if self.before else ""
        return f"{IN_WORDS[self.program]} {' and '.join(filter(None, (since, before)))}"


def release_of(report: Mapping[str, Any], program: str) -> Release | None:
    """The release of a program that a host has reported: (2, 2, 7) for 2.2.7, (6, 1, 0) for 6.1.0-28-cloud-amd64.

    None where the host has not told.
    """
    told = re.match(r"\d+(\.\d+)*", str(report.get(REPORTED[program]) or ""))
    return tuple(map(int, told[0].split("."))) if told else None


def as_text(release: Release | None) -> str:
    return ".".join(map(str, release or ()))
