# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way back to an earlier definition, as a file of variables. Documented in plugins/modules/undo.py."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from ansible import constants
from ansible.plugins.action import ActionBase

from ..module_utils._history.model import beginning
from ..plugin_utils._cluster.document import Document, plain, unpack
from ..plugin_utils._cluster.inventory import raw_variables, variables_of
from ..plugin_utils._cluster.kept import packed_definition, read_once
from ..plugin_utils._cluster.registered import registered
from ..plugin_utils._cluster.secrets import secrets
from ..plugin_utils._operate.history import unread
from ..plugin_utils._undo.answer import WayBack
from ..plugin_utils._undo.choice import NoWayBack, choose, kept, rolled_out
from ..plugin_utils._undo.variables import MARK, Today, differences, left, problems, text
from ..plugin_utils._values.cluster import Cluster
from ..plugin_utils._whole_file import PRIVATE, NotWritten, replace, write
from ..plugin_utils._yaml import Encrypted

NOTHING_PLANNED = "Nothing was planned, and nothing was changed on any host."


class ActionModule(ActionBase):
    """Looks at what tasks have registered, and writes a file. It connects to no host."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(
            argument_spec={
                "hosts": {"type": "list", "elements": "str", "required": True},
                "definition": {"type": "str"},
                "before": {"type": "str"},
                "path": {"type": "path", "default": "undo.yml"},
            },
            mutually_exclusive=[("definition", "before")],
        )
        try:
            result.update(self._way_back(task_vars, options))
        except (NoWayBack, NotWritten) as error:
            silent = unread(registered(task_vars, options["hosts"], "undo_history"))
            lines = [f"{each['host']} could not be read: {each['reason']}" for each in silent]
            result.update(failed=True, msg="\n".join([str(error), *lines, NOTHING_PLANNED]))
        return result

    def _way_back(self, task_vars: dict[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
        cluster = self._cluster(task_vars)
        reports = registered(task_vars, options["hosts"], "undo_history")
        there = kept(reports, cluster.name)
        before = options["before"] and beginning(options["before"], datetime.now(timezone.utc))
        choice = choose(rolled_out(reports, cluster.name), there, options["definition"], before)
        then = plain(there[choice.to.digest])
        today = self._today(task_vars, cluster, then)
        wrong = problems(then, today)
        if wrong:
            raise NoWayBack("\n".join([f"The inventory cannot give the definition {choice.to.digest}:", *wrong]))
        command = _command(task_vars, options["path"])
        content = text(then, today, command).encode()
        # For the tasks that follow, in check mode too: in the folder of the run, which goes with it.
        source = os.path.join(constants.DEFAULT_LOCAL_TMP, "lvs.cluster-undo.yml")
        replace(source, content)
        changed = not self._task.check_mode and write(options["path"], content, PRIVATE, MARK)
        way = WayBack(
            choice,
            today.definition["digest"],
            [*there],
            differences(then, today.definition),
            left(then, today),
            {each["host"]: each["reason"] for each in unread(reports)},
            options["path"],
            command,
            written=not self._task.check_mode,
        )
        return {"changed": changed, "source": source, "way": way.document()}

    def _cluster(self, task_vars: Mapping[str, Any]) -> Cluster:
        """The only one of the inventory."""
        clusters = read_once(task_vars, self._templar.template, None).clusters
        if len(clusters.every) > 1:
            names = ", ".join(cluster.name for cluster in clusters.every)
            raise NoWayBack(
                f"The inventory has several clusters ({names}), and variables that are said with -e count for all of "
                "them: give an inventory that has only the one to undo."
            )
        return clusters.every[0]

    def _today(self, task_vars: Mapping[str, Any], cluster: Cluster, then: Document) -> Today:
        packed = packed_definition(task_vars, cluster.name)
        definition: Document = unpack(packed) if packed else {}
        hosts = plain(variables_of(task_vars, self._templar.template, then["hosts"]))
        return Today(definition, task_vars["groups"], hosts, self._secrets(task_vars, cluster))

    def _secrets(self, task_vars: Mapping[str, Any], cluster: Cluster) -> dict[str, object]:
        """What the inventory has for each password: its template, or what is encrypted, where that can be told."""
        for host in cluster.director_hosts:
            raw: Any = raw_variables(task_vars["hostvars"], host).get("lvs_cluster")
            if raw is not None:
                filled = secrets(task_vars["hostvars"][host]["lvs_cluster"])
                return {**filled, **{place: _as_it_stands(secret) for place, secret in secrets(raw).items()}}
        return {}


def _as_it_stands(password: Any) -> object:
    ciphertext = getattr(password, "_ciphertext", None)
    if ciphertext is None:
        return password
    return Encrypted(ciphertext.decode() if isinstance(ciphertext, bytes) else ciphertext)


def _command(task_vars: Mapping[str, Any], path: str) -> str:
    """The line that rolls the variables out, with the inventory of this run."""
    sources = (
        os.path.relpath(each) if os.path.exists(each) else each for each in task_vars["ansible_inventory_sources"]
    )
    words = [word for source in sources for word in ("-i", source)]
    return shlex.join(["ansible-playbook", *words, "lvs.cluster.site", "-e", f"@{path}"])
