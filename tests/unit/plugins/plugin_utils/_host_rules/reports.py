# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the directors of a cluster report of VRRP: made up here, as host_info returns it."""

from __future__ import annotations

from typing import Any

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

CLUSTER = parse(service(), groups={"lvs_directors": ["lvs1", "lvs2"]}, engine=None)
PEER = "192.0.2.3"


def report(*heard: dict[str, Any], advertised: str = "", runs: bool = True, own: str = "fe80::2") -> dict[str, Any]:
    router = {"name": "lvs", "virtual_router_id": 51, "family": "ipv4", "interface": "eth0", "advertised": advertised}
    return {
        "virtual_routers": [{**router, "peers": []}] if advertised else [],
        "other_directors": [],
        "keepalived_runs": runs,
        "addresses": [own],
        "heard": list(heard),
    }


def heard(source: str, *addresses: str, number: int = 51, family: str = "ipv4") -> dict[str, Any]:
    return {
        "interface": "eth0",
        "family": family,
        "source": source,
        "version": 2,
        "virtual_router_id": number,
        "priority": 100,
        "interval": 1.0,
        "addresses": list(addresses),
    }
