# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster that is as defined, as it is examined for a plan, and what tests change of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

from ansible_collections.lvs.cluster.plugins.plugin_utils._doctor.examined import Examined
from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.model import Plan
from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.subject import Former, Subject
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.clusters import Clusters
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.identity import service_key
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._doctor.clusters import (
    ADDRESSES,
    CLUSTER,
    REPORTS,
    VIP,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, view

SHOP = f"tcp {VIP}:80"
BOOT = {"boot_commands": ["/sbin/ip -force -batch /etc/lvs/network.batch"]}
FILES = ["/usr/sbin/keepalived", "/usr/sbin/ipvsadm", "/etc/keepalived/keepalived.conf"]
NOTHING: dict[str, Any] = {"added": [], "changed": [], "removed": []}
SAME: dict[str, Any] = {"changed": False, "steps": [], "plan": NOTHING, "diff": []}
CONFIGURED = {
    "changed": False,
    "diff": [],
    "not_read": False,
    "new": False,
    "hears_anew": False,
    "drop_in_differs": False,
}
ON = {"active": True, "at_boot": True, "process": 1, "arguments": []}


def _report(host: str) -> dict[str, Any]:
    report: dict[str, Any] = deepcopy(REPORTS[host])
    report.update(
        addresses=[*report["addresses"], *([VIP] if host != "lvs2" else [])],
        drains={},
        keepalived_is_own=host.startswith("lvs"),
        keepalived_version="2.2.7",
        other_directors=[],
        system={"ID": "debian"},
        selinux={"enforced": False, "keepalived_connect_any": True},
        closed=[],
    )
    report["owners"].update(ipvsadm={}, ldirectord=[], processes=[], kube_interface=False)
    if host.startswith("lvs"):
        report["files"] = [*FILES]
        report["virtual_routers"] = [
            {
                "name": "lvs",
                "virtual_router_id": 51,
                "family": "ipv4",
                "interface": "eth1",
                "advertised": "",
                "peers": [],
            }
        ]
        report["journal"]["vips"] = {VIP: "lvs"}
        report["ipvs"].update(schedulers=["wlc"], persistence_engines=[], timeouts={}, statistics=[_counted()])
    return report


def _counted() -> dict[str, Any]:
    packets = {"incoming_packets": 9, "outgoing_packets": 0}
    counts = {
        "active_connections": 2,
        "inactive_connections": 0,
        "counters": packets,
        "rates": {"connections": 1, **packets},
    }
    servers = [{"address": ADDRESSES[host], "port": 80, **counts} for host in ("web1", "web2")]
    return {"address": VIP, "port": 80, "protocol": "tcp", "destinations": servers}


def _compared(host: str) -> dict[str, Any]:
    parts = {"network": {**SAME, **BOOT, "systemd": True}, "filter": {**SAME, "boot_commands": []}}
    if host.startswith("lvs"):
        parts.update(services=SAME, timeouts=SAME, sync_daemon=SAME, configuration=CONFIGURED, announcer=SAME, bgp=SAME)
    return deepcopy(parts)


def _view(cluster: Cluster, host: str) -> dict[str, Any]:
    """With the names that the action resolve adds."""
    services = {str(service_key(vars(service))): service.name for service in cluster.services}
    servers = {server.address: server.host for service in cluster.services for server in service.real_servers}
    return {**view(cluster, host), "names": {"services": services, "real_servers": servers}}


AS_DEFINED = Subject(
    Clusters.of(CLUSTER),
    (
        Examined(
            CLUSTER,
            views={host: _view(CLUSTER, host) for host in ADDRESSES},
            reports={host: _report(host) for host in ADDRESSES},
            compared={host: _compared(host) for host in ADDRESSES},
        ),
    ),
)


def defined(*services: Any, web: Sequence[str] = ("web1", "web2"), **definition: Any) -> Subject:
    """Another definition, to which its hosts differ in nothing yet. web: the real servers."""
    groups = {"lvs_directors": ["lvs1", "lvs2"], "web": [*web]}
    cluster = parse(*services, groups=groups, engine=None, **definition)
    (known,) = AS_DEFINED.examined
    examined = Examined(
        cluster,
        views={host: _view(cluster, host) for host in cluster.hosts},
        reports={host: known.reports.get(host, known.reports["web1"]) for host in cluster.hosts},
        compared={host: known.compared.get(host, known.compared["web1"]) for host in cluster.hosts},
    )
    return replace(AS_DEFINED, clusters=Clusters.of(cluster), examined=(examined,))


def reported(host: str, subject: Subject = AS_DEFINED, **told: Any) -> Subject:
    """The same with other facts of a host."""
    (examined,) = subject.examined
    reports = {**examined.reports, host: {**examined.reports[host], **told}}
    return replace(subject, examined=(replace(examined, reports=reports),))


def differing(host: str, subject: Subject = AS_DEFINED, **parts: Mapping[str, Any]) -> Subject:
    """The same with parts of a host that differ; what is not given of them stays."""
    (examined,) = subject.examined
    own = examined.compared[host]
    compared = {
        **examined.compared,
        host: {**own, **{name: {**own.get(name, {}), **part} for name, part in parts.items()}},
    }
    return replace(subject, examined=(replace(examined, compared=compared),))


def without(host: str, why: str = "No route to host", subject: Subject = AS_DEFINED) -> Subject:
    """The same, but a host has not answered."""
    (examined,) = subject.examined
    rest = [
        {name: each for name, each in told.items() if name != host} for told in (examined.reports, examined.compared)
    ]
    return replace(subject, examined=(replace(examined, reports=rest[0], compared=rest[1], unread={host: why}),))


def formerly(former: Former, subject: Subject = AS_DEFINED, **reports: Mapping[str, Any]) -> Subject:
    """The same with former hosts, which have these reports and nothing of the cluster that has to go."""
    parts = {host: {"network": SAME, "filter": SAME} for host in reports}
    return replace(subject, former=former, reports=reports, compared=parts)


def change(action: str, kind: str, name: str, command: str = "", **entry: Any) -> dict[str, Any]:
    """A part in which one thing is added, changed or removed, as host_compare has it."""
    word = {"add": "added", "change": "changed", "remove": "removed"}[action]
    step = {"action": action, "kind": kind, "count": 1, "commands": [command or f"{action} {name}"]}
    return {"changed": True, "steps": [step], "plan": {**NOTHING, word: [{"kind": kind, "name": name, **entry}]}}


def both(*parts: Mapping[str, Any]) -> dict[str, Any]:
    """Several changes of one part, in this order."""
    return {
        "changed": True,
        "steps": [step for part in parts for step in part["steps"]],
        "plan": {name: [entry for part in parts for entry in part["plan"][name]] for name in NOTHING},
    }


def order_of(planned: Plan) -> list[tuple[str, str]]:
    return [(step.phase, step.host) for step in planned.steps]
