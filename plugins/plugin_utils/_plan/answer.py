# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbook plan answers: a plan as lines for people and as one document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from .._operate.answer import BAD, DEGRADED, DOUBTFUL, DOWN, GOOD, HEADING, WELL, Answer, Line, counted, table
from .model import Plan, Reason
from .steps import COUNTS, Step, Work

# How many entries of each list people see; the document has all.
SHOWN = 20
MEASURED = "Measurements of such changes: docs/changes.md"
_SIGNS = dict(zip(COUNTS.values(), "+~-", strict=True))


def answer(plan: Plan) -> Answer:
    """WELL: there is nothing to do. DEGRADED: there is. DOWN: that is not known, or a roll-out would be refused."""
    word, own = word_of(plan)
    return Answer(word, plan.document(), [*_lines(plan)], own)


def word_of(plan: Plan) -> tuple[str, str]:
    """The word of health that has the grade of a plan, and what that means of a plan."""
    if plan.refused:
        return DOWN, "refused"
    if plan.unread:
        return DOWN, "incomplete"
    return (DEGRADED, "something to do") if plan.steps or plan.clients else (WELL, "nothing to do")


def _lines(plan: Plan) -> Iterator[Line]:
    yield from _hosts(plan)
    yield from _steps(plan.steps)
    if plan.clients:
        yield Line("What clients will notice", HEADING)
        yield from (Line(f"- {sentence}", DOUBTFUL) for sentence in plan.clients)
        yield from (Line(MEASURED), Line())
    elif plan.steps:
        yield from (Line("No effect on clients is known"), Line())
    yield from (Line(_told(each, "could not be read"), BAD) for each in plan.unread)
    yield from (Line(_told(each, "a roll-out would be refused"), BAD) for each in plan.refused)
    yield from (Line(_told(each, "not known yet"), DOUBTFUL) for each in plan.unknown)
    yield from (Line(f"Warning: {warning}", DOUBTFUL) for warning in plan.warnings)
    yield _outcome(plan)


def _told(reason: Reason, what: str) -> str:
    return f"{reason.host}: {what}: {reason.reason}" if reason.host else f"{what.capitalize()}: {reason.reason}"


def _hosts(plan: Plan) -> Iterator[Line]:
    if plan.hosts:
        heading, *rows = table(
            [("HOST", *_SIGNS.values()), *((host, *map(str, counts.values())) for host, counts in plan.hosts.items())],
            range(1, 4),
        )
        yield Line(heading, HEADING)
        yield from map(Line, _first(rows))
        yield Line()


def _steps(steps: Iterable[Step]) -> Iterator[Line]:
    """Each phase with its number; neighbours with the same work are one entry."""
    for number, (phase, of_phase) in enumerate(groupby(steps, key=lambda step: step.phase), start=1):
        yield Line(f"{number}. {phase}", HEADING)
        for work, alike in groupby(of_phase, key=lambda step: step.work):
            yield Line(f"   {', '.join(_first([step.host for step in alike]))}")
            for each in work:
                yield from _work(each)
        yield Line()


def _work(work: Work) -> Iterator[Line]:
    yield Line(f"     {work.what} {_counts(work)}", BAD if work.removed else GOOD)
    yield from (Line(f"       {command}") for command in _first(work.commands))


def _counts(work: Work) -> str:
    return " ".join(f"{sign}{getattr(work, name)}" for name, sign in _SIGNS.items() if getattr(work, name))


def _first(words: Sequence[str], limit: int = SHOWN) -> list[str]:
    left = len(words) - limit
    return [*words] if left <= 0 else [*words[:limit], f"... and {left} more"]


def _outcome(plan: Plan) -> Line:
    if plan.refused:
        return Line("A roll-out would be refused before it changes anything; the lines above say why", BAD)
    if plan.unread:
        return Line("This plan is incomplete: the lines above say what could not be read", BAD)
    if not plan.steps:
        # A VIP that comes or moves by itself.
        return Line("Nothing to change on any host", DOUBTFUL) if plan.clients else Line("Nothing to do", GOOD)
    totals = {name: sum(counts[name] for counts in plan.hosts.values()) for name in _SIGNS}
    words = ", ".join(f"{number} {name}" for name, number in totals.items())
    return Line(f"{counted(len(plan.hosts), 'host')}: {words}", DOUBTFUL)
