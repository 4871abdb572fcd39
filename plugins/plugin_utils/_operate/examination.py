# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host looks at for the playbooks that examine.yml is a part of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._values.cluster import Cluster
from .rollout import macs_of_peers

# Directors do not hear their own answers, so real servers ask too; only some, for all neighbours get each question.
ASKING_REAL_SERVERS = 2


def asked_by(host: str, clusters: Iterable[Cluster]) -> list[str]:
    """The VIPs for which a host asks its neighbours."""
    return [
        vip.address
        for cluster in clusters
        if host in (*cluster.director_hosts, *cluster.realserver_hosts[:ASKING_REAL_SERVERS])
        for vip in cluster.held_vips
    ]


def known_peers(host: str, cluster: Cluster | None, told: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The MAC addresses of the directors whose packets a director must tell from those of clients.

    told: what host_info has returned on the directors that have answered.
    """
    if cluster is None:
        return {}
    macs = {
        director.host: told.get(director.host, {}).get("hardware_addresses", {}).get(director.addresses[0])
        for director in cluster.directors
    }
    return macs_of_peers(cluster, host, macs)
