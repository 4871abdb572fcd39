# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parameters of a playbook as one value, on the controller alone. Documented in plugins/modules/parameters.py."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.vars import load_extra_vars

from ..plugin_utils._operate.parameters import missing_files, names_in, parameters
from ..plugin_utils._schema.parameters import PLAYBOOKS


class ActionModule(ActionBase):
    """Reads variables. It connects to no host and changes nothing."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(
            argument_spec={
                "playbook": {"type": "str", "required": True, "choices": list(PLAYBOOKS)},
                "folder": {"type": "str", "default": ""},
            }
        )
        playbook, extra = options["playbook"], load_extra_vars(self._loader)
        said = {name: self._templar.template(task_vars[name]) for name in names_in(playbook, task_vars, extra)}
        found = parameters(playbook, said, extra)
        result["given"] = found.given
        missing = missing_files(playbook, found.given, options["folder"], self._loader.is_file)
        problems = [*found.problems, *missing]
        if problems:
            result.update(failed=True, msg="\n".join(["Nothing was done.", *problems]))
        return result
