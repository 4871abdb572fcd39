# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes a lab away when whoever has it ends, however that ends: a process of its own that waits for nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .lab import remove

_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from _lab.guard import wait; wait(sys.argv[2])"


@contextmanager
def guarded(directory: Path) -> Iterator[None]:
    """While the block runs, a process of its own waits for its end, and then removes the lab in `directory`.

    No signal from a terminal reaches it. Returns when the lab is gone.
    """
    command = [sys.executable, "-c", _PROGRAM, str(Path(__file__).resolve().parents[1]), str(directory)]
    nothing = subprocess.DEVNULL
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=nothing, stderr=nothing, start_new_session=True
    ) as guard:
        try:
            yield
        finally:
            if guard.stdin:
                guard.stdin.close()
            guard.wait()


def wait(directory: str) -> None:
    """Remove the lab in `directory` when standard input ends."""
    sys.stdin.read()
    remove(Path(directory))
