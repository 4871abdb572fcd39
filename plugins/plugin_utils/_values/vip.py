# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A VIP.

Every default is filled in, addresses have their canonical form, and equal settings compare equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .unknown import partly_known


@partly_known
@dataclass(frozen=True)
class Vip:
    """A VIP. interface: the one that the owner asks for, else None. label: its name there, else None.

    gateway: the real servers' gateway, on their side of the director. routed: no host holds it, a router sends its
    packets to the director. next_hop: it serves nothing, routers send there what is for routed addresses.
    on_real_servers: one of VIP_PLACES.
    """

    address: str
    prefix: int
    interface: str | None = None
    label: str | None = None
    gateway: bool = False
    routed: bool = False
    next_hop: bool = False
    on_real_servers: str = "lo"
    path: str = field(default="", compare=False)


def without_prefix(address: str) -> str:
    """An address without the length of its prefix."""
    return address.partition("/")[0]
