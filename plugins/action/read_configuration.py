# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a director is configured with today. Documented in plugins/modules/read_configuration.py."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from contextlib import suppress
from posixpath import basename, dirname, join
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..plugin_utils._formats.at_work import TABLE, at_work
from ..plugin_utils._formats.files import Files
from ..plugin_utils._formats.formats import read
from ..plugin_utils._formats.imported import NotUnderstood, Source
from ..plugin_utils._formats.recorded import Recording


class Host:
    """The files of the task's host, each read by a module of Ansible's own."""

    def __init__(self, action: ActionBase, task_vars: Mapping[str, Any]) -> None:
        self._action, self._variables = action, task_vars
        self.faults: dict[str, str] = {}
        self.placed: list[dict[str, Any]] = []
        self.rules: list[str] = []

    def look(self, files: Files) -> list[str]:
        """The paths to import where nobody has named one. Learns the host's addresses and its table too.

        files: those of this host, as they are remembered.
        """
        told = self.run("lvs.cluster.host_info", paths=[])
        if told.get("failed"):
            raise AnsibleActionFail(str(told.get("msg")))
        self.placed = told["placed"]
        self.rules = self.run("lvs.cluster.ipvs_info", statistics=False, rules=True).get("rules", [])
        return at_work(told["owners"], files, self.rules)

    def read(self, path: str) -> str | None:
        if path == TABLE:
            return "".join(f"{line}\n" for line in self.rules)
        told = self.run("ansible.builtin.slurp", src=path)
        if told.get("failed") or "content" not in told:
            self.faults[path] = str(told.get("msg", "no answer"))
            return None
        return b64decode(told["content"]).decode("utf-8", "replace")

    def fault(self, path: str) -> str:
        return self.faults[path]

    def matching(self, pattern: str, folder: str) -> list[str]:
        whole = join(folder, pattern)
        told = self.run("ansible.builtin.find", paths=[dirname(whole)], patterns=[basename(whole)], follow=True)
        return sorted(file["path"] for file in told.get("files", ()))

    def run(self, module: str, **options: Any) -> dict[str, Any]:
        told: dict[str, Any] = self._action._execute_module(module, module_args=options, task_vars=self._variables)
        return told


class ActionModule(ActionBase):
    """Reads files on the host, and changes nothing, so check mode is no different."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(argument_spec={"path": {"type": "str"}})
        host = Host(self, task_vars)
        recording = Recording(host)
        paths = [options["path"]] if options["path"] else host.look(recording)
        with suppress(NotUnderstood):  # read again on the controller, which says why
            read([Source(path, task_vars["inventory_hostname"]) for path in paths], recording)
        address = str(task_vars.get("ansible_host", task_vars["inventory_hostname"]))
        result.update(
            paths=paths,
            address=address,
            placed=host.placed,
            rules=host.rules,
            texts=recording.texts,
            found=recording.found,
            faults=host.faults,
        )
        return result
