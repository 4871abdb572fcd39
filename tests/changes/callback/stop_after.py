# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kill a run between two tasks, and write down which tasks have changed a host.

CHANGED_TASKS is a file that gets the name of each task that has changed something on a managed host, one a line.
STOP_AFTER is after how many such tasks the run is killed, as kill -9 does it: 0 before the first, none for never. A
task that has changed nothing is no place of its own to stop: the hosts are as they were before it.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: stop_after
type: aggregate
short_description: Kills a run after a number of tasks
version_added: 0.1.0
description: For this project's own tests.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "stop_after"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._file = Path(os.environ["CHANGED_TASKS"])
        self._file.write_text("", encoding="utf-8")
        self._stop_after = int(os.environ.get("STOP_AFTER") or sys.maxsize)
        self._changed = 0
        self._task_has_changed_something = False

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        """All hosts have ended the task before; with serial, all of their turn."""
        if self._changed >= self._stop_after:
            os.kill(os.getpid(), signal.SIGKILL)
        self._task_has_changed_something = False

    def v2_runner_on_ok(self, result: Any) -> None:
        if not result.is_changed() or result._host.name == "localhost" or self._task_has_changed_something:
            return
        self._task_has_changed_something = True
        self._changed += 1
        with self._file.open("a", encoding="utf-8") as file:
            file.write(f"{result._host.name}: {result._task.get_name()}\n")
