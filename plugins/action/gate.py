# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A gate between two parts of a run, on the controller alone. Documented in plugins/modules/gate.py."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from ..plugin_utils._cluster.registered import registered
from ..plugin_utils._host_rules.no_answer import Silent
from ..plugin_utils._host_rules.run import findings
from ..plugin_utils._operate.gate import silent
from ..plugin_utils._rules.finding import errors_in


class ActionModule(ActionBase):
    """Looks at what tasks have registered. It connects to no host and changes nothing."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(
            argument_spec={
                "hosts": {"type": "list", "elements": "str", "required": True},
                "registered": {"type": "str", "required": True},
                "consequence": {"type": "str", "required": True},
                "former_directors": {"type": "bool", "default": False},
            }
        )
        told = registered(task_vars, options["hosts"], options["registered"])
        result["silent"] = silent(options["hosts"], told)
        missing = Silent(result["silent"], options["consequence"], options["former_directors"])
        wrong = errors_in(findings(missing, []))
        if wrong:
            result.update(failed=True, msg="\n".join(wrong))
        return result
