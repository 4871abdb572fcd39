# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who holds the VIPs: the one interface of all that can."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from ...module_utils._netlink.address import family_of
from .._values.cluster import Cluster
from .._values.director import Director
from .._values.vip import Vip
from .._view.entries import Address, Entry, FilterRule


class Holder(Protocol):
    """One way of having the VIPs on directors.

    What the role does for it is in roles/director/tasks/vips, in a file of the same name.
    """

    def programs(self, cluster: Cluster) -> tuple[str, ...]:
        """What a director needs for it, by the names of files (package_of() in module_utils/_systems.py)."""

    def place(self, vip: Vip, director: Director) -> Address:
        """A VIP where a director has it, while it has it."""

    def entries(self, cluster: Cluster, director: Director) -> Iterator[Entry]:
        """What a director needs of its network for it."""

    def openings(self, cluster: Cluster, director: Director) -> Iterator[FilterRule]:
        """What a closed firewall must let in, so that directors hear each other."""

    def virtual_routers(self, cluster: Cluster, director: Director) -> tuple[dict[str, Any], ...]:
        """The virtual routers of a director, as elements of host_info's option of this name."""

    def announcing(self, cluster: Cluster, director: Director) -> dict[str, Any]:
        """What tells routers of the VIPs: the options of the modules announcer and bgp (speaker). Empty for nothing."""


def in_its_network(vip: Vip, director: Director) -> Address:
    """A VIP on the interface of its network, or the one that its owner has named."""
    interface = vip.interface or (None if vip.gateway else director.interface)
    own = director.address_of(family_of(vip.address)) or director.addresses[0]
    beside = None if interface else own
    return Address(vip.address, vip.prefix, announce=True, interface=interface, beside=beside, label=vip.label)
