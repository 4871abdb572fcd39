# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The history as text: a JSON object in a line for each change. Pure. Private."""

from __future__ import annotations

import json
import re
from typing import Any, Dict, List, NamedTuple, Optional

from .model import Entry

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
# The type that each value of a line must have; other keys come from a later release.
_TYPES = {"counts": dict, "plan": dict, "origin": dict, "login": dict, "commands": list, "files": list, "diff": list}


class Read(NamedTuple):
    """entries: as _asdict() of Entry makes them. damaged: how many lines are none."""

    entries: List[Dict[str, Any]]
    damaged: int


def written(entry: Entry) -> str:
    """Return the line of an entry, of ASCII alone, so that nothing in it reaches a terminal as more than text."""
    filled = {name: value for name, value in entry._asdict().items() if value}
    return json.dumps(filled, default=str, separators=(",", ":")) + "\n"


def parse(text: str) -> Read:
    """Return the entries of the lines. A damaged line, as after a power cut, does not affect the others."""
    lines = [line for line in text.split("\n") if line.strip("\0 ")]
    entries = [found for found in map(_parsed, lines) if found is not None]
    return Read(entries, len(lines) - len(entries))


def _parsed(line: str) -> Optional[Dict[str, Any]]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in ("time", "module")):
        return None
    whole = {**{name: kind() for name, kind in _TYPES.items()}, "failure": "", **found}
    fits = _TIME.fullmatch(whole["time"]) and all(isinstance(whole[name], kind) for name, kind in _TYPES.items())
    return whole if fits and isinstance(whole["failure"], str) else None
