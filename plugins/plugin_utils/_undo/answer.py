# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbook undo answers: the way back to an earlier definition, and the plan of rolling that out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...module_utils._drain.files import concerns, number_in
from ...module_utils._places import STANDBY
from .._operate.answer import BAD, DEGRADED, DOUBTFUL, DOWN, GOOD, HEADING, PLAIN, Answer, Line, table, worst
from .._operate.history import entries_of, moment, what
from .._plan.answer import answer as of_plan
from .._plan.model import Plan
from .._plan.subject import Subject
from .choice import Choice, RolledOut

Reports = Mapping[str, Mapping[str, Any]]

# How many of the definitions that were rolled out people see; the document has all.
SHOWN = 10
_TONES = {"+": GOOD, "-": BAD, "@": HEADING}
PACKAGES = "Packages that roll-outs have installed stay installed"
# What modules do that no roll-out takes back, and what does.
_OTHERWISE = {
    "history": "by tasks of your own",
    "metrics": "ansible-playbook lvs.cluster.metrics -e lvs_metrics_state=absent",
}


@dataclass(frozen=True)
class WayBack:
    """choice: of the definition. today: the digest of today's inventory. kept: the digests that directors have kept.
    differences: of the two definitions, as lines of a diff. left: what is other than it was and stays. unread: the
    hosts whose history could not be read, with the reason. path: of the file of variables. command: what rolls them
    out. written: whether the file is there; in check mode it is not.
    """

    choice: Choice
    today: str
    kept: Sequence[str]
    differences: Sequence[str]
    left: Sequence[str]
    unread: Mapping[str, str]
    path: str
    command: str
    written: bool

    def document(self) -> dict[str, Any]:
        """The same, in values that JSON has."""
        return {
            "to": self.choice.to._asdict(),
            "today": self.today,
            "rolled_out": [{**each._asdict(), "kept": each.digest in self.kept} for each in self.choice.known],
            "differences": [*self.differences],
            "left": [*self.left],
            "unread": [{"host": host, "reason": reason} for host, reason in self.unread.items()],
            "file": self.path,
            "command": self.command,
            "written": self.written,
        }

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> WayBack:
        """told: what document() has returned."""
        known = [RolledOut(**{name: each[name] for name in RolledOut._fields}) for each in told["rolled_out"]]
        return cls(
            Choice(RolledOut(**told["to"]), tuple(known)),
            told["today"],
            [each["digest"] for each in told["rolled_out"] if each["kept"]],
            told["differences"],
            told["left"],
            {each["host"]: each["reason"] for each in told["unread"]},
            told["file"],
            told["command"],
            told["written"],
        )


def answer(way: WayBack, plan: Plan, subject: Subject, reports: Reports, reached: str) -> Answer:
    """The word is that of the plan; DEGRADED at least where a history could not be read, DOWN where the
    variables do not give the definition.

    reports: host -> what history_info has returned. reached: the digest of what was planned.
    """
    planned = of_plan(plan)
    stays = [*way.left, *_said_otherwise(subject), *_done_otherwise(reports, way.choice), PACKAGES]
    missed = reached != way.choice.to.digest
    words = [planned.word, *([DEGRADED] if way.unread else ()), *([DOWN] if missed else ())]
    own = "another definition" if missed else planned.said
    model = {**way.document(), "stays": stays, "reached": reached, "plan": planned.model}
    return Answer(worst(words), model, [*_lines(way, stays, planned.lines, reached)], own)


def _lines(way: WayBack, stays: Iterable[str], plan: Iterable[Line], reached: str) -> Iterator[Line]:
    to = way.choice.to
    yield from _known(way)
    yield Line(f"How the definition goes back to {to.digest}", HEADING)
    if way.differences:
        yield from (Line(line, _TONES.get(line[:1], PLAIN)) for line in way.differences)
    else:
        yield Line("The inventory has this definition today")
    yield Line()
    yield Line("What a definition does not undo", HEADING)
    yield from (Line(f"- {each}", DOUBTFUL) for each in stays)
    yield Line()
    yield from plan
    yield Line()
    for host, reason in way.unread.items():
        yield Line(f"{host}: its history could not be read: {reason}", BAD)
    if reached != to.digest:
        yield Line(
            f"With today's inventory the variables give the definition {reached} instead of {to.digest}: what differs "
            "stands above",
            BAD,
        )
    yield Line(f"{'Written' if way.written else 'Would be written'}: {way.path}. This carries it out:", HEADING)
    yield Line(f"  {way.command}")
    if way.differences:
        yield Line("Change the inventory in the same way: a roll-out without this file brings today's definition back.")


def _known(way: WayBack) -> Iterator[Line]:
    """The definitions that were rolled out, the latest last."""
    shown = way.choice.known[-SHOWN:]
    if len(shown) < len(way.choice.known):
        yield Line(f"{len(way.choice.known) - len(shown)} earlier ones left out; -e output=json has them", DOUBTFUL)
    rows = [(each.digest, moment(each.since), each.by, ", ".join(_notes(way, each))) for each in shown]
    heading, *lines = table([("DEFINITION", "SINCE", "BY", ""), *rows])
    yield Line(heading, HEADING)
    yield from map(Line, lines)
    if way.today != way.choice.in_force.digest:
        yield Line(f"The inventory has {way.today} today, which is not the one that was rolled out last", DOUBTFUL)
    yield Line()


def _notes(way: WayBack, each: RolledOut) -> Iterator[str]:
    if each == way.choice.to:
        yield "goes back to this one"
    if each == way.choice.in_force:
        yield "in force"
    if each.digest not in way.kept:
        yield "not kept"


def _said_otherwise(subject: Subject) -> Iterator[str]:
    """What operators have said and a roll-out leaves as it is: drains, weights, a director's standby."""
    for examined in subject.examined:
        servers = {
            server.address: server.host or server.address
            for service in examined.cluster.services
            for server in service.all_servers
        }
        for address, name in sorted(servers.items()):
            drained = [
                host
                for host, report in examined.directors.items()
                for file, content in (report.get("drains") or {}).items()
                if concerns(file, address) and number_in(content)
            ]
            if drained:
                where = ", ".join(dict.fromkeys(drained))
                yield (
                    f"{name} is drained, or has a weight of its own, on {where}: "
                    f"ansible-playbook lvs.cluster.activate -e server={name}"
                )
        for host, report in examined.directors.items():
            if STANDBY in report["files"]:
                yield f"{host} is in standby: ansible-playbook lvs.cluster.failover -e state=active -e director={host}"


def _done_otherwise(reports: Reports, choice: Choice) -> Iterator[str]:
    """What has been done since, other than by a roll-out."""
    for entry in entries_of(reports):
        if choice.undone_since and entry["time"] >= choice.undone_since and entry["module"] in _OTHERWISE:
            done = "; ".join(map(str, entry["commands"])) or what(entry)
            yield f"{entry['host']}, {moment(entry['time'])}, {done}: {_OTHERWISE[entry['module']]}"
