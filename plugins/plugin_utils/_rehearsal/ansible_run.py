# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A playbook of this collection, run by an Ansible of its own for the machines of a lab."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# The folder that has ansible_collections: the playbooks must be those of this very collection.
_ROOT = Path(__file__).absolute().parents[6]
_ENVIRONMENT = {
    "ANSIBLE_NOCOLOR": "1",
    "ANSIBLE_FORCE_COLOR": "0",
    "ANSIBLE_STDOUT_CALLBACK": "default",
    "ANSIBLE_CALLBACK_RESULT_FORMAT": "json",
    "ANSIBLE_CALLBACKS_ENABLED": "default",  # and none of the site's, which may tell others of each run
    "ANSIBLE_PIPELINING": "1",
    "ANSIBLE_TIMEOUT": "120",  # of an emulated machine
}


@dataclass(frozen=True)
class Controller:
    """How playbooks are run. inventories: the paths of all, the last one counts most. words: options for each run."""

    inventories: Sequence[str]
    words: Sequence[str]

    def play(self, log: Path, playbook: str, variables: Mapping[str, str]) -> tuple[int, str]:
        """Run a playbook with some variables; return its exit status and what it has printed, which `log` gets too."""
        said = [word for name, value in variables.items() for word in ("-e", f"{name}={value}")]
        listed = [word for path in self.inventories for word in ("-i", path)]
        command = [sys.executable, "-m", "ansible", "playbook", *listed, *self.words, *said, f"lvs.cluster.{playbook}"]
        with open(log, "a+", encoding="utf-8", opener=_for_its_user_alone) as file:
            begin = file.seek(0, os.SEEK_END)
            print(f"== lvs.cluster.{playbook} {' '.join(said)}".rstrip(), file=file, flush=True)
            status = subprocess.call(
                command, env=_environment(), stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT
            )
            file.seek(begin)
            return status, file.read()


def why_failed(printed: str) -> str:
    """The first message of a task that has failed, of what a playbook has printed; "" where there is none."""
    found = re.search(r"(?:FAILED|UNREACHABLE)! => \{.*?\"msg\": \"(.*?)(?<!\\)\"", printed, re.DOTALL)
    words = found[1] if found else next(iter(re.findall(r"^(?:\[ERROR\]|ERROR!?):? (.*)", printed, re.MULTILINE)), "")
    return " ".join(words.replace("\\n", " ").replace('\\"', '"').split())


def _environment() -> dict[str, str]:
    paths = [str(_ROOT), *filter(None, [os.environ.get("ANSIBLE_COLLECTIONS_PATH")])]
    return {**os.environ, **_ENVIRONMENT, "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(paths)}


def _for_its_user_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
