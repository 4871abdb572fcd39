# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Count the modules that each playbook run starts on each host; build/module-runs/SCENARIO.json has all runs."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: module_runs
type: aggregate
short_description: Counts the module runs per host
version_added: 0.1.0
description: For this project's own tests.
"""

# What runs on the controller alone, or in ansible's own process.
ON_THE_CONTROLLER = set(
    "add_host assert debug decide gate group_by include_role include_tasks meta parameters resolve set_fact "
    "validate_argument_spec".split()
)
# copy and template look at the file first (stat), then copy or set its attributes (file).
TWO_RUNS = {"copy", "template"}


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "module_runs"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._runs: Counter[str] = Counter()
        self._playbook = ""

    def v2_playbook_on_start(self, playbook: Any) -> None:
        self._playbook = Path(playbook._file_name).name

    def v2_runner_on_ok(self, result: Any) -> None:
        name = result._task.action.rpartition(".")[2]
        if name not in ON_THE_CONTROLLER and result._host.name != "localhost":
            self._runs[result._host.name] += 2 if name in TWO_RUNS else 1

    def v2_playbook_on_stats(self, stats: Any) -> None:  # noqa: ARG002
        folder = Path(os.environ["MOLECULE_PROJECT_DIRECTORY"], "build/module-runs")
        path = folder / f"{os.environ['MOLECULE_SCENARIO_NAME']}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        begins = self._playbook == "create.yml" or not path.exists()
        runs = [] if begins else json.loads(path.read_text(encoding="utf-8"))
        runs.append({"playbook": self._playbook, "runs": dict(sorted(self._runs.items()))})
        path.write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")
