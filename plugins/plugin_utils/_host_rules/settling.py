# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a real server does not remove or get yet, since a director takes no part in the run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .._rules.rule import Note, advice, seen, whole


@dataclass(frozen=True)
class Unsettled:
    """host: a real server. missing: its directors that this run has not set up.

    removed: what it would remove, in words. gateways: those of routes that it does not get yet.
    """

    host: str
    missing: Sequence[str]
    removed: Sequence[str] = ()
    gateways: Sequence[str] = ()


@advice("LVS763", "kept", each=whole)
def kept(left: Unsettled) -> Iterator[Note]:
    """A real server keeps what the definition no longer has: a director that took no part may still send to it.

    Run the playbook without --limit.
    """
    if left.removed:
        yield seen(
            left.host,
            f"It keeps what the definition no longer has ({', '.join(left.removed)})",
            f"{', '.join(left.missing)} did not take part in this run, and may still send packets for it",
            "Run the playbook without --limit to remove it",
        )


@advice("LVS764", "route-later", each=whole)
def route_later(left: Unsettled) -> Iterator[Note]:
    """A real server does not get its route yet, because its director took no part: the route might lead nowhere.

    Run the playbook without --limit.
    """
    if left.gateways:
        yield seen(
            left.host,
            f"It does not get its route through {', '.join(left.gateways)} yet",
            f"{', '.join(left.missing)} did not take part in this run, and a route through a director that does not "
            "forward would cut the host off",
            "Run the playbook without --limit",
        )
