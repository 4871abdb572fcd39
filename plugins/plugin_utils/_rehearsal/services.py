# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the client of a rehearsal asks for, and what stands in for the services on its real servers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from .._values.cluster import Cluster
from .._values.packets import Packets
from .._values.real_server import RealServer
from .._values.service import VirtualService

SSH = 22
# For a service on all ports: one that no other is likely to have.
ANY_PORT = 8765
_PROTOCOLS = ("tcp", "udp")


class Asked(NamedTuple):
    """A service as a client asks for it, in the words of watch.py."""

    name: str
    protocol: str
    address: str
    port: int


def asked(cluster: Cluster) -> Iterator[Asked]:
    """What a client asks of a cluster: each address and protocol of each service, on its first port."""
    for service in cluster.services:
        for packets in service.packets if _can_answer(service) else ():
            protocols = [packets.protocol] if packets.protocol else ["tcp"]
            for protocol in protocols:
                port = _port(packets)
                if protocol in _PROTOCOLS and not packets.go_anywhere and (protocol, port) != ("tcp", SSH):
                    address = packets.address.partition("/")[0]
                    where = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
                    yield Asked(f"{service.name} {protocol} {where}", protocol, address, port)


def not_asked(cluster: Cluster) -> Iterator[str]:
    """Which services no client asks for, and why, as sentences."""
    names = {one.name.split(" ")[0] for one in asked(cluster)}
    for service in cluster.services:
        if service.name not in names:
            yield f"{service.name} is set up, but no client asks for it: {_why_not(service)}"


def stand_ins(cluster_or_more: Iterable[Cluster], host: str) -> dict[str, Any]:
    """What stands in for all services of a host, in the words of stand_in.py."""
    tcp: dict[int, int] = {}
    udp: set[int] = set()
    for cluster in cluster_or_more:
        for service, server in _served_by(cluster, host):
            for packets in service.packets or (Packets("", service.protocol),):
                port = _server_port(server, packets)
                if packets.protocol == "udp":
                    udp.add(port)
                elif packets.protocol in ("tcp", None) and port != SSH:
                    tcp.setdefault(port, 200)
            for port, status in _checked(server, service):
                tcp[port] = status
    return {"tcp": {str(port): tcp[port] for port in sorted(tcp)}, "udp": sorted(udp)}


def _served_by(cluster: Cluster, host: str) -> Iterator[tuple[VirtualService, RealServer]]:
    """The services of a host. A director serves those for which it says sorry itself."""
    yield from cluster.parts_of(host)
    for service in cluster.services if cluster.is_director(host) else ():
        if service.sorry_server and service.sorry_server.is_director:
            yield service, service.sorry_server


def _checked(server: RealServer, service: VirtualService) -> Iterator[tuple[int, int]]:
    """The ports that are checked, with the status that is a success there."""
    for check in server.checks:
        port = check["port"] or server.port or service.port or 0
        if port and port != SSH and check.kind in ("http", "tcp"):
            yield port, _status(check["status"])


def _status(wanted: Any) -> int:
    """One that a check takes, by its key status: None, one, a range, or several of these."""
    listed = [str(each) for each in wanted] if isinstance(wanted, (list, tuple)) else [str(wanted or 200)]
    ranges = [each.partition("-") for each in listed]
    if any(int(low) <= 200 <= int(high or low) for low, _sign, high in ranges):
        return 200
    return int(ranges[0][0])


def _server_port(server: RealServer, packets: Packets) -> int:
    return _port(packets) if server.forward in ("dr", "tun") or not server.port else server.port


def _port(packets: Packets) -> int:
    return next((first for first, _last in packets.ports if first), ANY_PORT)


def _can_answer(service: VirtualService) -> bool:
    return any(server.weight and server.host for server in service.real_servers)


def _why_not(service: VirtualService) -> str:
    if not _can_answer(service):
        return "all its real servers have weight 0"
    if service.takes_any_address or not service.packets:
        return "the definition does not say what its packets are"
    if any((packets.protocol, _port(packets)) == ("tcp", SSH) for packets in service.packets):
        return "on port 22, the machine's own SSH server answers"
    return "the client asks by TCP and UDP alone"
