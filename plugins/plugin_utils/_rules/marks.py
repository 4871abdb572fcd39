# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Services by firewall mark: one mark is one service, and something has to mark its packets."""

from __future__ import annotations

from collections.abc import Iterator

from ...module_utils._filter.model import FIREWALLD
from ...module_utils._ipvs.for_checks import MARKS
from .._values.cluster import Cluster
from .._values.real_server import UNTOUCHED
from .._values.service import VirtualService
from .._values.unknown import is_known
from .identity import ALL_PORTS
from .items import known, name_of, services, services_in_cluster
from .rule import Note, advice, error, whole


@error("LVS111", "mark-without-protocol", each=services)
def mark_without_protocol(service: VirtualService) -> Iterator[Note]:
    """A fwmark is for packets to a port, but the protocol is missing.

    Name the `protocol`.
    """
    if service.fwmark is not None and not service.entry.protocols and {*service.entry.ports} - {ALL_PORTS}:
        text = "is missing: with a fwmark, ports are those of tcp, udp or sctp"
        yield Note(f"{service.path}.protocol", text)


@error("LVS112", "duplicate-mark", each=whole)
def duplicate_mark(cluster: Cluster) -> Iterator[Note]:
    """Two entries have the same fwmark in the same family: for the kernel they are one service.

    Write one entry with the packets of both, or give one of them another mark.
    """
    first: dict[tuple[int, str], str] = {}
    for service, (mark, family) in known(cluster.services, lambda service: (service.fwmark, service.family)):
        if mark is not None and first.setdefault((mark, family), service.path) != service.path:
            yield Note(
                service.path,
                f"fwmark {mark} {family} is already taken by {first[mark, family]}",
                "one mark is one service: write a single entry that lists all its packets, as in protocol: [tcp, udp] "
                "and port: [80, 443], or give this one another mark",
            )


def _is_marked_elsewhere(service: VirtualService) -> bool:
    return service.fwmark is not None and not service.marked


@advice("LVS116", "mark-without-packets", each=services)
def mark_without_packets(service: VirtualService) -> Iterator[Note]:
    """Nothing in the definition says which packets get the mark, so no director marks any.

    Name address, protocol and port in addition to the fwmark, or mark the packets with rules of your own.
    """
    if _is_marked_elsewhere(service):
        yield Note(
            service.path,
            f"Service {service.name}: nothing in the definition marks packets with {service.fwmark}",
            "Name the address, protocol and port of those to mark, or mark them yourself before routing (prerouting, "
            "mangle)",
        )


@advice("LVS117", "mark-without-ports", each=services_in_cluster)
def mark_without_ports(cluster: Cluster, service: VirtualService) -> Iterator[Note]:
    """The ports of a mark are unknown, so `open_firewall` opens all ports of the VIP on the real servers.

    Name the ports, or open the firewall yourself.
    """
    vips = ", ".join(vip.address for vip in cluster.vips_of(service))
    if _is_marked_elsewhere(service) and vips and cluster.open_firewall and service.forwards_by(*UNTOUCHED):
        yield Note(
            service.path,
            f"Service {service.name}: the definition does not say which ports its mark is for, so with open_firewall "
            f"its real servers let in everything that comes to {vips}",
            "Name the ports, or leave open_firewall out and open the ports yourself",
        )


@advice("LVS118", "mark-without-vip", each=services_in_cluster)
def mark_without_vip(cluster: Cluster, service: VirtualService) -> Iterator[Note]:
    """A mark names no address, and none of the listed VIPs fits it.

    List its addresses in `lvs_cluster.vips`, unless they reach the director in another way.
    """
    if _is_marked_elsewhere(service) and not cluster.vips_of(service):
        yield Note(
            service.path,
            f"Service {service.name}: a fwmark names no address, so no host gets a VIP for it",
            "List its addresses in lvs_cluster.vips, unless they reach the director in another way",
        )


@error("LVS120", "mark-with-firewalld", each=services_in_cluster)
def mark_with_firewalld(cluster: Cluster, service: VirtualService) -> Iterator[Note]:
    """`open_firewall` would accept packets by their mark only, and firewalld cannot match marks.

    Name the address, the protocol and the port, or leave `open_firewall` out and open firewalld yourself.
    """
    if service.fwmark is None or service.packets_to_addresses or not cluster.open_firewall:
        return
    for director in cluster.directors:
        if is_known(director, "firewall") and director.firewall == FIREWALLD:
            yield Note(
                service.path,
                f"Service {service.name}: firewalld on {director.host} cannot accept packets by their mark "
                f"{service.fwmark}",
                "name the address, protocol and port of those to mark, or leave open_firewall out and open firewalld "
                "yourself",
            )
            return


@error("LVS124", "reserved-mark", each=services)
def reserved_mark(service: VirtualService) -> Iterator[Note]:
    """A service or a check has one of the marks that the collection gives to packets of checks.

    Take a number outside of this range.
    """
    given = {f"{service.path}.fwmark": service.fwmark}
    given |= {
        f"{server.path}.checks.fwmark": check["fwmark"] for server in service.real_servers for check in server.checks
    }
    for path, mark in given.items():
        # None would be looked for among all numbers of the range.
        if mark is not None and mark in MARKS:
            text = f"{mark} is one of the marks from {MARKS[0]} to {MARKS[-1]}, which are for packets of checks"
            yield Note(path, text, "take another one")


@advice("LVS119", "transparent-proxy", each=services_in_cluster)
def transparent_proxy(cluster: Cluster, service: VirtualService) -> Iterator[Note]:
    """Packets to any address reach real servers as clients sent them, and an ordinary server does not accept them.

    Set `lvs_arp: redirect` where the server listens on their port, or redirect them yourself.
    """
    redirecting = {host.host for host in cluster.real_servers if host.arp == "redirect"}
    servers = [server for server in service.all_servers if server.forward == "dr" and service.takes_any_address]
    names = [name_of(server) for server in servers if server.host not in redirecting]
    if names:
        yield Note(
            service.path,
            f"Service {service.name}: packets to any address come to {', '.join(names)} as clients sent them",
            "Where the server listens at their own port, set lvs_arp: redirect on its host; else redirect them to its "
            "port yourself, by REDIRECT or TPROXY",
        )
