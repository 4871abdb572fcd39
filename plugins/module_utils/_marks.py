# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What operators and roll-outs have said, in files on a director. Private to the collection.

Those that tell it to take no VIP are watched by keepalived.
"""

from __future__ import annotations

import json
import os
from typing import Any, Dict, List, Mapping, NamedTuple, Optional

from ._drain.files import is_name
from ._drain.folder import read_texts
from ._files import file_diff, read_text, remove_empty, replace_text
from ._places import DRAINED, FOLDER, HELD, MUTED, STANDBY

# What keepalived adds to the priority; -254 is fault, in which an instance gives its VIPs up (vrrp_track.c).
TAKES_NO_VIP = "-254\n"
PATHS = {"standby": STANDBY, "held": HELD}


class Difference(NamedTuple):
    """A file as it is and as it is to be; None where there is none."""

    path: str
    before: Optional[str]
    after: Optional[str]

    def diff(self) -> Dict[str, str]:
        return file_diff(*self)


def differences(options: Mapping[str, Any]) -> List[Difference]:
    """Return what is not yet as the options of director_marks say."""
    wanted: Dict[str, Optional[str]] = {
        path: TAKES_NO_VIP if options[name] else None for name, path in PATHS.items() if options[name] is not None
    }
    wanted.update(_missing(options["drains"]))
    if options["muted"] is not None:
        wanted[MUTED] = _document(options["muted"])
    if options["forget_drains"]:
        wanted.update((f"{DRAINED}/{name}", None) for name in read_texts(DRAINED))
    found = (Difference(path, read_text(path), after) for path, after in wanted.items())
    return [difference for difference in found if difference.before != difference.after]


def _missing(drains: Mapping[str, str]) -> Dict[str, str]:
    """Return path -> text of the files that are not there. A name that no real server has would be no such file."""
    own = read_texts(DRAINED)
    odd = sorted(name for name in drains if not is_name(name))
    if odd:
        raise OSError(f"drains: {', '.join(map(repr, odd))} is not the name of a file about a real server")
    return {f"{DRAINED}/{name}": content for name, content in drains.items() if name not in own}


def _document(muted: Mapping[str, Any]) -> Optional[str]:
    """Return the text that says which findings are muted, None where none is."""
    return f"{json.dumps(muted, indent=2, sort_keys=True)}\n" if muted else None


def is_written(difference: Difference) -> bool:
    """Return whether a file is as it is to be: where a call has failed, some are."""
    return read_text(difference.path) == difference.after


def is_left_over(options: Mapping[str, Any]) -> bool:
    """Return whether the folder of the drains is there and is to go."""
    return options["forget_drains"] and os.path.isdir(DRAINED)


def carry_out(found: List[Difference], forget_drains: bool) -> None:
    """Write the files, or remove them."""
    for difference in found:
        # Who has muted what is for those to read who may change it.
        replace_text(difference.path, difference.after, 0o600 if difference.path == MUTED else None)
    if forget_drains:
        remove_empty((DRAINED, FOLDER))
