# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tunnels: what each type can have, and what one host unpacks."""

from __future__ import annotations

from collections.abc import Iterator

from ...module_utils._ipvs.model import CHECKSUMS_OF_TUNNEL
from .._values.cluster import Cluster
from .._values.real_server import RealServer
from .items import known, tunnelled_servers
from .rule import Note, error, whole


@error("LVS221", "tunnel-port", each=tunnelled_servers)
def tunnel_port(server: RealServer) -> Iterator[Note]:
    """A tunnel has a port, but its type takes none.

    Leave `tunnel_port` out, or choose `gue`.
    """
    if server.tunnel_type in ("ipip", "gre") and server.tunnel_port:
        yield Note(f"{server.path}.tunnel_port", f"{server.tunnel_type} has no port; gue has")


@error("LVS222", "tunnel-checksum", each=tunnelled_servers)
def tunnel_checksum(server: RealServer) -> Iterator[Note]:
    """A tunnel has a kind of checksum that its type does not support.

    Choose one that it supports.
    """
    kind, checksum = server.tunnel_type, server.tunnel_checksum
    if checksum not in CHECKSUMS_OF_TUNNEL[kind]:
        text = f"{kind} does not support {checksum}, only {', '.join(CHECKSUMS_OF_TUNNEL[kind])}"
        yield Note(f"{server.path}.tunnel_checksum", text)


@error("LVS223", "gre-checksums", each=whole)
def gre_checksums(cluster: Cluster) -> Iterator[Note]:
    """A host would have to unpack GRE with checksums for one service, and without them for another.

    Use GRE with checksums for all services of this host, or for none.
    """
    # A gre device either expects checksums or refuses them: ip_tunnel_rcv() in net/ipv4/ip_tunnel.c.
    first: dict[str, str] = {}
    servers = (server for (server,) in tunnelled_servers(cluster))
    for server, (host, kind, checksum) in known(servers, lambda one: (one.host, one.tunnel_type, one.tunnel_checksum)):
        if host and kind == "gre" and first.setdefault(host, checksum) != checksum:
            yield Note(
                f"{server.path}.tunnel_checksum",
                f"{host} unpacks gre with {first[host]} for another service; it must be the same for all",
            )
