# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan that is saved, or that a run keeps to, on the controller. Documented in plugins/modules/saved_plan.py."""

from __future__ import annotations

from typing import Any

from ansible import constants
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..plugin_utils._cluster.kept import read_once
from ..plugin_utils._cluster.registered import registered
from ..plugin_utils._operate.doctor import REGISTERED
from ..plugin_utils._plan import file, saved
from ..plugin_utils._plan.answer import word_of
from ..plugin_utils._plan.model import Plan, plan
from ..plugin_utils._plan.subject import Former, Subject, subject
from ..plugin_utils._whole_file import NotWritten

MADE_ANEW = (
    "Make a new plan with lvs.cluster.plan -e save=FILE, or run lvs.cluster.site without a plan. "
    "Nothing was changed on any host."
)

NOT_SAVED = (
    "The plan was not saved in {path}, since it could not be carried out: it is {why}, and its lines say why. What was "
    "saved there earlier is another plan."
)


class ActionModule(ActionBase):
    """Looks at what tasks have registered. It connects to no host, and writes the file of the plan alone."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(
            argument_spec={
                "state": {"type": "str", "required": True, "choices": ["saved", "unchanged"]},
                "path": {"type": "path", "required": True},
                "hosts": {"type": "list", "elements": "str", "required": True},
            }
        )
        found, planned = self._planned(task_vars, options["hosts"])
        now = saved.document(found, planned)
        try:
            if options["state"] == "saved" and (planned.refused or planned.unread):
                # Whatever callback is set: the plain one prints no warnings of tasks.
                warning = NOT_SAVED.format(path=options["path"], why=word_of(planned)[1])
                Display().display(f"[WARNING]: {warning}", color=constants.COLOR_WARN, stderr=True)
            elif options["state"] == "saved":
                result["changed"] = not self._task.check_mode and file.write(options["path"], saved.text(now))
            else:
                before = saved.parse(file.read(options["path"]))
                result["differences"] = saved.differences(before, now)
        except saved.NoPlan as error:
            result.update(failed=True, msg=f"{options['path']} cannot be used as a saved plan: {error}. {MADE_ANEW}")
        except NotWritten as error:
            result.update(failed=True, msg=f"The plan was not saved: {error}")
        if result.get("differences"):
            told = [f"Since the plan {options['path']} was made, something has changed:", *result["differences"]]
            result.update(failed=True, msg="\n".join([*told, MADE_ANEW]))
        return result

    def _planned(self, task_vars: dict[str, Any], hosts: list[str]) -> tuple[Subject, Plan]:
        clusters = read_once(task_vars, self._templar.template, None).clusters
        told = [registered(task_vars, hosts, name) for name in REGISTERED]
        found = subject(clusters, told, Former.of(task_vars["examine_former"]))
        return found, plan(found)
