# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How VIPs move from director to director, and what concerns keepalived as a whole.

Every default is filled in, addresses have their canonical form, and equal settings compare equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...module_utils._netlink.address import family_of
from .unknown import partly_known

# The names in keepalived.conf of the files STANDBY and HELD (module_utils/_places.py), which keepalived tracks.
STANDBY_TRACK = "standby"
HELD_TRACK = "held"
# For vrrp.interface: advertisements by unicast take whatever way the routes are.
NO_INTERFACE = "none"


@dataclass(frozen=True)
class Track:
    """What changes an instance's priority, or takes it out of service where weight is 0.

    kind: interface, script or file. name: of the interface, or what the owner calls it. options: those that were given.
    """

    kind: str
    name: str
    weight: int
    options: tuple[tuple[str, Any], ...] = ()

    def __getitem__(self, key: str) -> Any:
        return dict(self.options).get(key)


@partly_known
@dataclass(frozen=True)
class VrrpInstance:
    """Some VIPs that move together from director to director.

    settings: those that were given, by the names of lvs_cluster.vrrp. priorities: director -> priority. path: where it
    stands. own: the keys that it sets itself, rather than lvs_cluster.vrrp. non_directors: the names in its priorities
    that are not directors.
    """

    name: str
    virtual_router_id: int
    vips: tuple[str, ...]
    priorities: tuple[tuple[str, int], ...]
    sync_group: str | None = None
    tracks: tuple[Track, ...] = ()
    settings: tuple[tuple[str, Any], ...] = ()
    path: str = field(default="", compare=False)
    own: frozenset[str] = field(default=frozenset(), compare=False)
    non_directors: tuple[str, ...] = field(default=(), compare=False)

    def __getitem__(self, name: str) -> Any:
        return dict(self.settings).get(name)

    @property
    def family(self) -> str:
        """The family that it advertises in: IPv4 where it has VIPs of both."""
        return min(family_of(address) for address in self.vips)

    def path_of(self, key: str) -> str:
        """Where a setting stands: its own, or what all instances have."""
        return f"{self.path if key in self.own else 'lvs_cluster.vrrp'}.{key}"

    def moves_with(self, other: VrrpInstance) -> bool:
        """Whether the VIPs of both are always on the same director: vrrp_sync_master() and so on in vrrp_sync.c."""
        return self == other or (self.sync_group is not None and self.sync_group == other.sync_group)


@partly_known
@dataclass(frozen=True)
class Keepalived:
    """What concerns keepalived as a whole. authentication: None without a password, which is nobody's business here.

    email: the options that were given, empty for none. script_user: user and group of what it runs.
    templates: the folder of the owner's own, as named; None for the role's alone.
    """

    instances: tuple[VrrpInstance, ...] = ()
    authentication: str | None = None
    startup_delay: float | None = None
    realtime_priority: int | None = None
    no_swap: bool = False
    email: tuple[tuple[str, Any], ...] = ()
    script_user: tuple[str, ...] = ("nobody",)
    raw_global_defs: str | None = None
    raw_file: str | None = None
    templates: str | None = None

    def authentication_of(self, instance: VrrpInstance) -> str | None:
        """How the directors of an instance know each other; IPv6 and version 3 have no authentication."""
        return self.authentication if instance.family == "ipv4" and instance["version"] != 3 else None
