# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real servers: each by itself, and compared with the others of its service."""

from __future__ import annotations

from collections.abc import Iterator

from ...module_utils._netlink.address import BITS, family_of
from .._schema.words import DIRECTOR_ITSELF
from .._values.cluster import Cluster
from .._values.real_server import UNTOUCHED, RealServer
from .._values.service import VirtualService
from .items import known, servers, servers_in_service, servers_of, services, services_in_cluster
from .rule import Note, advice, error


@error("LVS201", "port-needs-nat", each=servers_in_service)
def port_needs_nat(service: VirtualService, server: RealServer) -> Iterator[Note]:
    """A real server by DR or tunnel has a port of its own, but these methods do not change the port.

    Leave the port out, or forward by NAT.
    """
    of_service = 0 if service.fwmark is not None else service.port
    if server.forward in UNTOUCHED and server.port != of_service:
        whose = f"port {of_service}, the service's" if of_service else "the port of the request"
        yield Note(
            f"{server.path}.port",
            f"{server.forward} leaves packets at {whose}",
            f"leave {server.port} out or forward by nat",
        )


@error("LVS202", "real-server-family", each=servers_in_service)
def real_server_family(service: VirtualService, server: RealServer) -> Iterator[Note]:
    """A real server by DR or NAT has an address of the other family than its service.

    Give it an address of the service's family, or forward by tunnel.
    """
    family = family_of(server.address)
    if server.forward in ("dr", "nat") and family != service.family:
        hint = "; or give the host an lvs_ipv6_address" if service.family == "ipv6" and server.host else ""
        text = f"{server.address} is {family}, the service {service.family}; only tun joins the two{hint}"
        yield Note(server.path, text)


@error("LVS203", "thresholds", each=servers)
def thresholds(server: RealServer) -> Iterator[Note]:
    """A real server's lower threshold is above its upper one.

    Lower the one, or raise the other.
    """
    if server.lower_threshold > server.upper_threshold:
        text = f"{server.lower_threshold} is above the upper_threshold {server.upper_threshold}"
        yield Note(f"{server.path}.lower_threshold", text)


@error("LVS204", "duplicate-real-server", each=services)
def duplicate_real_server(service: VirtualService) -> Iterator[Note]:
    """A service lists the same address and port twice.

    Remove one of the two.
    """
    first: dict[tuple[str, int], str] = {}
    for server, endpoint in known(servers_of(service), lambda server: (server.address, server.port)):
        if first.setdefault(endpoint, server.path) != server.path:
            yield Note(server.path, f"{endpoint[0]} port {endpoint[1]} is already listed at {first[endpoint]}")


@error("LVS205", "no-real-server-of-family", each=services)
def no_real_server_of_family(service: VirtualService) -> Iterator[Note]:
    """An entry has addresses of both families, but none of its real servers has an address of one of them.

    Give the real servers addresses of that family, or remove the entry's.
    """
    if not service.real_servers:
        yield Note(f"{service.path}.real_servers", f"none of them has an {service.family} address")


@advice("LVS218", "single-stack-real-server", each=services)
def single_stack_real_server(service: VirtualService) -> Iterator[Note]:
    """Some hosts of an entry with both families lack an address of one, so its clients do not reach them.

    Set the missing address (`lvs_address`, `lvs_ipv6_address`), or write an entry for each family.
    """
    if service.left_out:
        key = "lvs_ipv6_address" if service.family == "ipv6" else "lvs_address"
        yield Note(
            service.path,
            f"Service {service.name}: no {service.family} client is sent to {', '.join(service.left_out)}, since no "
            "address of that family is defined there",
            f"Name it in the host's {key}, or write an entry for {service.family} alone, with other real servers",
        )


@advice("LVS219", "unmanaged-real-server", each=services_in_cluster)
def unmanaged_real_server(cluster: Cluster, service: VirtualService) -> Iterator[Note]:
    """Some real servers by DR or tunnel are not hosts of the inventory, so no playbook sets up the VIP on them.

    Set them up as the advice says, or make them hosts of the inventory.
    """
    for method in UNTOUCHED:
        unknown = sorted(
            server.address
            for server in service.all_servers
            if server.forward == method and not server.host and server.address not in DIRECTOR_ITSELF.values()
        )
        if unknown and not service.takes_any_address:
            vips = ", ".join(f"{vip.address}/{BITS[service.family]}" for vip in cluster.vips_of(service))
            needs = (_NEEDED_BY_DR if method == "dr" else _NEEDED_BY_TUN)[service.family]
            yield Note(
                service.path,
                f"Service {service.name}: only hosts of the inventory are set up for {method}",
                f"On {', '.join(unknown)}, set this up yourself: {needs.format(vips=vips or 'the VIP')}",
            )


_NEEDED_BY_DR = {
    "ipv4": "{vips} on the loopback interface, a service that listens there, and no answer to ARP requests for it, as "
    "with net.ipv4.conf.all.arp_ignore=1 and net.ipv4.conf.all.arp_announce=2 on Linux; on Windows a loopback adapter "
    "with this address, and weakhostreceive and weakhostsend enabled on both interfaces",
    "ipv6": "{vips} on the loopback interface, and a service that listens there",
}
_NEEDED_BY_TUN = {
    "ipv4": "a tunnel device of the service's tunnel_type that is up, has {vips}, and has rp_filter=2 (with "
    "net.ipv4.conf.all.rp_filter not above it), a service that listens there, no answer to ARP requests for it "
    "(net.ipv4.conf.all.arp_ignore=1, net.ipv4.conf.all.arp_announce=2), and answers whose segments fit into the "
    "tunnel",
    "ipv6": "a tunnel device of the service's tunnel_type that is up, {vips} on the loopback interface, a service that "
    "listens there, and answers whose segments fit into the tunnel",
}
