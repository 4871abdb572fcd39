# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who serves what: the definitions of the clusters in, the view of one host out.

A view is plain data in the words of the modules on the host: what goes into ipvs_services, host_network and
packet_filter. It is sorted, so that the order in which an owner lists things changes nothing. A host that serves
several clusters has one view: what all of them ask of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._cluster.clusters import Clusters
from .._cluster.model import Cluster
from .._keepalived.neighbours import Reports
from .director import director_view
from .real_server import realserver_view, return_tables

View = dict[str, Any]
NETWORK_LISTS = ("tunnels", "listeners", "addresses", "routes", "rules")


class Contradiction(Exception):
    """Clusters ask of one host what it cannot be at the same time. The text says what and whose."""


def host_view(
    clusters: Clusters,
    host: str,
    hardware_addresses: Mapping[str, str],
    interfaces: Mapping[str, str],
    reports: Reports | None = None,
) -> View:
    """Everything that a host must be, as the return values of lvs.cluster.resolve describe it.

    hardware_addresses: director -> its MAC address, of those that are known. interfaces: address -> interface of this
    host, empty as long as nobody has looked. reports: director -> what it has of virtual routers, of those that have
    looked. Contradiction where the host cannot be all of it.
    """
    own = clusters.directed_by(host)
    director = director_view(own, host, hardware_addresses, interfaces, reports)
    tables = return_tables(clusters.of_host(host), host)
    served = [
        (cluster.name, realserver_view(cluster, host, hardware_addresses, tables)) for cluster in clusters.of_host(host)
    ]
    parts = [(own.name if own else "", director), *served]
    _check_together(host, parts)
    networks = [part["network"] for _name, part in parts]
    filters = [part["filter"] for _name, part in parts]
    network: View = {key: _sorted(entry for part in networks for entry in part.get(key, [])) for key in NETWORK_LISTS}
    for key in ("kernel_modules", "refused_gateways", "refused_addresses", "handed_over"):
        network[key] = list(dict.fromkeys(entry for part in networks for entry in part.get(key, [])))
    network["module_options"] = director["network"].get("module_options", {})
    sysctls = {name: value for part in reversed(networks) for name, value in part.get("sysctls", {}).items()}
    network["sysctls"] = dict(sorted(sysctls.items()))
    return {
        **director,
        "roles": roles(clusters, host),
        "address": next((each.addresses[0] for each in (own.directors if own else ()) if each.host == host), None),
        "peers": own.peers_of(host) if own else [],
        "network": network,
        "filter": {**_given(filters), "rules": _sorted(rule for part in filters for rule in part["rules"])},
    }


def roles(clusters: Clusters, host: str) -> list[str]:
    """The roles of a host, in the order of the site run: director, realserver, both or none."""
    serves = any(server.host == host for cluster in clusters.every for server in cluster.real_servers)
    return [*(["director"] if clusters.directed_by(host) else []), *(["realserver"] if serves else [])]


def members(clusters: Iterable[Cluster]) -> View:
    """Who takes part in these clusters, by part: names of hosts, sorted."""
    each = list(clusters)
    return {
        "directors": sorted({director.host for cluster in each for director in cluster.directors}),
        "realservers": sorted({host for cluster in each for host in cluster.realserver_hosts}),
        "balanced": sorted({host for cluster in each for host in cluster.balanced_hosts}),
    }


def _check_together(host: str, parts: Sequence[tuple[str, View]]) -> None:
    """What one host can have once only: a way to a destination, the value of a sysctl, a tunnel's name, a firewall."""
    first: dict[tuple[object, ...], tuple[str, object]] = {}
    for name, part in parts:
        for what, value in _single(part):
            known = first.setdefault(what, (name, value))
            if known[0] != name and known[1] != value:
                raise Contradiction(
                    f"{host} cannot serve the clusters {known[0]} and {name} at the same time: "
                    f"{' '.join(map(str, what))} would have to be {known[1]} for the one and {value} for the other. "
                    "Let only one of the two use this host, or let both ask the same of it."
                )


def _single(part: View) -> Iterable[tuple[tuple[object, ...], object]]:
    network, packets = part["network"], part["filter"]
    for route in network.get("routes", ()):
        family = "ipv6" if ":" in (route.get("gateway") or "") else route.get("family", "ipv4")
        yield ("the route", family, route["destination"], "in table", route.get("table", "main")), route.get("gateway")
    for rule in network.get("rules", ()):
        selector = tuple(value for name, value in rule.items() if name not in ("priority", "table"))
        yield ("the routing table for packets of", rule["priority"], *selector), rule["table"]
    for tunnel in network.get("tunnels", ()):
        yield ("the tunnel", tunnel["name"]), tuple(sorted(tunnel.items()))
    for name, value in network.get("sysctls", {}).items():
        yield ("the sysctl", name), value
    for key in ("firewall", "arp_firewall"):
        if packets.get(key):
            yield (key,), packets[key]


def _given(parts: Iterable[View]) -> View:
    """The keys of all parts; the last value counts that is not None."""
    together: View = {}
    for part in parts:
        together.update({key: value for key, value in part.items() if value is not None or key not in together})
    return together


def _sorted(entries: Iterable[View]) -> list[View]:
    """The entries without repetition, in an order that depends on nothing but themselves."""
    by_words = {repr(sorted(entry.items())): entry for entry in entries}
    return [by_words[words] for words in sorted(by_words)]
