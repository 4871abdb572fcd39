# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keepalived says about a configuration: `keepalived --config-test`. Private to the collection."""

from __future__ import annotations

import os
import re
import subprocess
from typing import Dict, Optional

# enum chk_exit_code in keepalived's lib/scheduler.h
MEANINGS: Dict[int, str] = {
    4: "keepalived could not run with this configuration: a file that it includes or an interface is not there",
    5: "keepalived found mistakes in this configuration and would run without the parts that have them",
    6: (
        "keepalived would not run scripts with this configuration: script security is not enabled, or one of them can "
        "be changed by others than root"
    ),
}
FOLDERS = ("/usr/sbin", "/sbin", "/usr/local/sbin")
# The root of a namespace of processes has no parent to be asked for.
_ALONE = ("unshare", "--pid", "--fork")
_DEADLINE_S = 60


def find() -> Optional[str]:
    """Return the path of keepalived, None where this host has none."""
    paths = (f"{folder}/keepalived" for folder in FOLDERS)
    return next((path for path in paths if os.access(path, os.X_OK)), None)


def fault(program: str, path: str, text: str) -> str:
    """Return why keepalived does not take the file at `path`, "" where it does. text: the file's, without secrets.

    keepalived 2.2.7 and older kill themselves when they test a configuration with scripts of another user than root:
    check_script_secure() takes its parent for a stranger (mended in 2.2.8). As the first process of a namespace it has
    none, so it is asked there, as long as the host lets us.
    """
    command = [program, "--config-test", "--use-file", path, "--log-console"]
    done = _run([*_ALONE, *command])
    if done.returncode not in (0, *MEANINGS):
        done = _run(command)
    if done.returncode == 0:
        return ""
    meaning = MEANINGS.get(done.returncode, f"keepalived could not test this configuration (exit {done.returncode})")
    return f"{meaning}:\n" + "\n".join(_explained(line, path, text) for line in _told(done))


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=_DEADLINE_S
    )


def _told(done: subprocess.CompletedProcess[str]) -> list[str]:
    lines = (done.stderr + done.stdout).splitlines()
    return [line.strip() for line in lines if line.strip()][:50]


def _explained(line: str, path: str, text: str) -> str:
    """Return what keepalived says, with the line of the configuration that it means."""
    line = line.replace(f"{path}: ", "")
    found = re.match(r"\(Line (\d+)\)", line)
    lines = text.splitlines()
    number = int(found.group(1)) if found else 0
    return f"  {line}" + (f"    <- {lines[number - 1].strip()}" if 0 < number <= len(lines) else "")
