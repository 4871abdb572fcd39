# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A director that was to hand over its VIPs, and has not given them up."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from .._rules.rule import Note, error, seen, whole


@dataclass(frozen=True)
class Standby:
    """host: a director in standby. held: the VIPs that it still has, None where that is unknown."""

    host: str
    held: Collection[str] | None = None


@error("LVS788", "vips-not-given-up", each=whole)
def vips_not_given_up(standby: Standby) -> Iterator[Note]:
    """A director is in standby, but has not given up its VIPs, or has not reported that it has.

    Look at keepalived's journal there; bring the director back with `-e state=active`.
    """
    held = standby.held
    if held is not None and not held:
        return
    still = f"still holds {', '.join(sorted(held))}" if held else "has not reported that it did"
    yield seen(
        standby.host,
        f"It should have released its VIPs, but {still}",
        "It is in standby: it will not take VIPs back until you run: ansible-playbook lvs.cluster.failover "
        f"-e state=active -e director={standby.host}",
        f"To see why, look on {standby.host}: journalctl -u keepalived",
    )
