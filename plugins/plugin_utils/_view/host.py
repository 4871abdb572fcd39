# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who serves what: the definitions of the clusters in, the view of one host out.

A host that is a director, a real server or both, of one cluster or several, has one view: the entries that all of it
asks for, each once and in an order that depends on nothing but themselves, so that the order in which an owner lists
things changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .._values.cluster import Cluster
from .._values.clusters import Clusters
from . import director_filter, director_network
from .director import DirectorView, director_view
from .entries import (
    Address,
    ArpFirewall,
    Entry,
    FilterRule,
    Firewall,
    HandedOver,
    KernelModule,
    Listener,
    RefusedAddress,
    RefusedGateway,
    Route,
    RoutingRule,
    Sysctl,
    Tunnel,
)
from .known import Known
from .real_server import real_server_entries
from .return_path import return_tables

Kind = TypeVar("Kind", bound=Entry)
# The lists of host_network's options.
NETWORK_LISTS: dict[str, type[Entry]] = {
    "tunnels": Tunnel,
    "listeners": Listener,
    "addresses": Address,
    "routes": Route,
    "rules": RoutingRule,
}


class Contradiction(Exception):
    """Clusters ask of one host what it cannot be at the same time. The text says what and whose."""


@dataclass(frozen=True)
class HostView:
    """Everything that a host must be. entries: what the modules for the network and the packet filter set up."""

    roles: tuple[str, ...]
    entries: tuple[Entry, ...] = ()
    director: DirectorView = field(default_factory=DirectorView)

    def of(self, kind: type[Kind]) -> list[Kind]:
        """The entries of one kind, as they were asked for."""
        return [entry for entry in self.entries if isinstance(entry, kind)]

    def options(self) -> dict[str, Any]:
        """The view as the return values of lvs.cluster.resolve describe it."""
        return {
            **self.director.options(),
            "roles": list(self.roles),
            "network": self.network_options(),
            "filter": self.filter_options(),
        }

    def network_options(self) -> dict[str, Any]:
        """What host_network sets up, in its words."""
        modules = self.of(KernelModule)
        return {
            **{name: _sorted(self.of(kind)) for name, kind in NETWORK_LISTS.items()},
            "kernel_modules": [module.name for module in modules],
            "module_options": {module.name: dict(module.parameters) for module in modules if module.parameters},
            "sysctls": dict(sorted((entry.name, entry.value) for entry in self.of(Sysctl))),
            "refused_gateways": [entry.address for entry in self.of(RefusedGateway)],
            "refused_addresses": [entry.address for entry in self.of(RefusedAddress)],
            "handed_over": [entry.address for entry in self.of(HandedOver)],
        }

    def filter_options(self) -> dict[str, Any]:
        """What packet_filter sets up, in its words."""
        arp_firewalls = [entry.tool for entry in self.of(ArpFirewall)]
        return {
            "firewall": next((entry.tool for entry in self.of(Firewall)), None),
            **({"arp_firewall": arp_firewalls[0]} if arp_firewalls else {}),
            "rules": _sorted(self.of(FilterRule)),
        }


def host_view(clusters: Clusters, host: str, known: Known | None = None) -> HostView:
    """The view of a host. Contradiction where it cannot be all that is asked of it."""
    known = known or Known()
    own = clusters.directed_by(host)
    return HostView(
        roles=roles(clusters, host),
        entries=_together(host, _asked(clusters, host, known)),
        director=director_view(own, host, known) if own else DirectorView(),
    )


def roles(clusters: Clusters, host: str) -> tuple[str, ...]:
    """The roles of a host, in the order of the site run: director, realserver, both or none."""
    serves = any(server.host == host for cluster in clusters.every for server in cluster.real_servers)
    return (*(["director"] if clusters.directed_by(host) else []), *(["realserver"] if serves else []))


def members(clusters: Iterable[Cluster]) -> dict[str, list[str]]:
    """Who takes part in these clusters, by part: names of hosts, sorted."""
    each = list(clusters)
    return {
        "directors": sorted({host for cluster in each for host in cluster.director_hosts}),
        "realservers": sorted({host for cluster in each for host in cluster.realserver_hosts}),
        "balanced": sorted({host for cluster in each for host in cluster.balanced_hosts}),
    }


def _asked(clusters: Clusters, host: str, known: Known) -> Iterator[tuple[str, Entry]]:
    """What each cluster asks of a host, with the cluster's name: of the director first."""
    own = clusters.directed_by(host)
    if own:
        director = own.director(host)
        yield from ((own.name, entry) for entry in director_network.entries(own, director))
        yield from ((own.name, entry) for entry in director_filter.entries(own, director, known))
    served = clusters.of_host(host)
    tables = return_tables(served, host)
    for cluster in served:
        yield from ((cluster.name, entry) for entry in real_server_entries(cluster, host, known, tables))


def _together(host: str, asked: Iterable[tuple[str, Entry]]) -> tuple[Entry, ...]:
    """All entries once. What a host can have once only, all clusters must ask for alike."""
    entries: dict[Entry, None] = {}
    claims: dict[object, tuple[str, object]] = {}
    for cluster, entry in asked:
        entries.setdefault(entry)
        what, value = entry.claim or ((entry,), None)
        first, known = claims.setdefault(what, (cluster, value))
        if first != cluster and known != value:
            raise Contradiction(
                f"{host} cannot serve the clusters {first} and {cluster} at the same time: "
                f"{' '.join(map(str, what))} would have to be {known} for the one and {value} for the other. "
                "Let only one of the two use this host, or let both ask the same of it."
            )
    return tuple(entries)


def _sorted(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Entries in the words of their module, in an order that depends on nothing but themselves."""
    return sorted((entry.options() for entry in entries), key=lambda options: repr(sorted(options.items())))
