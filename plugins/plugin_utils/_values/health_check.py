# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of real servers, and what follows from their answers.

Every default is filled in, addresses have their canonical form, and equal settings compare equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .unknown import partly_known

BFD_PORT = 3784  # RFC 5881, section 4


@dataclass(frozen=True)
class HealthCheck:
    """How keepalived asks whether a real server can serve. kind: http, tcp, ... options: those that were given."""

    kind: str
    options: tuple[tuple[str, Any], ...] = ()

    def __getitem__(self, name: str) -> Any:
        return dict(self.options).get(name)

    @property
    def goes_through_path(self) -> bool:
        """Whether it asks at the VIP, as clients do, and not at the real server's own address."""
        return bool(self["through"] == "path")


@partly_known
@dataclass(frozen=True)
class Watch:
    """What keepalived does about a service or one of its real servers beside checking; None is keepalived's default.

    alerts: whether it sends mail. raw: lines for this place of keepalived.conf. What follows raw is for services alone.
    depool_floor: how many real servers checks leave in the table, or which share of them, such as "50%".
    """

    inhibit_on_failure: bool | None = None
    virtual_host: str | None = None
    alerts: bool | None = None
    raw: str | None = None
    quorum: int | None = None
    hysteresis: int | None = None
    quorum_up: str | None = None
    quorum_down: str | None = None
    alpha: bool | None = None
    omega: bool | None = None
    suspend_without_vip: bool | None = None
    depool_floor: int | str | None = None

    @property
    def least(self) -> int:
        """The sum of weights below which a service loses its quorum: update_quorum_state() in ipwrapper.c."""
        return (self.quorum or 1) - (self.hysteresis or 0)
