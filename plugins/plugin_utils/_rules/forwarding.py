# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways of packets to real servers: who may have the VIP where, and who would drop what."""

from __future__ import annotations

from collections.abc import Iterator

from .._schema.words import DIRECTOR_ITSELF
from .._values.cluster import Cluster
from .._values.real_server import UNTOUCHED, RealServer
from .._values.service import THROUGH_GATEWAY, VirtualService
from .._values.vip import Vip
from .items import known, servers_in_cluster, servers_in_service, servers_of, services_in_cluster
from .rule import Note, error, whole


@error("LVS211", "director-as-real-server", each=servers_in_cluster)
def director_as_real_server(cluster: Cluster, service: VirtualService, server: RealServer) -> Iterator[Note]:
    """One of several directors is a real server by tunnel, or by NAT through a gateway.

    Let the others send to it by DR, or by NAT with `source_nat`.
    """
    # What one director sends another, that one tells from a client's packets by dr alone (_view/real_server.py).
    host = server.host
    if host is None or len(cluster.directors) < 2 or not cluster.is_director(host):
        return
    back = server.forward == "nat" and service.nat_return in THROUGH_GATEWAY
    if server.forward == "tun" or back:
        yield Note(
            server.path,
            f"{host} is one of several directors, and can serve what the others send it only by dr"
            + (", or by nat with nat_return: source_nat" if back else ""),
        )


@error("LVS212", "proxy-by-tunnel", each=servers_in_service)
def proxy_by_tunnel(service: VirtualService, server: RealServer) -> Iterator[Note]:
    """A service for packets to any address forwards by tunnel, but the tunnel device would need a VIP.

    Forward by DR or by NAT.
    """
    if server.forward == "tun" and service.takes_any_address:
        yield Note(
            f"{server.path}.forward",
            "tun: the tunnel device needs a VIP, and a service without an address has none",
            "choose dr, or nat",
        )


@error("LVS213", "proxy-on-director", each=servers_in_cluster)
def proxy_on_director(cluster: Cluster, service: VirtualService, server: RealServer) -> Iterator[Note]:
    """A service for packets to any address has a director as real server by DR, which would not accept them.

    Choose another real server, or forward by NAT.
    """
    # A host accepts them only by a redirect, and what IPVS delivers to its own host does not pass that.
    if server.forward != "dr" or not service.takes_any_address:
        return
    own = {address for director in cluster.directors for address in director.addresses}
    if server.address in {*own, *DIRECTOR_ITSELF.values()}:
        yield Note(
            server.path,
            f"{server.address} is a director, which with dr does not accept packets to any address from itself",
            "choose another real server, or forward: nat",
        )


@error("LVS214", "redirect-with-tunnel", each=servers_in_cluster)
def redirect_with_tunnel(cluster: Cluster, _service: VirtualService, server: RealServer) -> Iterator[Note]:
    """A real server by tunnel has `arp: redirect`, which leaves it without the VIP.

    Give it another `lvs_arp`.
    """
    host = cluster.real_server_host(server.host) if server.host and server.forward == "tun" else None
    if host and host.arp == "redirect":
        yield Note(
            server.path,
            f"with arp: redirect, {host.host} has no VIP, and tun needs it there",
            "give it another lvs_arp",
        )


@error("LVS215", "vip-on-lan-answers-arp", each=services_in_cluster)
def vip_on_lan_answers_arp(cluster: Cluster, service: VirtualService) -> Iterator[Note]:
    """A real server has the VIP on its network, where sysctls alone do not keep it from answering ARP.

    Choose `arptables` or `nftables`.
    """
    on_lan = {vip.address: vip.path for vip, place in known(cluster.listed_vips, _place_and_address) if place == "lan"}
    for address in sorted({*service.named_addresses} & {*on_lan}):
        for server, arp in known(servers_of(service), lambda server: _arp_of(cluster, server)):
            if arp == "sysctl":
                yield Note(
                    f"{on_lan[address]}.on_real_servers",
                    f"lan: with arp: sysctl, {server.host} would answer ARP for {address}",
                    "choose arptables or nftables",
                )


@error("LVS216", "default-route-to-director", each=whole)
def default_route_to_director(cluster: Cluster) -> Iterator[Note]:
    """A host would get its default route through the director, but is also a real server by DR or tunnel.

    Set `nat_return: policy_route`: the director drops answers that have its own VIP as source.
    """
    parts = [(service, server) for service in cluster.services for server in servers_of(service)]
    ways = list(known(parts, lambda part: (part[1].host, part[1].forward, part[0].nat_return)))
    untouched: dict[str, str] = {}
    for (_service, server), (host, forward, _return) in ways:
        if host and forward in UNTOUCHED:
            untouched.setdefault(host, server.path)
    for (_service, server), (host, forward, nat_return) in ways:
        if forward == "nat" and nat_return == "default_route" and host in untouched:
            yield Note(
                server.path,
                f"{host} cannot have the director as its default route and be a real server by dr or tun, as at "
                f"{untouched[host]}: the director drops what carries its VIP as source",
                "Set nat_return: policy_route",
            )


def _place_and_address(vip: Vip) -> str:
    return vip.on_real_servers if vip.address else ""


def _arp_of(cluster: Cluster, server: RealServer) -> str:
    """How a host that gets packets by dr is kept from answering ARP; empty for others."""
    host = cluster.real_server_host(server.host) if server.host and server.forward == "dr" else None
    return host.arp if host else ""
