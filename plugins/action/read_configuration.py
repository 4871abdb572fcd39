# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a director's keepalived is configured with. Documented in plugins/modules/read_configuration.py."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from posixpath import basename, dirname, join
from typing import Any

from ansible.plugins.action import ActionBase

from ..plugin_utils._formats.keepalived_lines import Expanded
from ..plugin_utils._formats.keepalived_statements import statements
from ..plugin_utils._formats.recorded import Recording


class Host:
    """The files of the task's host, each read by a module of Ansible's own."""

    def __init__(self, action: ActionBase, task_vars: Mapping[str, Any]) -> None:
        self._action, self._variables = action, task_vars
        self.faults: dict[str, str] = {}

    def read(self, path: str) -> str | None:
        told = self._run("ansible.builtin.slurp", src=path)
        if told.get("failed") or "content" not in told:
            self.faults[path] = str(told.get("msg", "no answer"))
            return None
        return b64decode(told["content"]).decode("utf-8", "replace")

    def fault(self, path: str) -> str:
        return self.faults[path]

    def matching(self, pattern: str, folder: str) -> list[str]:
        whole = join(folder, pattern)
        told = self._run("ansible.builtin.find", paths=[dirname(whole)], patterns=[basename(whole)], follow=True)
        return sorted(file["path"] for file in told.get("files", ()))

    def _run(self, module: str, **options: Any) -> dict[str, Any]:
        told: dict[str, Any] = self._action._execute_module(module, module_args=options, task_vars=self._variables)
        return told


class ActionModule(ActionBase):
    """Reads files on the host, and changes nothing, so check mode is no different."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(argument_spec={"path": {"type": "str", "required": True}})
        host = Host(self, task_vars)
        recording, path = Recording(host), options["path"]
        statements(recording, path, task_vars["inventory_hostname"], Expanded())
        address = str(task_vars.get("ansible_host", task_vars["inventory_hostname"]))
        result.update(path=path, address=address, texts=recording.texts, found=recording.found, faults=host.faults)
        return result
