# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has become of the steps of a rehearsal, as one page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from sys import maxsize
from typing import Any

from .._operate.answer import BAD, DEGRADED, DOUBTFUL, DOWN, GOOD, HEADING, WELL, Answer, Line, counted, duration, table
from . import laws
from .steps import Step

PASSED, LOSSES, FAILED = "passed", "losses", "failed"
_WORDS = {PASSED: WELL, LOSSES: DEGRADED, FAILED: DOWN}
_TONES = {PASSED: GOOD, LOSSES: DOUBTFUL, FAILED: BAD}
_HEAD = ("", "STEP", "RESULT", "TIME", "REQUESTS", "FAILED", "LONGEST GAP", "BROKEN", "MOVES")


@dataclass(frozen=True)
class Outcome:
    """seconds: how long the step took. problems: why it has failed. losses: what clients have lost and should not.

    seen: the report of watch.py, None where no client has asked. log: the file that says more, None for none.
    """

    step: Step
    seconds: float
    problems: Sequence[str] = ()
    losses: Sequence[str] = ()
    seen: Mapping[str, Any] | None = None
    log: str | None = None

    @property
    def result(self) -> str:
        return FAILED if self.problems else LOSSES if self.losses else PASSED

    @property
    def requests(self) -> int:
        return sum(one["answered"] + len(one["failed"]) for one in self._of("requests"))

    @property
    def failed(self) -> int:
        return sum(len(one["failed"]) for one in self._of("requests"))

    @property
    def broken(self) -> int:
        """How often a connection that was open did not go on."""
        return sum(len(one["failed"]) for one in self._of("kept"))

    @property
    def gap(self) -> float:
        """The longest time in seconds that a service was without an answer."""
        return max((one["gap"] for one in self._of("requests")), default=0.0)

    @property
    def moves(self) -> int:
        """How often the VIP that moved most went from one director to another."""
        held = (self.seen or {}).get("holders", {})
        return max((len([*laws.handed_over(said)]) - 1 for said in held.values() if said), default=0)

    def model(self) -> dict[str, Any]:
        traffic = {
            "requests": self.requests,
            "failed": self.failed,
            "longest_gap": self.gap,
            "connections_broken": self.broken,
            "moves": self.moves,
        }
        return {
            "step": self.step.kind,
            "title": self.step.title,
            "result": self.result,
            "seconds": round(self.seconds, 1),
            **({} if self.seen is None else traffic),
            "problems": [*self.problems],
            "losses": [*self.losses],
            "log": self.log,
        }

    def _of(self, kind: str) -> list[Mapping[str, Any]]:
        return [*(self.seen or {}).get(kind, {}).values()]


@dataclass(frozen=True)
class Judgement:
    """What should not have been: problems are failures of a step, losses are what clients have lost in it."""

    problems: Sequence[str]
    losses: Sequence[str] = ()


def judged(step: Step, seen: Mapping[str, Any], hosts: Mapping[str, str], directors: Iterable[str]) -> Judgement:
    """What a client has seen of a step that should not be. hosts: hardware address -> host, of all machines."""
    moves = maxsize if step.moves is None else step.moves
    problems = [*laws.one_holder(seen, hosts, directors, moves), *laws.answers(seen)]
    return Judgement(problems, [*laws.nothing_lost(seen, step.breaks)])


@dataclass(frozen=True)
class Rehearsal:
    """planned: all steps. outcomes: of those that were begun. notes: what is not as on the site, or not rehearsed."""

    planned: Sequence[Step]
    outcomes: Sequence[Outcome]
    notes: Sequence[str]
    folder: str
    before: str | None = None
    seconds: float = 0.0
    stopped: str = ""

    @property
    def word(self) -> str:
        if len(self.outcomes) < len(self.planned) or any(one.result == FAILED for one in self.outcomes):
            return DOWN
        return DEGRADED if any(one.result == LOSSES for one in self.outcomes) else WELL

    def answer(self) -> Answer:
        model = {
            "steps": [one.model() for one in self.outcomes],
            "not_begun": [step.title for step in self.planned[len(self.outcomes) :]],
            "stopped": self.stopped,
            "notes": [*self.notes],
            "before": self.before,
            "seconds": round(self.seconds, 1),
            "logs": self.folder,
        }
        return Answer(self.word, model, [*self._lines()])

    def _lines(self) -> Iterator[Line]:
        rows = [_HEAD, *(_row(number, one) for number, one in enumerate(self.outcomes, 1))]
        first, *others = table(rows, numbers=(0, 4, 5, 6, 7, 8))
        yield Line(first, HEADING)
        for one, text in zip(self.outcomes, others, strict=True):
            yield Line(text, _TONES[one.result])
        yield from self._complaints()
        if self.notes:
            yield Line()
            yield Line("Not as on your hosts, or not rehearsed", HEADING)
            yield from (Line(f"- {note}") for note in self.notes)
        yield Line()
        yield Line(f"{self._sum()} It took {duration(self.seconds)}. Logs: {self.folder}", _tone_of(self.word))

    def _complaints(self) -> Iterator[Line]:
        told = [(number, one) for number, one in enumerate(self.outcomes, 1) if one.problems or one.losses]
        if told or self.stopped:
            yield Line()
            yield Line("What was wrong", HEADING)
        for number, one in told:
            for sentence in (*one.problems, *one.losses):
                yield Line(f"- {number}. {one.step.title}: {sentence}", _TONES[one.result])
        if self.stopped:
            yield Line(f"- {self.stopped}", BAD)

    def _sum(self) -> str:
        counts = {result: sum(one.result == result for one in self.outcomes) for result in (FAILED, LOSSES)}
        begun, all_steps = len(self.outcomes), len(self.planned)
        if begun < all_steps:
            return f"The rehearsal ended after {begun} of {counted(all_steps, 'step')}."
        if counts[FAILED]:
            return f"{counts[FAILED]} of {counted(all_steps, 'step')} failed."
        if counts[LOSSES]:
            return f"All {counted(all_steps, 'step')} were done; in {counts[LOSSES]} of them clients lost something."
        return f"All {counted(all_steps, 'step')} passed."


def told(outcome: Outcome) -> Line:
    """A step in one line, as soon as it is done."""
    parts = [f"{outcome.result} after {duration(outcome.seconds)}"]
    if outcome.seen is not None:
        parts.append(f"{outcome.failed} of {counted(outcome.requests, 'request')} failed, longest gap {outcome.gap} s")
    return Line(f"    {': '.join(parts)}", _TONES[outcome.result])


def _row(number: int, one: Outcome) -> Sequence[str]:
    figures = (one.requests, one.failed, f"{one.gap} s", one.broken, one.moves)
    traffic = map(str, figures) if one.seen is not None else [""] * len(figures)
    return (str(number), one.step.title, one.result, duration(one.seconds), *traffic)


def _tone_of(word: str) -> str:
    return next(_TONES[result] for result, own in _WORDS.items() if own == word)
