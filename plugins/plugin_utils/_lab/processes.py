# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running programs, and finding again the processes that a lab leaves running.

Each of those has the path of its pid file, inside the lab's directory, on its command line. So it is found, and known
to be the lab's own, whoever started it and whatever is left of that directory.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import platform
import select
import signal
import struct
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path

from .report import LabError

PROGRAMS = ("qemu-system-x86_64", "vde_switch")
SCHED_SETATTR = {"x86_64": 314, "aarch64": 274}
"""The system call's number: asm/unistd_64.h, asm-generic/unistd.h. Python's os has none of this name."""
TURN_S = 0.02


def run(directory: Path, command: Iterable[str], timeout_s: float) -> str:
    """Run a program in `directory` and return its output; raises LabError with the end of what it said."""
    words = [*command]
    nothing = subprocess.DEVNULL
    try:
        done = subprocess.run(words, cwd=directory, stdin=nothing, capture_output=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired as error:
        raise LabError(f"{words[0]} has not finished within {timeout_s:.0f} s") from error
    if done.returncode != 0:
        said = "\n".join(f"  | {line}" for line in done.stderr.decode(errors="replace").splitlines()[-25:])
        raise LabError(f"{words[0]} failed with exit status {done.returncode}:\n{said}")
    return done.stdout.decode()


def find(directory: Path) -> dict[str, int]:
    """The running processes whose pid file is in `directory`: file name -> pid."""
    return {pidfile.name: pid for pid, pidfile in _all() if pidfile.parent == directory}


def directories(parent: Path) -> set[Path]:
    """The directories in `parent` that running processes belong to."""
    return {pidfile.parent for _pid, pidfile in _all() if pidfile.parent.parent == parent}


def end(pid: int, how: signal.Signals = signal.SIGTERM) -> None:
    """Signal a process that `find` has found and return when it is gone; what ignores it for 5 s is killed."""
    with suppress(ProcessLookupError):
        descriptor = os.pidfd_open(pid)
        try:
            for one in (how, signal.SIGKILL):
                if _pidfile(pid) is None:  # it has ended, and the number may be another's by now
                    return
                signal.pidfd_send_signal(descriptor, one)
                if select.select([descriptor], [], [], 5)[0]:
                    return
        finally:
            os.close(descriptor)


def take_long_turns(pid: int) -> None:
    """Let all threads of a process compute for TURN_S at a time, and interrupt nobody else's turn, where that may be.

    Emulated machines that share a processor lose a third of it otherwise: each finds its memory out of the caches at
    each of its turns. SCHED_BATCH, see sched(7); the length of its turns can be chosen since Linux 6.12
    (kernel/sched/syscalls.c, __setparam_fair), and an older kernel does not look at it.
    """
    library = ctypes.CDLL(None)
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):  # a thread that has just ended, a sandbox that allows no such thing
            thread = int(task.name)
            os.sched_setscheduler(thread, os.SCHED_BATCH, os.sched_param(0))
            if number := SCHED_SETATTR.get(platform.machine()):
                nice = os.getpriority(os.PRIO_PROCESS, thread)
                library.syscall(number, thread, _sched_attr(os.SCHED_BATCH, nice, TURN_S), 0)


def _sched_attr(policy: int, nice: int, turn_s: float) -> bytes:
    """A struct sched_attr, linux/sched/types.h: size, policy, flags, nice, priority, runtime in ns, two deadlines."""
    return struct.pack("=IIQiIQQQ", 48, policy, 0, nice, 0, int(turn_s * 1e9), 0, 0)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time; the lock ends with its holder, however that ends."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _all() -> Iterator[tuple[int, Path]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (pidfile := _pidfile(int(entry.name))) is not None:
            yield int(entry.name), pidfile


def _pidfile(pid: int) -> Path | None:
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return None
    options = dict(pairwise(arguments)) if Path(arguments[0]).name in PROGRAMS else {}
    path = options.get("-pidfile") or options.get("--pidfile")
    return Path(path) if path else None
