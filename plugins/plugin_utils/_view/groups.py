# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What directors send to a group of multicast, and by what the others know it."""

from __future__ import annotations

from typing import Any

from ...module_utils._netlink.address import family_of
from .._values.cluster import Cluster
from .._values.director import Director


def to_group(cluster: Cluster, director: Director, interface: str | None, group: str) -> list[dict[str, Any]]:
    """By what the packets are known that the other directors send to a group.

    They have the address of the interface by which they leave. Where one is named, that may be none that the
    definition has, and the group must do. So it must in IPv6, where that address is mostly a link-local one.
    """
    others = [other for other in cluster.directors if other.host != director.host]
    sources = [other.address_of("ipv4") for other in others]
    unknown = family_of(group) == "ipv6" or interface or None in sources
    if others and (unknown or any(other.interface or other.vrrp_addresses for other in others)):
        return [{"address": group}]
    return [{"source": source} for source in sources]
