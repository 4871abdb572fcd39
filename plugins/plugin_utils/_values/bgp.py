# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How directors announce the VIPs to routers.

Every default is filled in, addresses have their canonical form, and equal settings compare equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ...module_utils._netlink.address import family_of
from .unknown import partly_known


@partly_known
@dataclass(frozen=True)
class Neighbour:
    """A router. authenticated: whether there is a password, which is nobody's business here. multihop: hops, or None
    where it is in a network of the director. directors: the names of those that announce to it, empty for all.
    """

    address: str
    remote_as: int
    authenticated: bool = False
    bfd: bool = False
    multihop: int | None = None
    directors: tuple[str, ...] = ()
    path: str = field(default="", compare=False)

    @property
    def family(self) -> str:
        return family_of(self.address)

    def hears(self, director: str) -> bool:
        """Whether a director announces to it."""
        return not self.directors or director in self.directors


@partly_known
@dataclass(frozen=True)
class Bgp:
    """speaker: one of BGP_SPEAKERS. hold_time: seconds, None for the program's. standby_med: None where a director in
    standby announces nothing. announce_while: one of ANNOUNCED_WHILE.
    """

    speaker: str
    local_as: int
    neighbours: tuple[Neighbour, ...]
    hold_time: int | None = None
    communities: tuple[str, ...] = ()
    med: int | None = None
    standby_med: int | None = None
    announce_while: str = "all"

    def neighbours_of(self, director: str) -> tuple[Neighbour, ...]:
        return tuple(neighbour for neighbour in self.neighbours if neighbour.hears(director))
