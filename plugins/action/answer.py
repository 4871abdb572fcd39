# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a playbook answers, printed as plain lines or as one JSON document. Documented in plugins/modules/answer.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible import constants
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..plugin_utils._cluster.registered import registered
from ..plugin_utils._operate import answer as answers
from ..plugin_utils._operate.answer import Answer, Line
from ..plugin_utils._operate.status_text import answer as of_statuses
from ..plugin_utils._operate.statuses import statuses
from ..plugin_utils._schema.parameters import FAIL_AT, OUTPUTS


def _status(task_vars: Mapping[str, Any], hosts: Sequence[str]) -> Answer:
    views, reports = (registered(task_vars, hosts, name) for name in ("status_view", "status_report"))
    return of_statuses(statuses(views, reports))


ANSWERS: Mapping[str, Callable[[Mapping[str, Any], Sequence[str]], Answer]] = {"status": _status}


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
                "hosts": {"type": "list", "elements": "str", "required": True},
                "output": {"type": "str", "choices": list(OUTPUTS), "default": answers.TEXT},
                "fail_at": {"type": "str", "choices": list(FAIL_AT), "default": answers.DOWN},
            }
        )
        found = ANSWERS[options["about"]](task_vars, options["hosts"])
        for line in found.shown(options["output"]):
            _print(line)
        result.update(word=found.word, grade=found.grade)
        if found.fails_at(options["fail_at"]):
            # Without the model: callbacks print all that a failed task returns, which the lines have said already.
            result.update(failed=True, msg=f"{options['about']}: {found.word}")
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
