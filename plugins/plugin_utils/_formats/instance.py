# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one director says of a set of VIPs that move together. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PRIORITY = 100  # VRRP_PRIO_DFL in keepalived's vrrp.h


@dataclass
class Instance:
    """A virtual router as one director has it.

    values: the keys that lvs_cluster.vrrp or an entry of its instances has. vips: address -> its further keys.
    source: the address from which the director advertises; peers: those of the others.
    """

    name: str
    values: dict[str, Any]
    vips: dict[str, dict[str, Any]] = field(default_factory=dict)
    priority: int = PRIORITY
    source: str | None = None
    peers: list[str] = field(default_factory=list)
    authentication: dict[str, Any] = field(default_factory=dict)

    @property
    def is_apart(self) -> bool:
        """Whether directors hear each other on another network than that of the VIPs."""
        own = self.values.get("interface")
        return own is not None and all(options.get("interface", own) != own for options in self.vips.values())
