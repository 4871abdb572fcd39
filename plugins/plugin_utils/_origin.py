# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who asks for a change, as the controller knows it, for the history on the host: user, playbook and definition."""

from __future__ import annotations

import getpass
import os
import platform
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from ansible import context
from ansible.plugins.action import ActionBase

from ._cluster.kept import digests, packed_definition
from ._copies import started
from ._operate.interpreter import explained


def origin(task_vars: Mapping[str, Any]) -> dict[str, Any]:
    """The option origin of the modules that change a host."""
    return {"user": f"{_user()}@{platform.node()}", "playbook": _playbook(), "definitions": digests(task_vars)}


def origin_of_roll_out(task_vars: Mapping[str, Any]) -> dict[str, Any]:
    """The same with the definition that is rolled out, for the director who keeps it."""
    packed = packed_definition(task_vars)
    return {**origin(task_vars), **({"definition": packed} if packed else {})}


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a number without a name, as in a container
        return str(os.getuid())


def _playbook() -> str | None:
    """As it was named on the command line; None where one module runs without any."""
    named = context.CLIARGS.get("args", ())
    return ", ".join(map(str, named)) if isinstance(named, (list, tuple)) else None


class ChangingAction(ActionBase):
    """Runs the module of its name on the host, which learns who asks for it.

    program: the main file of the program that the module installs, whose files it gets; None where it installs none.
    """

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = True
    program: PurePosixPath | None = None

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        arguments = {"origin": origin(task_vars), **self._task.args, **self._files()}
        wrap_async = self._task.async_val and not self._connection.has_native_async
        told = self._execute_module(module_args=arguments, task_vars=task_vars, wrap_async=wrap_async)
        result.update(explained(without_programs(told)))
        return result

    def _files(self) -> dict[str, Any]:
        """The option with the program's files; none where it is to go."""
        if self.program is None or self._task.args.get("state") == "absent":
            return {}
        return {"program": started(self.program)}


def without_programs(told: dict[str, Any]) -> dict[str, Any]:
    """A module's result without the files of programs: where Ansible shows details, they would be all that is seen."""
    shown = told.get("invocation", {}).get("module_args", {})
    for name in ("program", "floor_program"):
        shown.pop(name, None)
    return told
