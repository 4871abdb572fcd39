# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The announcer of VIPs, with the program that a director gets. Documented in plugins/modules/announcer.py."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from ..plugin_utils._copies import ANNOUNCER, started
from ..plugin_utils._origin import origin


class ActionModule(ActionBase):
    """Runs the module on the host, with the files of the program."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        given = self._task.args.get("state", "present") != "absent"
        arguments = {
            "origin": origin(task_vars or {}),
            **self._task.args,
            **({"program": started(ANNOUNCER)} if given else {}),
        }
        result.update(self._execute_module("lvs.cluster.announcer", module_args=arguments, task_vars=task_vars))
        # Ansible shows it where asked for details: the program would be all that is seen.
        result.get("invocation", {}).get("module_args", {}).pop("program", None)
        return result
