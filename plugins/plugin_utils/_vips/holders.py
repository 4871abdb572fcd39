# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways of holding VIPs, by the name that a cluster has for its own."""

from __future__ import annotations

from .._values.cluster import Cluster
from .bgp import Bgp
from .holder import Holder
from .static import Static
from .vrrp import Vrrp

HOLDERS: dict[str, Holder] = {"bgp": Bgp(), "static": Static(), "vrrp": Vrrp()}


def holder_of(cluster: Cluster) -> Holder:
    return HOLDERS[cluster.vips_by]
