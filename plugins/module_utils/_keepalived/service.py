# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether keepalived runs, and with what. Private to the collection."""

from __future__ import annotations

import os
import re
import subprocess
import time
from typing import Optional

from .._files import read_text
from .._places import KEEPALIVED_UNIT

# keepalived ends with status 2 where an interface of its configuration is not there (KEEPALIVED_EXIT_FATAL in
# lib/scheduler.h), and the distributions' units leave it at that. At boot, a VLAN or a bond may come later.
DROP_IN = """# Written by lvs.cluster, as a whole: keepalived begins again until all of its interfaces are there.
[Unit]
StartLimitIntervalSec=0
[Service]
Restart=on-failure
RestartSec=2
# The signal by which lvs.cluster ends it when others take over its addresses and services.
RestartPreventExitStatus=SIGKILL
"""
# The folders of pid files, without and with keepalived's use_pid_dir, and the name of its main process's.
PID_FOLDERS = ("/run", "/run/keepalived")
MAIN = "keepalived"
# And of the one that checks real servers.
CHECKERS = "checkers"


def runs() -> bool:
    """Return whether keepalived's main process is there."""
    return process_of(MAIN) is not None


def process_of(name: str, parent: Optional[int] = None) -> Optional[int]:
    """Return keepalived's process whose pid file has this name. The file may outlive it, and another get its number.

    parent: the process that has started it, None for any.
    """
    numbers = ((read_text(f"{folder}/{name}.pid") or "").strip() for folder in PID_FOLDERS)
    return next((int(number) for number in numbers if number.isdecimal() and _is_keepalived(number, parent)), None)


def state_of(process: int) -> str:
    """Return the state of a process as ps writes it, such as S or T; "" where it is gone."""
    found = re.search(r"^State:\s*(\w)", read_text(f"/proc/{process}/status") or "", re.MULTILINE)
    return found[1] if found else ""


def at_work(process: Optional[int]) -> bool:
    """Return whether a process is there and does something: neither has it ended, nor has somebody stopped it."""
    state = state_of(process) if process is not None else ""
    return state not in ("", "T", "t", "Z", "X")


def _is_keepalived(number: str, parent: Optional[int]) -> bool:
    # With its process_names, they are called keepalived_vrrp and so on.
    name, *status = (read_text(f"/proc/{number}/status") or "\n").splitlines()
    return name.startswith("Name:\tkeepalived") and (parent is None or f"PPid:\t{parent}" in status)


def read_journal(lines: int = 10000, form: str = "short-unix") -> Optional[str]:
    """Return the last lines that keepalived.service has in the journal; None where there is no journal to ask.

    form: one of journalctl's, in which a line begins with its time.
    """
    command = [
        "journalctl",
        "--unit",
        KEEPALIVED_UNIT,
        f"--lines={lines}",
        f"--output={form}",
        "--no-pager",
        "--quiet",
    ]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 and done.stdout else None


def has_not_read(path: str) -> bool:
    """Return whether keepalived runs and was neither started nor reloaded since the file at `path` was written.

    So too where systemd has not read its unit again.

    That is what a run leaves behind that was interrupted before it came to the reload.
    """
    command = [
        "systemctl",
        "show",
        KEEPALIVED_UNIT,
        "--property=ActiveState,StateChangeTimestampMonotonic,NeedDaemonReload",
    ]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        written_s = time.time() - os.stat(path).st_mtime
    except FileNotFoundError:  # a host without systemd, or without the file
        return False
    known = dict(line.partition("=")[::2] for line in done.stdout.splitlines())
    if known.get("NeedDaemonReload") == "yes":  # a drop-in was written and not read
        return True
    if known.get("ActiveState") != "active":
        return False
    # Microseconds since the boot; a reload changes the state, to reloading and back (systemd.service(5)).
    unchanged_s = time.monotonic() - int(known.get("StateChangeTimestampMonotonic") or 0) / 1e6
    return 0 <= written_s < unchanged_s  # or else the clock was put back, and tells nothing
