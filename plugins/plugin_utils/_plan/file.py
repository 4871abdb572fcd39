# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file of a saved plan, on the controller."""

from __future__ import annotations

from .. import _whole_file
from .saved import MARK, NoPlan


def write(path: str, content: str) -> bool:
    """Put the text there in one step, readable by its owner alone (mode 0600). False where it was there already.

    NotWritten where that fails, or the file there is no plan.
    """
    return _whole_file.write(path, content.encode(), _whole_file.PRIVATE, MARK)


def read(path: str) -> str:
    """NoPlan where there is no such file, or this user may not read it."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise NoPlan(str(error)) from error
