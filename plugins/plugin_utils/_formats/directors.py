# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names of directors whose files have been read. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

# What the definition takes, and what a host is likely to be called.
_TAKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@-]{0,252}")
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,62}")


class Named(Protocol):
    """A director as its file has it. said: what it calls itself."""

    name: str

    @property
    def said(self) -> str: ...


def name_all(directors: Sequence[Named]) -> None:
    """Who has no name gets the one that it says of itself, or else lvs1 and so on."""
    for director in directors:
        director.name = director.name if _TAKEN.fullmatch(director.name) else ""
    said = [director.said for director in directors]
    taken = {director.name for director in directors}
    for director in directors:
        own = director.said
        if not director.name and _HOST.fullmatch(own) and said.count(own) == 1 and own not in taken:
            director.name = own
        taken.add(director.name)
    for number, director in enumerate(directors, 1):
        if not director.name:
            director.name = next(name for name in (f"lvs{each}" for each in range(number, 999)) if name not in taken)
            taken.add(director.name)
