# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clusters that run, made up from their definitions: healthy, but for what is said to be wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import reduce
from typing import Any

from ansible_collections.lvs.cluster.plugins.action.resolve import names_of
from ansible_collections.lvs.cluster.plugins.plugin_utils._doctor.examined import Examined
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.doctor import judged
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.statuses import statuses
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.subject import Subject
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import Finding
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service, view

FINDING = Finding(
    "LVS811",
    "error",
    "",
    "A real server must accept the VIP, or it drops what the director sends it",
    "ip address add 192.0.2.198/32 dev lo",
    "web1",
    "It lacks 192.0.2.198/32 on lo",
)

CHANGE = {
    "time": "2026-11-30T08:15:02Z",
    "module": "host_network",
    "origin": {"user": "anna@desk", "playbook": "lvs.cluster.site", "definitions": {"lvs_directors": "8c0d5f1e4a3b"}},
    "login": {"user": "admin", "address": "192.0.2.9"},
    "counts": {"added": 1},
    "files": ["/etc/lvs/network.batch"],
    "commands": [],
    "failure": "",
}


def pair(*services: Any, **inventory: Any) -> Cluster:
    """Two directors and, where nothing else is said, a service with two real servers."""
    given = {"groups": {"lvs_directors": ["lvs1", "lvs2"], **inventory.pop("groups", {})}, "engine": None, **inventory}
    return parse(*(services or (service(),)), **given)


def subject(
    cluster: Cluster | None = None,
    *,
    failed: Collection[str] = (),
    drained: Collection[str] = (),
    away: Collection[str] = (),
    held: Mapping[str, Collection[str]] | None = None,
    findings: Collection[Finding] = (),
    **reported: Any,
) -> Subject:
    """A cluster that runs. failed, drained: addresses of real servers. away: hosts that do not answer.

    held: director -> its VIPs, all on the first where nothing is said. reported: what else directors report.
    """
    cluster = cluster or pair()
    first = next(host for host in cluster.director_hosts)
    held = {first: [vip.address for vip in cluster.held_vips]} if held is None else held
    # What a view has for a real server is nothing that a report shows.
    views = {host: _view(cluster, host) if cluster.is_director(host) else {"vips": []} for host in cluster.hosts}
    answering = [host for host in cluster.hosts if host not in away]
    reports = {
        host: {
            **_report(cluster, host, views[host], failed, drained, held.get(host, ())),
            **(reported if cluster.is_director(host) else {}),
        }
        for host in answering
    }
    gone = {host: {"unreachable": True, "msg": "No route to host"} for host in away}
    directors = {host: views[host] for host in cluster.director_hosts}
    (status,) = statuses(directors, {**reports, **gone})
    unread = dict.fromkeys(away, "No route to host")
    return Subject(Examined(cluster, views, reports, unread=unread), status, judged(cluster.name, findings, {}, 0.0))


def _view(cluster: Cluster, host: str) -> dict[str, Any]:
    return {
        **view(cluster, host),
        "cluster": cluster.name,
        "checks_by": cluster.checks_by,
        "vips_by": cluster.vips_by,
        "names": names_of(cluster),
    }


def _report(
    cluster: Cluster,
    host: str,
    seen: Mapping[str, Any],
    failed: Collection[str],
    drained: Collection[str],
    held: Collection[str],
) -> dict[str, Any]:
    own = [part.server.address for part in cluster.parts_of(host)]
    own += [] if not cluster.is_director(host) else cluster.director(host).addresses
    report: dict[str, Any] = {
        "placed": [
            {"address": address, "prefix": 64 if ":" in address else 24, "interface": "eth1", "label": ""}
            for address in dict.fromkeys(own)
        ],
        "kernel_release": "6.1.0-57-cloud-amd64",
        "system": {"ID": "debian", "VERSION_ID": "12"},
        "time": 10_000.0,
        "history": {"entries": [CHANGE], "unread": ""},
    }
    if not cluster.is_director(host):
        return report
    table = [_known(each, failed, drained) for each in seen["services"]]
    return {
        **report,
        "held": list(held),
        "files": [f"/etc/lvs/drained/{address}" for address in drained],
        "drains": dict.fromkeys(drained, "-1000000\n"),
        "keepalived_version": "2.2.7",
        "keepalived_runs": True,
        "journal": {
            "vips": {vip.address: "lvs" for vip in cluster.held_vips},
            "instances": {"lvs": {"state": "MASTER" if held else "BACKUP", "since": 9_000.0}},
            "real_servers": [
                {
                    "service": "",
                    "address": address,
                    "port": 80,
                    "up": False,
                    "since": 9_970.0,
                    "why": f"HTTP_CHECK on service [{address}]:tcp:80 failed after 1 retries.",
                }
                for address in failed
            ],
        },
        "ipvs": {
            "services": table,
            "statistics": [_counted(each, bool(held)) for each in table],
            "sync_daemons": {"master" if held else "backup": {"interface": "eth1", "sync_id": 51}},
        },
    }


def _known(wanted: Mapping[str, Any], failed: Collection[str], drained: Collection[str]) -> dict[str, Any]:
    there = [server for server in wanted["destinations"] if server["address"] not in failed]
    return {
        **wanted,
        "destinations": [{**server, "weight": 0} if server["address"] in drained else server for server in there],
    }


def _counted(known: Mapping[str, Any], active: bool) -> dict[str, Any]:
    none = {"incoming_packets": 0, "outgoing_packets": 0, "connections": 0}
    return {
        **known,
        "destinations": [
            {
                "address": server["address"],
                "port": server["port"],
                "counters": none,
                "rates": {**none, "connections": 3 if active and server["weight"] else 0},
                "active_connections": 12 if active else 0,
                "inactive_connections": 40 if active else 0,
            }
            for server in known["destinations"]
        ],
    }


def renamed(value: Any, words: Mapping[str, str]) -> Any:
    """The same value, with other words in each text of it: names as somebody chooses them who means harm."""
    if isinstance(value, str):
        return reduce(lambda text, word: text.replace(*word), words.items(), value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: renamed(getattr(value, each.name), words) for each in fields(value)})
    if isinstance(value, Mapping):
        return {renamed(key, words): renamed(each, words) for key, each in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(renamed(each, words) for each in value))
    if isinstance(value, (list, tuple)):
        return type(value)(renamed(each, words) for each in value)
    return value


def hostile(text: str) -> Subject:
    """A cluster in which hosts, services, releases and words of keepalived are this text."""
    names = (
        "web1",
        "lvs1",
        "shop",
        "lvs_directors",
        "HTTP_CHECK",
        "6.1.0-57-cloud-amd64",
        "debian",
        "It lacks",
        "anna@desk",
    )
    marked = {name: f"{text}{number}" for number, name in enumerate(names)}
    fine = subject(failed=["192.0.2.21"], drained=["192.0.2.22"], findings=[FINDING])
    found: Subject = renamed(fine, marked)
    return found
