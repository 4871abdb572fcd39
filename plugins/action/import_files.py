# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Other people's files as an inventory, on the controller alone. Documented in plugins/modules/import_files.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.parsing.vault import VaultLib
from ansible.plugins.action import ActionBase

from ..plugin_utils._cluster.inventory import variables_of
from ..plugin_utils._formats.compared import compared
from ..plugin_utils._formats.disk import Disk, new_files, write
from ..plugin_utils._formats.formats import read
from ..plugin_utils._formats.imported import NotUnderstood, source_of
from ..plugin_utils._formats.judged import as_defined, found_in
from ..plugin_utils._formats.live import add_addresses, name_real_servers
from ..plugin_utils._formats.page import summary
from ..plugin_utils._formats.recorded import Recorded, not_read
from ..plugin_utils._formats.written import files


class ActionModule(ActionBase):
    """Reads files and writes the files of an inventory. It connects to no host."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars or {})
        _validation, options = self.validate_argument_spec(
            argument_spec={
                "files": {"type": "list", "elements": "str", "default": []},
                "hosts": {"type": "dict", "default": {}},
                "asked": {"type": "list", "elements": "str", "default": []},
                "folder": {"type": "path", "required": True},
            }
        )
        missing = not_read(options["asked"], options["hosts"])
        if missing:
            result.update(failed=True, msg=missing)
            return result
        recorded = Recorded(options["hosts"])
        sources = recorded.sources or [source_of(named) for named in options["files"]]
        try:
            imported = read(sources, recorded if recorded.sources else Disk())
            if recorded.sources:
                add_addresses(imported, recorded.placed)
                name_real_servers(imported, self._known(task_vars or {}))
            definition = as_defined(imported)
            found, differences = found_in(definition), compared(definition, recorded.tables)
            names, folder = [source.name for source in sources], options["folder"]
            texts = files(imported, found, names, self._encrypt(), differences, folder)
            new = new_files(folder, texts)
        except NotUnderstood as error:
            result.update(failed=True, msg=str(error))
            return result
        if not self._task.check_mode:
            for path, text in new.items():
                write(path, text)
        result.update(
            changed=bool(new),
            folder=options["folder"],
            summary=summary(imported, found, differences),
            counts=imported.book.counts(),
        )
        return result

    def _encrypt(self) -> Callable[[str], str] | None:
        """What encrypts with the vault password of the run, if it has one."""
        secrets = getattr(getattr(self._loader, "_vault", None), "secrets", None)
        return (lambda secret: VaultLib(secrets).encrypt(secret).decode()) if secrets else None

    def _known(self, task_vars: Mapping[str, Any]) -> dict[str, list[str]]:
        """The hosts of the inventory of this run, each with its addresses, the one by which Ansible reaches it first.

        What cannot be filled in is as good as not there.
        """
        found = {}
        for host, variables in variables_of(task_vars, self._templar.template, task_vars["hostvars"]).items():
            own = (variables.get(name) for name in ("ansible_host", "lvs_address", "lvs_ipv6_address"))
            found[host] = [str(address) for address in own if address]
        return {host: addresses for host, addresses in found.items() if addresses}
