# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What checks may take out of a service that has a floor. Pure. Private to the collection.

A real server that fails has a file, which keepalived tracks: OUT in it takes the real server out, KEPT leaves it in.
"""

from __future__ import annotations

from typing import Dict, List, Mapping, NamedTuple, Optional

OUT = "1"
KEPT = "0"


class Standing(NamedTuple):
    """A real server of a service that has a floor.

    passes: whether its checks do. weight: what it has in the table, or would have there, by the definition and by what
    operators have done to that. said: what its file says now, OUT, KEPT, or "" without one.
    """

    passes: bool
    weight: int
    said: str = ""

    @property
    def is_out(self) -> bool:
        return self.said == OUT and not self.passes


def settled(standings: Mapping[str, Standing], least: int) -> Dict[str, Optional[str]]:
    """Return what the files are to say, None for no file: by the names of real servers, what brings back first.

    least: how many are to take new connections, failed or not. Who has no weight takes none, so that is taken out
    whenever it fails, and counts as out already. Who is out stays out until it passes, also if an operator drains
    others meanwhile: a drain brings nobody back who fails.
    """
    serving = [name for name, each in standings.items() if each.weight and not each.is_out]
    out: List[str] = []
    for name in sorted(name for name, each in standings.items() if not each.passes):
        each = standings[name]
        if each.is_out or not each.weight:
            out.append(name)
        elif len(serving) > least:
            serving.remove(name)
            out.append(name)
    passing = {name: None for name in sorted(standings) if standings[name].passes}
    kept = {name: KEPT for name in sorted(standings) if name not in passing and name not in out}
    return {**passing, **kept, **dict.fromkeys(out, OUT)}
