# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file of a saved plan, on the controller."""

from __future__ import annotations

import os
from contextlib import suppress

from .._whole_file import PRIVATE, replace
from .saved import NoPlan


def write(path: str, content: str) -> bool:
    """Put the text there in one step, readable by its owner alone (mode 0600). False where it was there already.

    OSError where that fails.
    """
    with suppress(OSError), open(path, encoding="utf-8") as file:
        if file.read() == content and os.fstat(file.fileno()).st_mode & 0o777 == PRIVATE:
            return False
    replace(path, content.encode())
    return True


def read(path: str) -> str:
    """NoPlan where there is no such file, or this user may not read it."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise NoPlan(str(error)) from error
