# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One change of this host at a time. Private.

What a call decides holds only as long as nobody else changes what it has read: two drains at once would each see the
other's real server still take connections.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import Iterator

PATH = "/run/lvs.cluster.lock"
DEADLINE_S = 60.0
_POLL_S = 0.02


@contextmanager
def alone(path: str = "") -> Iterator[None]:
    """Hold this host's lock, or that of another file. TimeoutError where another call does not give it back in time."""
    path = path or PATH
    handle = _open(path)
    try:
        if handle is not None:
            take(
                handle,
                fcntl.LOCK_EX,
                DEADLINE_S,
                f"another call has been changing this host for {DEADLINE_S:g} seconds; try again when it has ended, or "
                f"see by `fuser {path}` which process it is",
            )
        yield
    finally:
        if handle is not None:
            os.close(handle)  # which gives it back, as the end of the process does


def _open(path: str) -> int | None:
    """Return the open file; None for who may not write there: who may not change the kernel either."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except (FileNotFoundError, PermissionError):
        return None


def take(handle: int, kind: int, deadline_s: float, held: str) -> None:
    """Wait for the lock of an open file. kind: LOCK_EX or LOCK_SH. TimeoutError says that it is held, after so long."""
    deadline = time.monotonic() + deadline_s
    while True:
        try:
            return fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise TimeoutError(held) from None
        time.sleep(_POLL_S)
