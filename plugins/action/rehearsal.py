# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory in throwaway machines, on the controller alone. Documented in plugins/modules/rehearsal.py."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

from ansible import context
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.action import ActionBase
from ansible.template import Templar
from ansible.utils.display import Display
from ansible.utils.vars import load_extra_vars
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager

from ..plugin_utils._lab import image
from ..plugin_utils._lab.releases import RELEASES
from ..plugin_utils._lab.report import LabError
from ..plugin_utils._operate.answer import Line
from ..plugin_utils._rehearsal.asked_for import Options, Owned, task_of
from ..plugin_utils._rehearsal.networks import TooSmall
from ..plugin_utils._rehearsal.performed import perform
from ..plugin_utils._rehearsal.subject import NotRehearsed
from ..plugin_utils._rules.finding import DefinitionError


class ActionModule(ActionBase):
    """Starts machines on this computer, and runs playbooks for them. It connects to no host of the inventory."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(
            argument_spec={
                "before": {"type": "path"},
                "release": {"type": "str", "choices": list(RELEASES), "default": RELEASES[0]},
                "machines": {"type": "int", "default": 8},
                "logs": {"type": "path", "default": "lvs-rehearsal"},
            }
        )
        _end_as_interrupted()
        try:
            now = Owned(task_vars["ansible_inventory_sources"], task_vars, self._templar.template)
            before = self._before(options["before"]) if options["before"] else None
            task = task_of(now, before, self._options(options))
            rehearsal = perform(task, _tell)
        except (LabError, NotRehearsed, TooSmall, DefinitionError) as error:
            result.update(failed=True, msg=f"Nothing was rehearsed: {error}")
            return result
        answer = rehearsal.answer()
        result.update(word=answer.word, model=answer.model, lines=[[*line] for line in answer.lines], changed=False)
        return result

    def _options(self, options: Mapping[str, Any]) -> Options:
        folder = Path(options["logs"]).absolute()
        return Options(
            labs=image.cache() / "labs",
            name=f"rehearsal-{sha256(str(folder).encode()).hexdigest()[:8]}",
            folder=folder,
            release=options["release"],
            machines=options["machines"],
            extra=load_extra_vars(self._loader),
            vault=_vault_words(),
        )

    def _before(self, path: str) -> Owned:
        """The inventory of before, read as Ansible reads one."""
        if not Path(path).exists():
            raise NotRehearsed(f"{path}, the inventory of before, is not there: name another one with -e from=DIR")
        loader = DataLoader()
        with suppress(AttributeError):
            loader.set_vault_secrets(self._loader._vault.secrets)
        inventory = InventoryManager(loader=loader, sources=[path])
        variables = VariableManager(loader=loader, inventory=inventory)
        hostvars = HostVars(inventory, variables, loader)
        hosts = inventory.get_hosts()
        if not hosts:
            raise NotRehearsed(f"{path}, the inventory of before, has no hosts: name another one with -e from=DIR")
        task_vars = {**variables.get_vars(host=hosts[0]), "hostvars": hostvars}
        fill_in: Callable[[Any], Any] = Templar(loader=loader, variables=task_vars).template
        return Owned([path], task_vars, fill_in)


def _vault_words() -> list[str]:
    """The options by which another Ansible finds the same vault passwords."""
    given = context.CLIARGS
    ids, files = given.get("vault_ids") or (), given.get("vault_password_files") or ()
    if given.get("ask_vault_pass") or any(str(each).endswith("@prompt") for each in ids):
        raise NotRehearsed(
            "it runs several playbooks, and cannot ask for a vault password in each: name a file that has it, "
            "--vault-password-file FILE"
        )
    return [*(f"--vault-id={each}" for each in ids), *(f"--vault-password-file={each}" for each in files)]


def _end_as_interrupted() -> None:
    """Ansible ends the process of a task by a signal; the machines are taken away then, too."""
    with suppress(ValueError):  # this is not the main thread
        signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(*_signal: object) -> NoReturn:
    raise KeyboardInterrupt


def _tell(line: Line) -> None:
    """Show how far it has come; the standard output has the answer alone."""
    Display().display(line.text, stderr=True)
