# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host beside what it must be, with what only the controller has of that: the announcer's program, and passwords.

Documented in plugins/modules/host_compare.py.
"""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from ..plugin_utils._copies import ANNOUNCER, started
from ..plugin_utils._operate import set_up
from ..plugin_utils._operate.interpreter import explained


class ActionModule(ActionBase):
    """Runs the module on the host, and returns its result."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        neighbours = arguments.pop("neighbours", None) or ()
        if arguments.get("announcer"):
            arguments["announcer"] = set_up.announcer_options("replaced", arguments["announcer"], started(ANNOUNCER))
        if arguments.get("bgp"):
            arguments["bgp"] = set_up.speaker_options("replaced", arguments["bgp"], neighbours)
        told = self._execute_module("lvs.cluster.host_compare", module_args=arguments, task_vars=task_vars)
        result.update(explained(told))
        return result
