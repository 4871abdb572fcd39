# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The codes of findings that an operator names."""

from __future__ import annotations

from collections.abc import Iterable

from .._rules.table import CODES
from .._schema.sentences import closest, nearest


def unknown_codes(codes: Iterable[str]) -> list[str]:
    """A sentence for each that is not the code of a rule, with the one that was probably meant."""
    return [f"{code} is not a known code{_meant(code)}" for code in codes if code not in CODES]


def _meant(code: str) -> str:
    """The end of a sentence: people may know a code by its name."""
    names = {entry.name: known for known, entry in CODES.items()}
    by_name = names.get(code.lower()) or names.get(closest(code.lower(), names))
    return f"; did you mean {by_name}?" if by_name else nearest(code.upper(), CODES)
