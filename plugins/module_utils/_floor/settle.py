# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Floors of this director: what keepalived's checks find, and what of it takes real servers out. Private.

keepalived checks a service with a floor in a second virtual service, which no client reaches. Whom it takes out there
fails; whom it takes out of the service itself, the files say.
"""

from __future__ import annotations

import syslog
from glob import glob
from typing import Callable, Dict, Mapping, Optional

from .._drain.folder import read_offsets
from .._drain.offsets import offset, weight_with
from .._files import Texts, read_text, write_texts
from .._ipvs.model import Table, endpoint
from .._keepalived.managed import Floor, floors
from .._lock import alone
from .._places import DRAINED, FAILED, KEEPALIVED_CONF
from .model import KEPT, Standing, settled

LOCK = "/run/lvs-floor.lock"


def settle(
    read: Callable[[], Table], keepalived_file: str = KEEPALIVED_CONF, folder: str = DRAINED, only: Optional[str] = None
) -> Texts:
    """Bring the files of all floors, or of the one of this name, to what is right now. Return those that have changed.

    read: the table. OSError where a file cannot be written.
    """
    with alone(LOCK):
        found = floors(read_text(keepalived_file) or "")
        chosen = {name: floor for name, floor in found.items() if only in (None, name)}
        table = read() if chosen else {}
        changed: Texts = {} if only else _left_over(found)
        write_texts(changed)
        for name, floor in chosen.items():
            if floor.verdicts in table:  # or else keepalived is on its way, and tells later
                changed.update(_settle(name, floor, table, read_offsets(folder)))
        return changed


def _left_over(found: Mapping[str, Floor]) -> Texts:
    """Return the files of real servers that no floor has any more."""
    own = {member.file for floor in found.values() for member in floor.members}
    return dict.fromkeys(sorted(path for path in glob(f"{FAILED}/*") if path not in own))


def _settle(name: str, floor: Floor, table: Table, offsets: Mapping[str, int]) -> Texts:
    said = {member.file: (read_text(member.file) or "").strip() for member in floor.members}
    standings = standings_of(floor, table, offsets, said)
    texts = settled(standings, floor.least)
    changed = {path: text and f"{text}\n" for path, text in texts.items() if (text or "") != said[path]}
    write_texts(changed)
    if any(text and text.strip() == KEPT for text in changed.values()):
        syslog.syslog(syslog.LOG_WARNING, warning(name, floor, texts))
    return changed


def standings_of(
    floor: Floor, table: Table, offsets: Mapping[str, int], said: Mapping[str, str]
) -> Dict[str, Standing]:
    """Return how the real servers are, by their files. said: what these say now."""
    passing = {destination.key for destination in table[floor.verdicts].destinations}
    return {
        member.file: Standing(
            member.verdict in passing,
            max(weight_with(member.weight, offset(offsets, *pair)) for pair in member.pairs),
            said[member.file],
        )
        for member in floor.members
    }


def warning(name: str, floor: Floor, texts: Mapping[str, Optional[str]]) -> str:
    """Return what the log says where checks fail and take nobody out."""
    kept = [endpoint(*member.pairs[0][1]) for member in floor.members if texts[member.file] == KEPT]
    return (
        f"Service {name}: the checks of {', '.join(kept)} fail, and still the depool_floor of {floor.least} keeps "
        f"{'it' if len(kept) == 1 else 'them'} in the table: too many others are out"
    )
