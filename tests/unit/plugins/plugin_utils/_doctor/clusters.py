# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster that is well, as its hosts report it, and what tests change of it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from ansible_collections.lvs.cluster.plugins.plugin_utils._doctor.examined import Examined
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service, view

VIP = "192.0.2.198"
MACS = {name: f"02:00:00:00:00:{number:02}" for number, name in enumerate(("lvs1", "lvs2", "web1", "web2", "x"), 1)}
ADDRESSES = {"lvs1": "192.0.2.2", "lvs2": "192.0.2.3", "web1": "192.0.2.21", "web2": "192.0.2.22"}
CLUSTER = parse(
    service(),
    cluster={"sync_daemon": {"id": 51}},
    groups={"lvs_directors": ["lvs1", "lvs2"]},
    engine=None,
)
VIEWS = {host: view(CLUSTER, host) for host in ADDRESSES}
ON = {"active": True, "at_boot": True, "process": 1, "arguments": []}
ROUTER = {"name": "lvs", "virtual_router_id": 51, "family": "ipv4", "interface": "eth1", "advertised": "127.112.9.51"}


def _report(host: str) -> dict[str, Any]:
    return {
        "addresses": [ADDRESSES[host]],
        "hardware_addresses": {ADDRESSES[host]: MACS[host]},
        "interfaces": {ADDRESSES[host]: "eth1"},
        "answers": {VIP: [] if host == "lvs1" else [MACS["lvs1"]]},
        "held": [],
        "files": [],
        "virtual_routers": [],
        "heard": [],
        "keepalived_runs": False,
        "clock": {"least": -2.0, "most": 1.0},
        "owners": {"units": {"lvs.service": ON}},
        "health": {
            "identity": host,
            "mtus": {"eth1": 1500},
            "udp_drops": {"53": 3},
            "conntrack": {"count": 5, "max": 100},
            "connections": None,
        },
    }


def way(to: str, **more: Any) -> dict[str, Any]:
    """What a kernel says of the way of a packet."""
    unsaid = dict.fromkeys(("source", "protocol", "source_port", "mtu"))
    return {"to": to, **unsaid, "interface": "eth1", "gateway": "", "refused": "", **more}


def _director(host: str) -> dict[str, Any]:
    report = _report(host)
    table = [{**each, "destinations": each["destinations"]} for each in VIEWS[host]["services"]]
    role = "master" if host == "lvs1" else "backup"
    report.update(
        held=[f"{VIP}/32"] if host == "lvs1" else [],
        ways=[way(ADDRESSES[to]) for to in ("web1", "web2")],
        virtual_routers=[{**ROUTER, "peers": []}],
        other_directors=[],
        keepalived_version="2.2.7",
        kernel_release="6.1.0-28-amd64",
        closed=[],
        selinux={"enforced": False},
        keepalived_runs=True,
        journal={"instances": {}, "real_servers": [], "refused": None, "vips": {}},
        time=1000.0,
        ipvs={
            "services": table,
            "statistics": [],
            "schedulers": ["rr", "wlc"],
            "persistence_engines": [],
            "connection_table_size": 4096,
            "sync_daemons": {role: {"interface": "eth1", "sync_id": 51, "group": "224.0.0.81", "port": 8848}},
            "sysctls": {"net.ipv4.vs.drop_entry": "0"},
        },
    )
    report["owners"].update(ipvsadm={}, ldirectord=[], watchdog="", processes=[], kube_interface=False)
    report["owners"]["units"]["keepalived.service"] = ON
    report["health"]["keepalived"] = [
        {"part": part, "process": 7, "state": "S"} for part in ("keepalived", "checkers", "vrrp")
    ]
    return report


REPORTS = {host: _director(host) if host.startswith("lvs") else _report(host) for host in ADDRESSES}
SAME: dict[str, Any] = {
    "changed": False,
    "plan": {"added": [], "changed": [], "removed": []},
    "commands": [],
    "diff": [],
}
COMPARED: dict[str, dict[str, Any]] = {
    host: {
        "network": SAME,
        "filter": SAME,
        **(
            {"services": SAME, "configuration": {"changed": False, "diff": [], "not_read": False}}
            if host[0] == "l"
            else {}
        ),
    }
    for host in ADDRESSES
}
WELL = Examined(CLUSTER, VIEWS, REPORTS, COMPARED)


def running(cluster: Cluster, reports: Mapping[str, Any], names: Mapping[str, Any] | None = None) -> Examined:
    """Another cluster, whose hosts report the same, but for what is given. names: as resolve has them."""
    own = {host: deepcopy(REPORTS[host]) for host in cluster.hosts}
    for host, changed in reports.items():
        _merge(own[host], changed)
    views = {host: {**view(cluster, host), "names": names or {}} for host in cluster.hosts}
    return Examined(cluster, views, own, COMPARED)


def reported(host: str, **changed: Any) -> Examined:
    """The cluster with other reports of one host. changed: merged into what it reports."""
    return Examined(CLUSTER, VIEWS, _with(REPORTS, host, changed), COMPARED)


def differing(host: str, part: str, **changed: Any) -> Examined:
    """The cluster with a host of which a part differs. changed: of what host_compare has returned for the part."""
    return Examined(CLUSTER, VIEWS, REPORTS, _with(COMPARED, host, {part: changed}))


def planned(kind: str, name: str, **more: Any) -> dict[str, Any]:
    """One thing that a roll-out would add."""
    return {"plan": {"added": [{"kind": kind, "name": name, **more}], "changed": [], "removed": []}}


def many(kind: str, *names: str) -> list[Any]:
    """A list of a plan that is too long for a result, which ends in a sentence."""
    return [*({"kind": kind, "name": name} for name in names), "... and 12 more, left out of this result"]


def _with(everything: Mapping[str, Any], host: str, changed: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: deepcopy(value) for name, value in everything[host].items()}
    _merge(own, changed)
    return {**everything, host: own}


def _merge(there: dict[str, Any], changed: Mapping[str, Any]) -> None:
    for name, value in changed.items():
        if isinstance(value, Mapping) and isinstance(there.get(name), dict) and name != "plan":
            _merge(there[name], value)
        else:
            there[name] = value
