# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who serves what: the definition of the cluster in, the view of one host out.

A view is plain data in the words of the modules on the host: what goes into ipvs_services, host_network and
packet_filter. It is sorted, so that the order in which an owner lists things changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .director import director_view
from .model import Cluster
from .realserver import realserver_view

View = dict[str, Any]
NETWORK_LISTS = ("tunnels", "listeners", "addresses", "routes", "rules")


def host_view(
    cluster: Cluster, host: str, hardware_addresses: Mapping[str, str], interfaces: Mapping[str, str]
) -> View:
    """Everything that a host must be, as the return values of lvs.cluster.resolve describe it.

    hardware_addresses: director -> its MAC address, of those that are known. interfaces: address -> interface of this
    host, empty as long as nobody has looked.
    """
    director = director_view(cluster, host, hardware_addresses, interfaces)
    realserver = realserver_view(cluster, host, hardware_addresses)
    network: View = {
        key: _sorted([*director["network"].get(key, []), *realserver["network"].get(key, [])]) for key in NETWORK_LISTS
    }
    for key in ("kernel_modules", "refused_gateways", "refused_addresses", "handed_over"):
        network[key] = [*director["network"].get(key, []), *realserver["network"].get(key, [])]
    network["module_options"] = director["network"].get("module_options", {})
    sysctls = {**realserver["network"].get("sysctls", {}), **director["network"].get("sysctls", {})}
    network["sysctls"] = dict(sorted(sysctls.items()))
    rules = _sorted([*director["filter"]["rules"], *realserver["filter"]["rules"]])
    return {
        **director,
        "roles": roles(cluster, host),
        "address": next((director.addresses[0] for director in cluster.directors if director.host == host), None),
        "peers": cluster.peers_of(host),
        "network": network,
        "filter": {**director["filter"], **realserver["filter"], "rules": rules},
    }


def roles(cluster: Cluster, host: str) -> list[str]:
    """The roles of a host, in the order of the site run: director, realserver, both or none."""
    members = {
        "director": [director.host for director in cluster.directors],
        "realserver": [server.host for server in cluster.real_servers],
    }
    return [role for role, hosts in members.items() if host in hosts]


def _sorted(entries: Iterable[View]) -> list[View]:
    """The entries without repetition, in an order that depends on nothing but themselves."""
    by_words = {repr(sorted(entry.items())): entry for entry in entries}
    return [by_words[words] for words in sorted(by_words)]
