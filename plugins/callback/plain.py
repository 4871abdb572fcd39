# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: plain
type: stdout
short_description: Print answers alone, and exit with 0, 1 or 2
version_added: 0.1.0
description:
  - For C(lvs.cluster.status) and the other playbooks that answer a question. The standard output has what they print
    with M(lvs.cluster.answer) and nothing else, so that with C(-e lvs_output=json) it is one JSON document. What fails
    is told on the standard error.
  - The exit status of C(ansible-playbook) is that of the answer - 0 for healthy, 1 for degraded, 2 for down. Where
    another task has failed, or a host was not reached, it is what Ansible makes of that, and not 0 or 1.
  - Where no host took part, which Ansible takes for a success, the exit status is 4.
author:
  - The lvs.cluster contributors (@lvs-cluster)
"""

EXAMPLES = r"""
# ANSIBLE_STDOUT_CALLBACK=lvs.cluster.plain ansible-playbook -i hosts.yml lvs.cluster.status -e lvs_output=json
"""

import sys
from typing import Any

from ansible.plugins.callback import CallbackBase

ANSWER = "lvs.cluster.answer"
# What Ansible exits with for hosts that it has not reached; there is no answer either.
NOBODY = 4


class CallbackModule(CallbackBase):
    """What Ansible looks for in this file."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "lvs.cluster.plain"

    def __init__(self) -> None:
        super().__init__()
        self._grade: int | None = None
        self._wrong = False

    def v2_runner_on_ok(self, result: Any) -> None:
        self._note(result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        if not self._note(result) and not ignore_errors:
            self._tell(result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        task = _of(result, "task")
        if not task.ignore_unreachable:
            self._tell(result)

    def _note(self, result: Any) -> bool:
        """Take the grade of an answer; say whether this is one."""
        if _of(result, "task").action != ANSWER:
            return False
        grade = _of(result, "result").get("grade")
        if grade is None:
            return False
        self._grade = max(grade, self._grade or 0)
        return True

    def _tell(self, result: Any) -> None:
        self._wrong = True
        host, told = _of(result, "host"), _of(result, "result")
        self._display.display(f"{host.get_name()}: {told.get('msg') or 'the task has failed'}", stderr=True)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        if not stats.processed and not self._wrong:
            told = "No host took part: name an inventory with hosts, by -i"
            self._display.display(told, stderr=True)
            raise SystemExit(NOBODY)
        # Ansible has no exit status of its own for what is neither well nor failed.
        if self._grade is not None and not self._wrong:
            sys.stdout.flush()
            raise SystemExit(self._grade)


def _of(result: Any, name: str) -> Any:
    """A part of a result; from ansible-core 2.19 on, the names without underscore are the ones to use."""
    public = getattr(result, name, None)
    return getattr(result, f"_{name}") if public is None else public
