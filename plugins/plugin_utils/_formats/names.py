# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names for what has none, or one that the definition does not take. Pure."""

from __future__ import annotations

import re
from itertools import count

LONGEST = 63


class Names:
    """Names that are given once each."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def new(self, wanted: str) -> str:
        """The wanted name, with - for what a name cannot have, and a number at its end if it is taken."""
        name = re.sub(r"[^A-Za-z0-9_.]+", "-", wanted).strip("-._")[: LONGEST - 5] or "service"
        for number in count(2):
            if name not in self._given:
                break
            name = f"{re.sub('-[0-9]+$', '', name) if number > 2 else name}-{number}"
        self._given.add(name)
        return name
