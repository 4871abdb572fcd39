# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The folder of the files that keepalived tracks. Private to the collection.

Since 2.2.8, keepalived tracks no file whose folder is not there: it says "realpath() error 2" and refuses every
FILE_CHECK on such a file. So the folder is there when a configuration is tested.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager, suppress
from typing import Iterator, List, Optional

from .text import StandIn


def missing(*folders: Optional[str]) -> List[str]:
    """Return the folders to make so that these are there, outermost first. None: there is none to make."""
    found: List[str] = []
    for folder in folders:
        new: List[str] = []
        while folder and folder not in found and not os.path.isdir(folder):
            new.insert(0, folder)
            folder = os.path.dirname(folder)
        found += new
    return found


@contextmanager
def made(*folders: Optional[str]) -> Iterator[None]:
    """Make the folders. Where what follows fails, what was made goes again."""
    new: List[str] = []
    try:
        for path in missing(*folders):
            os.mkdir(path, 0o755)
            new.append(path)
        yield
    except BaseException:
        for path in reversed(new):
            with suppress(OSError):  # somebody else has put something there
                os.rmdir(path)
        raise


@contextmanager
def stand_in(*folders: Optional[str]) -> Iterator[Optional[StandIn]]:
    """Offer a temporary folder in the place of the one that all of these are in, None where they are there already."""
    new = missing(*folders)
    if not new:
        yield None
        return
    inside = [folder for folder in folders if folder]
    with tempfile.TemporaryDirectory(prefix=".lvs-") as temporary:
        replaced = StandIn(os.path.commonpath([new[0], *inside]), temporary)
        for path in inside:
            os.makedirs(replaced.path(path), exist_ok=True)
        yield replaced
