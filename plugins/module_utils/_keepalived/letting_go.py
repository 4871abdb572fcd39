# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A keepalived that goes on with less: what a part of it has set up stays for its next owner. Private.

One process of keepalived has the virtual servers, another the instances of VRRP. When such a process reads that there
are none any more, it removes from the kernel what it had. So it is frozen before, and killed when it has been told to
read: then it removes nothing, and keepalived starts another one in its place, which knows of nothing to remove
(check_respawn_thread() in check_daemon.c, vrrp_respawn_thread() in vrrp_daemon.c).
"""

from __future__ import annotations

import os
import re
import signal
import time
from typing import Dict, List, Optional

from .._files import read_text
from .managed import blocks
from .service import CHECKERS, MAIN, process_of

# The name of a process's pid file -> the blocks for which it is there.
PARTS = {CHECKERS: "virtual_server", "vrrp": "vrrp_instance"}
_DEADLINE_S = 10.0
_POLL_S = 0.02


def idle_parts(text: str) -> List[str]:
    """Return the parts of keepalived that this configuration gives nothing to do."""
    words = {block.words[0] for block in blocks(text)}
    return [part for part, word in PARTS.items() if word not in words]


def let_go(before: Optional[str], after: str) -> List[str]:
    """Have a keepalived that runs read its configuration, if that takes all work from a part of it. Return those parts.

    before: what it has read, None where nobody knows.
    """
    idle = [part for part in idle_parts(after) if before is None or part not in idle_parts(before)]
    main = process_of(MAIN)
    found = {part: process_of(part, main) for part in idle} if main else {}
    processes = {part: process for part, process in found.items() if process}
    if main and processes:
        _reload_without(main, processes)
    return sorted(processes)


def _reload_without(main: int, processes: Dict[str, int]) -> None:
    for process in processes.values():
        os.kill(process, signal.SIGSTOP)
    try:
        os.kill(main, signal.SIGHUP)
        _wait_until_told(processes)
    finally:
        for process in processes.values():
            os.kill(process, signal.SIGKILL)


def _wait_until_told(processes: Dict[str, int]) -> None:
    """Wait for the signal by which the main process, once it has read the file, has the others read it."""
    deadline = time.monotonic() + _DEADLINE_S
    while time.monotonic() < deadline and not all(map(_is_told, processes.values())):
        time.sleep(_POLL_S)


def _is_told(process: int) -> bool:
    """Return whether SIGHUP waits for a process: proc(5), /proc/PID/status."""
    found = re.search(r"^ShdPnd:\s*([0-9a-f]+)$", read_text(f"/proc/{process}/status") or "", re.MULTILINE)
    return bool(found and int(found[1], 16) >> (signal.SIGHUP - 1) & 1)
