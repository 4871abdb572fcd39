# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Directors that serve, and must tell the packets of the others from those of clients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .._rules.rule import Note, error, seen, whole


@dataclass(frozen=True)
class UnknownPeers:
    """host: a director that is a real server too. peers: the directors whose MAC addresses it does not know."""

    host: str
    peers: Sequence[str]


@error("LVS766", "unknown-peers", each=whole)
def unknown_peers(unknown: UnknownPeers) -> Iterator[Note]:
    """A director that is also a real server does not know the MAC addresses of other directors.

    Run the playbook for all directors, without --limit.
    """
    if unknown.peers:
        yield seen(
            unknown.host,
            f"It does not know the MAC addresses of the directors {', '.join(unknown.peers)}",
            "It must tell their packets from those of clients, so as not to balance them again",
            "Run the playbook for all directors, without --limit",
        )
