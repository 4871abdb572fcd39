# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which hosts a definition needs the variables of, and which of their variables. Definitions may be right or wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .._schema.host import CLUSTER_VARIABLES
from .._schema.parameters import PARAMETER_VARIABLES
from .._schema.words import DIRECTORS_GROUP

Groups = Mapping[str, Sequence[str]]

VARIABLE_PREFIX = "lvs_"
# How Ansible reaches a host.
CONNECTION_VARIABLES = ("ansible_host", "ansible_port", "ansible_connection")


def is_read(variable: object) -> bool:
    """Whether a definition reads a host's variable of this name, if only to say that there is none."""
    if not isinstance(variable, str) or variable in CLUSTER_VARIABLES or variable in PARAMETER_VARIABLES:
        return False
    return variable in CONNECTION_VARIABLES or variable.startswith(VARIABLE_PREFIX)


def directors_group_of(cluster: object) -> str:
    """The group of a cluster's directors, by the variable lvs_cluster."""
    named = cluster.get("directors") if isinstance(cluster, Mapping) else None
    return str.__str__(named) if isinstance(named, str) else DIRECTORS_GROUP


def member_hosts(cluster: object, services: object, groups: Groups) -> set[str]:
    """The names of the hosts whose variables are needed, by the variables lvs_cluster and lvs_services."""
    names = set(groups.get(directors_group_of(cluster), ()))
    for service in services if isinstance(services, (list, tuple)) else ():
        names.update(_named_by(service, groups) if isinstance(service, Mapping) else ())
    return names


def groups_named_by(services: object) -> set[str]:
    """The groups of real servers that the variable lvs_services names."""
    listed = services if isinstance(services, (list, tuple)) else ()
    named = (service.get("real_servers") for service in listed if isinstance(service, Mapping))
    return {str.__str__(group) for group in named if isinstance(group, str)}


def _named_by(service: Mapping[str, object], groups: Groups) -> Iterator[str]:
    """The hosts that an entry of lvs_services names."""
    servers = service.get("real_servers")
    if isinstance(servers, str):
        yield from groups.get(servers, ())
    listed = servers if isinstance(servers, (list, tuple)) else ()
    for server in (*listed, service.get("sorry_server")):
        host = server.get("host") if isinstance(server, Mapping) else None
        if isinstance(host, str):
            yield str.__str__(host)
