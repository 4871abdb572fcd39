# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Releases of keepalived and kernels with faults that a definition would meet: a rule for each entry of the table."""

from __future__ import annotations

from collections.abc import Iterator

from .._rules.rule import Code, Note, Rule, seen, whole
from .director_reports import DirectorReports
from .fault import KERNEL, KnownFault, as_text, release_of
from .known_faults import FAULTS


def _rule_of(fault: KnownFault) -> Rule:
    meaning = f"{fault.meets} {fault.releases} {fault.effect}."
    return Rule(
        Code(fault.code, fault.severity, fault.name, meaning, fault.way_round),
        whole,
        lambda subject: _found(fault, subject),
    )


def _found(fault: KnownFault, subject: DirectorReports) -> Iterator[Note]:
    release = release_of(subject.reports.get(subject.host, {}), fault.program)
    if release is None or not fault.is_in(release):
        return
    verb = "runs" if fault.program == KERNEL else "has"
    for place in fault.met(subject):
        yield seen(
            subject.host,
            f"{verb} {fault.program} {as_text(release)}",
            f"{place}. {fault.releases} {fault.effect}",
            fault.way_round.rstrip("."),
        )


OF_A_TABLE = tuple(map(_rule_of, FAULTS))
