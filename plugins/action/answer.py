# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a playbook answers, printed as plain lines or as one JSON document. Documented in plugins/modules/answer.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from time import time
from typing import Any, NamedTuple

from ansible import constants
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..plugin_utils._cluster.digest import digest
from ..plugin_utils._cluster.kept import read_once
from ..plugin_utils._cluster.registered import registered, taking_part
from ..plugin_utils._doctor.examined import Examined
from ..plugin_utils._operate import answer as answers
from ..plugin_utils._operate import doctor, drift, fixed, history
from ..plugin_utils._operate.answer import Answer, Line
from ..plugin_utils._operate.status_text import answer as of_statuses
from ..plugin_utils._operate.statuses import statuses
from ..plugin_utils._plan.answer import answer as of_plan
from ..plugin_utils._plan.model import plan
from ..plugin_utils._plan.subject import Former, Subject, subject
from ..plugin_utils._schema.parameters import FAIL_AT, OUTPUTS
from ..plugin_utils._undo.answer import WayBack
from ..plugin_utils._undo.answer import answer as of_undo
from ..plugin_utils._values.clusters import Clusters


class Found(NamedTuple):
    """What a playbook has found. clusters: all of the inventory, read when they are needed. last: how many changes."""

    task_vars: Mapping[str, Any]
    hosts: Sequence[str]
    clusters: Callable[[], Clusters]
    check_mode: bool = False
    last: int | None = None

    def registered(self, *names: str) -> Iterator[dict[str, Any]]:
        """What tasks have registered under each name, by host."""
        return (registered(self.task_vars, self.hosts, name) for name in names)


def _status(found: Found) -> Answer:
    return of_statuses(statuses(*found.registered("status_view", "status_report")))


def _doctor(found: Found) -> Answer:
    return doctor.answer(_judged(found))


def _fix(found: Found) -> Answer:
    choice = found.task_vars["fix_choice"]
    return fixed.answer(choice["codes"], choice["found"], _judged(found), found.check_mode)


def _drift(found: Found) -> Answer:
    return drift.answer(_examined(found))


def _judged(found: Found) -> list[doctor.ClusterFindings]:
    marks = (found.task_vars.get("doctor_muting") or {}).get("marks")
    return [
        doctor.judged(subject.cluster.name, doctor.found_in(subject), doctor.mutes_of(subject, marks), time())
        for subject in _examined(found)
    ]


def _rehearsal(found: Found) -> Answer:
    told = found.task_vars["rehearse_outcome"]
    return Answer(told["word"], told["model"], [Line(text, tone) for text, tone in told["lines"]])


def _history(found: Found) -> Answer:
    (reports,) = found.registered("history_report")
    return history.answer(reports, found.last)


def _examined(found: Found) -> Iterator[Examined]:
    return doctor.all_examined(found.clusters(), *found.registered(*doctor.REGISTERED))


def _plan(found: Found) -> Answer:
    return of_plan(plan(_planned(found)))


def _planned(found: Found) -> Subject:
    former = Former.of(found.task_vars["examine_former"])
    return subject(found.clusters(), found.registered(*doctor.REGISTERED), former)


def _undo(found: Found) -> Answer:
    way = WayBack.of(found.task_vars["undo_choice"]["way"])
    planned = _planned(found)
    (reports,) = found.registered("undo_history")
    (reached,) = {digest(cluster) for cluster in found.clusters().every}
    return of_undo(way, plan(planned), planned, reports, reached)


ANSWERS: Mapping[str, Callable[[Found], Answer]] = {
    "status": _status,
    "doctor": _doctor,
    "drift": _drift,
    "fix": _fix,
    "plan": _plan,
    "rehearsal": _rehearsal,
    "history": _history,
    "undo": _undo,
}


class ActionModule(ActionBase):
    """Looks at what tasks have registered, and prints. It connects to no host and changes nothing."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(
            argument_spec={
                "about": {"type": "str", "required": True, "choices": list(ANSWERS)},
                "hosts": {"type": "list", "elements": "str"},
                "output": {"type": "str", "choices": list(OUTPUTS), "default": answers.TEXT},
                "fail_at": {"type": "str", "choices": list(FAIL_AT), "default": answers.DOWN},
                "last": {"type": "int"},
            }
        )

        def clusters() -> Clusters:
            return read_once(task_vars, self._templar.template, None).clusters

        check_mode = bool(self._task.check_mode)
        hosts = taking_part(task_vars["groups"]) if options["hosts"] is None else options["hosts"]
        found = ANSWERS[options["about"]](Found(task_vars, hosts, clusters, check_mode, options["last"]))
        for line in found.shown(options["output"]):
            _print(line)
        result.update(word=found.said, grade=found.grade)
        if found.fails_at(options["fail_at"]):
            # Without the model: callbacks print all that a failed task returns, which the lines have said already.
            result.update(failed=True, msg=f"{options['about']}: {found.said}")
        else:
            result.update(answer=found.model, lines=[line.text for line in found.lines])
        return result


def _print(line: Line) -> None:
    """Print a line as it is, in colour if Ansible prints in colour.

    What a callback makes one JSON document of is left alone: people find the lines on the standard error then.
    """
    machine = "json" in constants.DEFAULT_STDOUT_CALLBACK
    Display().display(line.text, color=_colours().get(line.tone), stderr=machine)


def _colours() -> Mapping[str, str]:
    """Those that the user has set for what means the same."""
    return {
        answers.GOOD: constants.COLOR_OK,
        answers.DOUBTFUL: constants.COLOR_CHANGED,
        answers.BAD: constants.COLOR_ERROR,
        answers.HEADING: constants.COLOR_HIGHLIGHT,
    }
