# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The folder with what an operator has drained, as it is on this host. Private to the collection."""

from __future__ import annotations

import os
from typing import Dict

from .._files import read_text
from .files import Offsets, offsets_in


def read_texts(folder: str) -> Dict[str, str]:
    """Return name -> text of the files; {} where there is no such folder."""
    try:
        names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except FileNotFoundError:
        return {}
    return {name: read_text(os.path.join(folder, name)) or "" for name in names}


def read_offsets(folder: str) -> Offsets:
    """Return name -> number of the files."""
    return offsets_in(read_texts(folder))
