# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts: what the playbooks can set up, and what one host can have."""

from __future__ import annotations

from collections.abc import Iterator

from .._schema.sentences import some
from .._values.cluster import Cluster
from .._values.service import VirtualService
from .items import known, servers_of, services_in_cluster
from .rule import Note, error

WINDOWS_CONNECTIONS = ("psrp", "winrm")


@error("LVS501", "windows-real-server", each=services_in_cluster)
def windows_real_server(cluster: Cluster, service: VirtualService) -> Iterator[Note]:
    """A real server is a Windows host of the inventory, which the playbooks cannot set up.

    List it by its address, and set up the VIP on it yourself.
    """
    names = sorted({host for _server, host in known(servers_of(service), lambda server: server.host) if host})
    hosts = filter(None, map(cluster.real_server_host, names))
    found = {host.host: host.connection for host in hosts if host.connection in WINDOWS_CONNECTIONS}
    if found:
        (connection, *_others) = found.values()
        yield Note(
            f"{service.path}.real_servers",
            f"these playbooks cannot set up Windows hosts (ansible_connection: {connection}): {some([*found])}",
            "List such real servers by their addresses, [{address: ...}], and set up the VIP on them yourself",
        )
