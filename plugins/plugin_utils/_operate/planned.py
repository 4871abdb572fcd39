# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module has planned, as its result tells it: of many changes the first, and a sentence about the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

# The lists of a plan.
DIFFERENCES = ("added", "changed", "removed")

Entry = Mapping[str, Any]


def entries(listed: Iterable[Any]) -> list[Entry]:
    """The changes of a list that are told one by one."""
    return [each for each in listed if isinstance(each, Mapping)]


def may_have(listed: Iterable[Any], is_meant: Callable[[Entry], bool]) -> bool:
    """Whether such a change is in a list. It may be one of those that are left out."""
    return any(not isinstance(each, Mapping) or is_meant(each) for each in listed)


def words(listed: Iterable[Any]) -> list[str]:
    """Each change of a list in words, and the sentence about those that are left out."""
    return [f"{each['kind']} {each['name']}" if isinstance(each, Mapping) else str(each) for each in listed]
