# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of the history on this host: one that grows, and the one before it, which it replaces when full. Private.

They are in a folder that only root may enter, and no link is followed. Whoever reads or writes holds the folder's lock
while doing so.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import stat
from contextlib import contextmanager, suppress
from typing import Iterator, List

from .. import _places
from .._lock import take

MAX_BYTES = 1024 * 1024
OLDER = ".1"
# The definitions that were rolled out; definitions.py keeps them.
DEFINITION = re.compile(r"definition-([0-9a-f]{12})\.json(\.new)?")
DEADLINE_S = 5.0
_SAFELY = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK  # a pipe in its place blocks nobody


def append(line: str) -> None:
    """Add a line, as a whole or not at all. OSError where that is not possible."""
    data = line.encode()
    name = os.path.basename(_places.HISTORY)
    with suppress(FileExistsError):
        os.makedirs(os.path.dirname(_places.HISTORY), mode=0o700)
    with folder(fcntl.LOCK_EX) as place:
        _make_room(name, len(data), place)
        handle = opened(name, os.O_RDWR | os.O_APPEND | os.O_CREAT, place)
        try:
            add(handle, data)
        finally:
            os.close(handle)


def read() -> str:
    """Return the text of both files, the older one first; "" where there is none. OSError where it cannot be read."""
    try:
        with folder(fcntl.LOCK_SH) as place:
            return history_in(place)
    except FileNotFoundError:
        return ""


def history_in(place: int) -> str:
    """Return the same for whoever has the folder open. OSError as there."""
    name = os.path.basename(_places.HISTORY)
    return read_in(name + OLDER, place) + read_in(name, place)


def remove() -> None:
    """Remove the files, the definitions beside them, and the folder if it has no others."""
    name = os.path.basename(_places.HISTORY)
    try:
        with folder(fcntl.LOCK_EX) as place:
            for each in os.listdir(place):
                if each in (name, name + OLDER) or DEFINITION.match(each):
                    os.unlink(each, dir_fd=place)
            with suppress(OSError):
                os.rmdir(os.path.dirname(_places.HISTORY))
    except FileNotFoundError:
        return


def exists() -> bool:
    """Return whether there is anything to remove."""
    return os.path.lexists(os.path.dirname(_places.HISTORY))


def kept_for() -> List[str]:
    """Return the files by which the host still takes part in a cluster, so that the history stays."""
    return [path for path in _places.OF_A_MEMBER if os.path.lexists(path)]


@contextmanager
def folder(lock: int) -> Iterator[int]:
    """Open the folder and hold its lock. OSError where somebody else might change what is in it."""
    path = os.path.dirname(_places.HISTORY)
    place = os.open(path, os.O_RDONLY | os.O_DIRECTORY | _SAFELY)
    try:
        found = os.fstat(place)
        if found.st_uid != os.geteuid():
            raise OSError(errno.EPERM, "the folder belongs to another user", path)
        if stat.S_IMODE(found.st_mode) != 0o700:
            os.fchmod(place, 0o700)
        take(place, lock, DEADLINE_S, f"another process has held its lock for {DEADLINE_S:g} seconds")
        yield place
    finally:
        os.close(place)  # which gives the lock back


def _make_room(name: str, size: int, place: int) -> None:
    """Let a file that would become too long take the place of the older one."""
    with suppress(FileNotFoundError):
        if os.stat(name, dir_fd=place, follow_symlinks=False).st_size + size > MAX_BYTES:
            os.replace(name, name + OLDER, src_dir_fd=place, dst_dir_fd=place)


def opened(name: str, flags: int, place: int) -> int:
    """Open a file of the folder, for root alone. OSError where it is a link, no regular file, or has several names."""
    handle = os.open(name, flags | _SAFELY, 0o600, dir_fd=place)
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        os.close(handle)
        raise OSError(errno.EINVAL, "not a regular file, or it has several links", name)
    if stat.S_IMODE(found.st_mode) != 0o600:
        os.fchmod(handle, 0o600)
    return handle


def add(handle: int, data: bytes) -> None:
    """Write at the end, on a line of its own; if only a part of it fits on the disk, that part is removed again."""
    before = os.fstat(handle).st_size
    whole = before == 0 or os.pread(handle, 1, before - 1) == b"\n"
    data = data if whole else b"\n" + data  # the last writer was killed, or the power failed
    try:
        _write(handle, data)
    except OSError:
        os.ftruncate(handle, before)
        raise


def _write(handle: int, data: bytes) -> None:
    if os.write(handle, data) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), _places.HISTORY)
    os.fsync(handle)


def read_in(name: str, place: int) -> str:
    """Return the text of a file of the folder, "" where there is none. OSError as opened() raises it."""
    try:
        handle = opened(name, os.O_RDONLY, place)
    except FileNotFoundError:
        return ""
    with os.fdopen(handle, encoding="utf-8", errors="replace") as stream:
        return stream.read()
