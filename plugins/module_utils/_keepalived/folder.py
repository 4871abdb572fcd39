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


def missing(folder: Optional[str]) -> List[str]:
    """Return the folders to make so that this one is there, outermost first. None: there is none to make."""
    found: List[str] = []
    while folder and not os.path.isdir(folder):
        found.insert(0, folder)
        folder = os.path.dirname(folder)
    return found


@contextmanager
def made(folder: Optional[str]) -> Iterator[None]:
    """Make the folder. Where what follows fails, what was made goes again."""
    new: List[str] = []
    try:
        for path in missing(folder):
            os.mkdir(path, 0o755)
            new.append(path)
        yield
    except BaseException:
        for path in reversed(new):
            with suppress(OSError):  # somebody else has put something there
                os.rmdir(path)
        raise


@contextmanager
def stand_in(folder: Optional[str]) -> Iterator[Optional[StandIn]]:
    """Offer a temporary folder in the place of this one, None where it is there already."""
    new = missing(folder)
    if not new:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix=".lvs-") as temporary:
        replaced = StandIn(new[0], temporary)
        for path in new[1:]:
            os.mkdir(replaced.path(path))
        yield replaced
