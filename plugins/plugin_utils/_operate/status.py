# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The model of a status, which is shown to people (status_text.py) and as JSON. health.py works it out.

Times are in seconds since 1970, by the clock of the director that has told them; None where they are not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class RealServerStatus:
    """A real server of one service, on the director that balances it.

    service, name: as the owner calls them, with their addresses. weight: None where it is not in the table. defined:
    its weight in the definition, None where it is not in there. seconds: for how long it is in this state. why: what
    keepalived said before it took it out.
    """

    service: str
    name: str
    address: str
    port: int
    state: str
    weight: int | None
    defined: int | None
    active_connections: int | None
    inactive_connections: int | None
    connections_per_second: int | None
    since: float | None = None
    seconds: float | None = None
    why: str = ""


@dataclass(frozen=True)
class Holder:
    """A director that has a VIP. since: when keepalived became master there."""

    director: str
    since: float | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class VipStatus:
    """Who has a VIP."""

    address: str
    holders: Sequence[Holder]


@dataclass(frozen=True)
class DirectorStatus:
    """state: active, standby, barred, not read or no answer. sync_daemons: role -> interface and number."""

    name: str
    state: str
    vips: Sequence[str] = ()
    kernel: str = ""
    keepalived: str = ""
    keepalived_runs: bool | None = None
    sync_daemons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ClusterStatus:
    """A cluster at a glance. reasons: why it is not well. notes: what the next loss would do."""

    name: str
    word: str
    reasons: Sequence[str]
    notes: Sequence[str]
    vips: Sequence[VipStatus]
    directors: Sequence[DirectorStatus]
    real_servers: Sequence[RealServerStatus]

    def document(self) -> dict[str, Any]:
        return asdict(self)
