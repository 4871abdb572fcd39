# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The history of this host, read back. Private."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Dict, Optional

from . import files
from .definitions import kept
from .model import beginning, selected
from .text import parse


def history(since: Optional[str], last: Optional[int], definitions: bool = False) -> Dict[str, Any]:
    """Return what history_info does. OSError where the files cannot be read, ValueError for what is not understood.

    since: from when on, as beginning() takes it. last: how many entries at most. None for all.
    definitions: whether those that were kept are returned too.
    """
    if last is not None and last < 1:
        raise ValueError(f"last: {last} is not a number of entries; give 1 or more")
    begin = beginning(since, datetime.now(timezone.utc)) if since else ""
    read = parse(files.read())
    found = selected(read.entries, begin, last)
    told: Dict[str, Any] = {"entries": found.entries, "earlier": found.earlier, "damaged": read.damaged}
    return {**told, "definitions": kept()} if definitions else told


def latest(number: int) -> Dict[str, Any]:
    """Return the latest entries in short, without plan and diff, or why they cannot be read. Nothing is raised."""
    try:
        entries = selected(parse(files.read()).entries, "", number).entries
    except OSError as error:
        return {"entries": [], "unread": str(error)}
    return {"entries": [{**entry, "plan": {}, "diff": []} for entry in entries], "unread": ""}
