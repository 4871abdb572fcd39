# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that are to be directors, as they report themselves: nothing there matters, but for what a test changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.candidate import Candidate
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

VIP = "192.0.2.198"
ON: Mapping[str, Any] = {"active": True, "at_boot": True, "process": 0, "arguments": []}
OFF: Mapping[str, Any] = {**ON, "active": False, "at_boot": False}
ON_NO_HOST: Mapping[str, Any] = {"units": {}, "ipvsadm": {}, "ldirectord": [], "processes": [], "kube_interface": False}
VIEW: Mapping[str, Any] = {
    "services": [],
    "virtual_routers": [],
    "cluster_directors": ["lvs1"],
    "filter": {"rules": []},
}


def candidate(*services: Any, cluster: Any = None, **options: Any) -> Candidate:
    """One with keepalived. owners, ipvs, closed, source_nat, selinux: what differs in its report.

    The others are of Candidate.
    """
    defined = parse(*(services or (service(),)), cluster=cluster, engine=options.pop("engine", "keepalived"))
    ipvs = {"services": [], "schedulers": ["rr", "wlc"], "persistence_engines": [], "connection_table_size": 4096}
    told = {
        "owners": {**ON_NO_HOST, **options.pop("owners", {})},
        "ipvs": {**ipvs, **options.pop("ipvs", {})},
        "closed": options.pop("closed", []),
        "source_nat": options.pop("source_nat", []),
        "selinux": {"enforced": False, "keepalived_connect_any": True, **options.pop("selinux", {})},
    }
    told["placed"] = options.pop("placed", [])
    return Candidate("lvs1", defined, told, **{"view": VIEW, **options})


def announcing(*vips: str, **options: Any) -> Candidate:
    """One that announces VIPs to a router; placed: its addresses."""
    bgp = {"local_as": 64520, "neighbours": [{"address": "198.51.100.1", "remote_as": 64500}], **options.pop("bgp", {})}
    services = [service(name=f"at-{vip}", address=vip) for vip in vips]
    return candidate(*services, cluster={"vips_by": "bgp", "bgp": bgp}, engine=None, **options)


def process(name: str, *words: str, number: int = 7, **found: Any) -> dict[str, Any]:
    return {"name": name, "process": number, "arguments": list(words), **found}


def kept(*words: str, cluster: Any = None, **found: Any) -> Candidate:
    """One whose keepalived.service starts keepalived with these options."""
    unit = {**ON, "process": 7, "arguments": ["--dont-fork", *words]}
    return candidate(cluster=cluster, engine=None, owners={"units": {"keepalived.service": unit}, **found})
