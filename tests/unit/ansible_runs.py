# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of Ansible's commands that nobody's own settings of Ansible change."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def environment(folder: Path, **variables: str) -> dict[str, str]:
    """The variables of this process without those of Ansible, and these. Ansible keeps its own files in the folder."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    return {**clean, "ANSIBLE_HOME": str(folder / "home"), "ANSIBLE_NOCOLOR": "1", **variables}


def ansible(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder. words: such as playbook and its arguments. variables: of its environment."""
    command, given = [sys.executable, "-m", "ansible", *words], environment(folder, **variables)
    return subprocess.run(command, env=given, cwd=folder, capture_output=True, text=True, check=False)


def simulated(
    folder: Path, inventory: Mapping[str, Any], *words: str, **variables: str
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Run a playbook of a copy of the collection whose plugins note each call; the calls too, in their order."""
    (folder / "hosts.yml").write_text(json.dumps(inventory), encoding="utf-8")
    calls = folder / "calls"
    calls.write_text("", encoding="utf-8")
    own = {"ANSIBLE_COLLECTIONS_PATH": str(folder / "collections"), "SIMULATED_CALLS": str(calls)}
    done = ansible(folder, "playbook", "-i", "hosts.yml", *words, **own, **variables)
    return done, calls.read_text(encoding="utf-8").splitlines()
