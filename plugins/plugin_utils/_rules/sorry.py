# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sorry server that is the director itself, whichever has the VIP: it serves at that director's own address."""

from __future__ import annotations

from collections.abc import Iterator

from ...module_utils._netlink.address import family_of
from .._values.cluster import Cluster
from .._values.real_server import RealServer
from .._values.service import VirtualService
from .items import known
from .rule import Note, error


def sorry_directors(cluster: Cluster) -> Iterator[tuple[Cluster, VirtualService, RealServer]]:
    for service, sorry in known(cluster.services, lambda service: service.sorry_server):
        if sorry:
            yield cluster, service, sorry


@error("LVS231", "sorry-server-host", each=sorry_directors)
def sorry_server_host(_cluster: Cluster, _service: VirtualService, sorry: RealServer) -> Iterator[Note]:
    """A sorry server has both the address that means the director itself and a host of the inventory.

    Remove one of them.
    """
    if sorry.is_director and sorry.host:
        yield Note(
            f"{sorry.path}.address",
            f"{sorry.address} is the director itself, whichever has the VIP",
            f"leave it out, or leave out the host {sorry.host}",
        )


@error("LVS232", "sorry-server-tunnel", each=sorry_directors)
def sorry_server_tunnel(_cluster: Cluster, _service: VirtualService, sorry: RealServer) -> Iterator[Note]:
    """A sorry server that is the director itself is to be reached by tunnel.

    Choose `dr` or `nat`: what stays on the director needs no tunnel.
    """
    if sorry.is_director and sorry.forward == "tun":
        text = "tun: what stays on the director needs no tunnel"
        yield Note(f"{sorry.path}.forward", text, "choose dr, or nat")


@error("LVS233", "sorry-server-address", each=sorry_directors)
def sorry_server_address(cluster: Cluster, service: VirtualService, sorry: RealServer) -> Iterator[Note]:
    """A director that is to be the sorry server itself has no address of the service's family.

    Give it the address that the message names.
    """
    if not sorry.is_director:
        return
    for director, addresses in known(cluster.directors, lambda director: director.addresses):
        if service.family not in map(family_of, addresses):
            key = "lvs_ipv6_address" if service.family == "ipv6" else "lvs_address"
            text = f"{director.host} needs an {service.family} address to be the sorry server itself: set {key}"
            yield Note(sorry.path, text)
