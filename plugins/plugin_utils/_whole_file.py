# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files on the controller that are written as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress

# Where the mark of a file must be.
_BEGINNING = 300
PRIVATE = 0o600
PUBLIC = 0o666  # whoever may read the folder may read it


def replace(path: str, content: bytes, mode: int = PRIVATE) -> None:
    """Put it there in one step. It is never readable by more than it may be, not even while it is written.

    mode: PRIVATE, or what the user's umask takes from. OSError where that fails.
    """
    folder = os.path.dirname(path) or "."
    handle, new = tempfile.mkstemp(dir=folder, prefix=f".{os.path.basename(path)}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        if mode != PRIVATE:
            os.chmod(new, mode & ~_umask())
        os.replace(new, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(new)
        raise


class NotWritten(Exception):
    """A file cannot be written. The text says which, why, and what to do."""


def write(path: str, content: bytes, mode: int, mark: str) -> bool:
    """Put it there in one step, unless somebody else's file is there. Whether the file differs from what was there.

    mode: as replace() has it. mark: what a file that may be replaced has at its beginning. NotWritten where that fails.
    """
    there = _read(path)
    if there is not None and not _is_ours(there, mark):
        raise NotWritten(
            f"{path} exists already and was not written by this playbook. Name another file, or move it away."
        )
    if there == content and not (mode == PRIVATE and os.stat(path).st_mode & 0o077):
        return False
    try:
        replace(path, content, mode)
    except OSError as error:
        raise NotWritten(f"{path} could not be written: {error.strerror}. Nothing was changed there.") from error
    return True


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NotWritten(f"{path} could not be read: {error.strerror}. Name another file.") from error


def _is_ours(there: bytes, mark: str) -> bool:
    return not there or mark.encode() in there[:_BEGINNING]


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
