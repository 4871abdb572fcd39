# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The first module that a roll-out runs on a director: it says in words where the host's Python is too old.

It compares the host's clock with that of the controller, between the question and the answer.

Documented in plugins/modules/host_info.py, which does the work on the host.
"""

from __future__ import annotations

from time import time
from typing import Any

from ansible.plugins.action import ActionBase

from ..plugin_utils._operate.interpreter import explained


class ActionModule(ActionBase):
    """Runs the module on the host, and returns its result."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        asked = time()
        told = self._execute_module("lvs.cluster.host_info", module_args=dict(self._task.args), task_vars=task_vars)
        answered = time()
        result.update(explained(told))
        if "time" in result:
            result["clock"] = {"least": result["time"] - answered, "most": result["time"] - asked}
        return result
