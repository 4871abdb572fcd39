# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""keepalived.conf on this host: what is, what must be, and how it gets there. Private to the collection."""

from __future__ import annotations

import os
import re
from typing import Any, Dict, List, Optional

from .._files import file_diff, new_file, read_text, replace_text, sync_folder
from . import check
from .text import StandIn, is_own, masked

# Where the file of someone else waits until this collection goes; those that come later get a number at the end.
KEPT = ".before-lvs"
PRIVATE = 0o600


class Refused(Exception):
    """The configuration cannot be put in place. The text says why; nothing was changed."""


class Configuration:
    """The file at `path`, and beside it each that others have put there before the collection replaced it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._copies = kept_copies(path)
        self.text = read_text(path)
        self._foreign = self.text is not None and not is_own(self.text)

    def test(self, wanted: str, instead: Optional[StandIn] = None) -> str:
        """Return what the caller should know. Refused where keepalived does not take the text.

        instead: where the tracked files are looked for, while their folder is not there.
        """
        program = check.find()
        if program is None:
            return "keepalived is not there yet, so this configuration has not been tested"
        folder = os.path.dirname(self._path)
        tested = instead.used_in(wanted) if instead else wanted
        # Beside the file, so that what it includes by a relative path is found.
        path = new_file(tested, folder if os.path.isdir(folder) else None, PRIVATE)
        try:
            fault = check.fault(program, path, wanted)
        finally:
            os.unlink(path)
        if fault:
            told = instead.unused_in(fault) if instead else fault
            raise Refused(f"{self._path} stays as it is, and keepalived goes on with it. {told}")
        return ""

    def diff(self, wanted: Optional[str]) -> Dict[str, Any]:
        """Return what changes, without secrets. wanted: None where the file is to go."""
        return file_diff(self._path, masked(self.text or ""), masked(wanted or ""))

    def replace(self, wanted: str) -> None:
        """Put the text in place, in one step; only root may read it."""
        if self._foreign and not (self._copies and os.path.samefile(self._path, self._copies[-1])):
            os.link(self._path, _next_copy(self._path, self._copies))
        replace_text(self._path, wanted, PRIVATE)

    def left(self) -> Optional[str]:
        """Return the text that is there when the collection goes: what stood there before it came."""
        if self._foreign or not self._copies:
            return self.text if self._foreign else None
        return read_text(self._copies[-1])

    def remove(self) -> None:
        """Take the collection's file away and put back what stood there before."""
        if self._foreign or self.text is None:
            return
        if self._copies:
            os.replace(self._copies[-1], self._path)
        else:
            os.unlink(self._path)
        sync_folder(self._path)


def kept_copies(path: str) -> List[str]:
    """Return the files of others that are kept next to this one, the newest last."""
    found = re.compile(re.escape(os.path.basename(path) + KEPT) + r"(?:\.([0-9]+))?")
    folder = os.path.dirname(path)
    names = os.listdir(folder) if os.path.isdir(folder) else []
    numbered = sorted((int(match[1] or 0), match[0]) for match in map(found.fullmatch, names) if match)
    return [os.path.join(folder, name) for _number, name in numbered]


def _next_copy(path: str, copies: List[str]) -> str:
    if not copies:
        return path + KEPT
    number = copies[-1][len(path + KEPT) :].lstrip(".")
    return f"{path}{KEPT}.{int(number or 0) + 1}"


def is_private(path: str) -> bool:
    """Return whether only the owner may read a file."""
    return not os.path.exists(path) or os.stat(path).st_mode & 0o777 == PRIVATE
