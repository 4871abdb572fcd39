# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a report on the controller: written as a whole or not at all, and never over a file of somebody else."""

from __future__ import annotations

import os

from .._whole_file import PRIVATE, replace

_BEGINNING = 300
PUBLIC = 0o666  # whoever may read the folder may read a page; a bundle is PRIVATE


class NotWritten(Exception):
    """A file cannot be written. The text says which, why, and what to do."""


def write(path: str, content: bytes, mode: int, mark: str) -> bool:
    """Whether the file differs from what was there. mark: what a file that may be replaced has at its beginning."""
    there = _read(path)
    if there is not None and not _is_ours(there, mark):
        raise NotWritten(
            f"{path} exists already and was not written by lvs.cluster.report. Name another file, or move it away."
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
