# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan as one value: the steps of a roll-out, what clients will notice, and what could not be read. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .._rules.finding import ADVICE, ERROR
from .clients import noticed
from .decisions import Decisions, decisions, real_servers
from .steps import COUNTS, PHASES, Step, steps
from .subject import Facts, Subject


@dataclass(frozen=True, order=True)
class Reason:
    """Why something is not known, or would end a roll-out. host: which one it is about, "" for no single host."""

    host: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """steps: in the order of a roll-out. clients: a sentence for each thing that they notice. unread: what could not be
    looked at, so that it is no part of the steps. refused: why a roll-out would end before it changes anything.
    unknown: what nobody can tell before a step is done. warnings: those of a roll-out, and what it leaves for later.
    """

    steps: tuple[Step, ...] = ()
    clients: tuple[str, ...] = ()
    unread: tuple[Reason, ...] = ()
    refused: tuple[Reason, ...] = ()
    unknown: tuple[Reason, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def hosts(self) -> dict[str, dict[str, int]]:
        """How much is added, changed and removed on each host."""
        counts: dict[str, dict[str, int]] = {}
        for step in self.steps:
            own = counts.setdefault(step.host, dict.fromkeys(COUNTS.values(), 0))
            for work in step.work:
                own.update({name: count + getattr(work, name) for name, count in own.items()})
        return dict(sorted(counts.items()))

    def document(self) -> dict[str, Any]:
        """The same, in values that JSON has."""
        return {
            "hosts": self.hosts,
            "steps": [
                {"step": phase, "hosts": [_of_host(step) for step in self.steps if step.phase == phase]}
                for phase in PHASES
                if any(step.phase == phase for step in self.steps)
            ],
            "clients": [*self.clients],
            **{name: [asdict(reason) for reason in getattr(self, name)] for name in ("unread", "refused", "unknown")},
            "warnings": [*self.warnings],
        }


def _of_host(step: Step) -> dict[str, Any]:
    return {"host": step.host, "work": [{**asdict(work), "commands": [*work.commands]} for work in step.work]}


def plan(subject: Subject) -> Plan:
    decided = decisions(subject)
    return Plan(
        steps=tuple(steps(subject, decided)),
        clients=tuple(noticed(subject, decided)),
        unread=tuple(sorted(_unread(subject))),
        refused=tuple(sorted({*_refused(subject, decided)})),
        unknown=tuple(sorted(_unknown(subject, decided))),
        warnings=tuple(
            dict.fromkeys([*(str(each) for each in decided.found if each.severity == ADVICE), *subject.former.later])
        ),
    )


def _unread(subject: Subject) -> Iterator[Reason]:
    yield from (Reason(host, reason) for host, reason in subject.every_unread.items())
    for host, name, part in _parts(subject):
        if "unread" in part:
            yield Reason(host, f"{name}: {part['unread']}")
    for examined in subject.examined:
        for host, report in examined.directors.items():
            if report["virtual_routers"] and report.get("journal") is None:
                yield Reason(host, "its journal, so it is not known which VIPs its keepalived.conf has now")


def _refused(subject: Subject, decided: Decisions) -> Iterator[Reason]:
    for each in decided.found:
        if each.severity == ERROR:
            yield Reason(each.host, f"{each.sentence} [{each.code}]")
    yield from (Reason("", reason) for reason in subject.former.refused)
    for host in real_servers(subject):
        if not subject.every_compared.get(host, {}).get("network", {}).get("systemd", True):
            yield Reason(host, "systemd does not run there, and a roll-out needs its units")
    for host, name, part in _parts(subject):
        if "refused" in part and not _waits_for_packages(host, decided):
            yield Reason(host, f"{name}: {'; '.join(part['refused'])}")


def _unknown(subject: Subject, decided: Decisions) -> Iterator[Reason]:
    for host, name, part in _parts(subject):
        if "refused" in part and _waits_for_packages(host, decided):
            packages = ", ".join(decided.ready[host].missing_packages)
            yield Reason(host, f"{name}, until {packages} is installed: {'; '.join(part['refused'])}")


def _waits_for_packages(host: str, decided: Decisions) -> bool:
    return host in decided.ready and bool(decided.ready[host].missing_packages)


def _parts(subject: Subject) -> Iterator[tuple[str, str, Facts]]:
    compared: Mapping[str, Mapping[str, Facts]] = subject.every_compared
    yield from ((host, name, part) for host, parts in compared.items() for name, part in parts.items())
