# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Static VIPs: each director has all of them at any time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .._values.cluster import Cluster
from .._values.director import Director
from .._values.vip import Vip
from .._view.entries import Address, Entry, FilterRule
from .holder import in_its_network


class Static:
    """The addresses are set with the rest of the network, at boot too."""

    def programs(self, cluster: Cluster) -> tuple[str, ...]:
        return ()

    def place(self, vip: Vip, director: Director) -> Address:
        return in_its_network(vip, director)

    def entries(self, cluster: Cluster, director: Director) -> Iterator[Entry]:
        yield from (in_its_network(vip, director) for vip in cluster.held_vips)

    def openings(self, cluster: Cluster, director: Director) -> Iterator[FilterRule]:
        yield from ()

    def announcing(self, cluster: Cluster, director: Director) -> dict[str, Any]:
        return {}

    def virtual_routers(self, cluster: Cluster, director: Director) -> tuple[dict[str, Any], ...]:
        return ()
