# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan is made of, the same for every resource. Private to the collection."""

from __future__ import annotations

from typing import Any, NamedTuple, Tuple

ADD, CHANGE, REMOVE = "add", "change", "remove"


class Change(NamedTuple):
    """One step from what is to what must be.

    action: ADD, CHANGE or REMOVE.
    kind: what is changed, for example "service" or "address".
    key: what identifies it within its kind.
    before: its value now, None with ADD.
    after: its value afterwards, None with REMOVE.
    """

    action: str
    kind: str
    key: Any
    before: Any
    after: Any


# The changes in the order in which they are carried out; empty where nothing is to do.
Plan = Tuple[Change, ...]


class InvalidInput(Exception):
    """What the caller asks for cannot be; faults has one line for each reason, each beginning with its path."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))
