# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a director needs of its network: kernel modules, VIPs, routing of marked packets, sysctls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .._values.cluster import Cluster
from .._values.director import Director
from .._values.real_server import UNTOUCHED
from .._values.service import VirtualService
from .._vips.holders import holder_of
from .entries import Entry, HandedOver, KernelModule, Route, RoutingRule, Sysctl

# NAT alone forwards through the IP stack. The kernel changes accept_redirects whenever it is told to forward or not to
# (inet_forward_change() in net/ipv4/devinet.c); it stands here so that it gets its value back when the cluster goes.
# Once an IPv6 host forwards, the kernel ignores router advertisements (ipv6_accept_ra() in net/ipv6.h; accept_ra=2 on
# an interface keeps them).
FORWARDING = {
    "ipv4": {"net.ipv4.ip_forward": "1", "net.ipv4.conf.all.accept_redirects": "0"},
    "ipv6": {"net.ipv6.conf.all.forwarding": "1"},
}
# The routing table by which a director takes marked packets for addresses that it does not hold, and the priority of
# its rules: before the main table (32766).
MARKED_TABLE = 5081


def entries(cluster: Cluster, director: Director) -> Iterator[Entry]:
    yield from _kernel_modules(cluster)
    yield from holder_of(cluster).entries(cluster, director)
    yield from (HandedOver(address) for address in cluster.own_addresses_served)
    yield from _ways_of_marked_packets(cluster)
    yield from (Sysctl(name, value) for name, value in _sysctls(cluster, director).items())


def persistence_engines(services: Iterable[VirtualService]) -> list[str]:
    return sorted({service.persistence_engine for service in services if service.persistence_engine})


def _kernel_modules(cluster: Cluster) -> Iterator[KernelModule]:
    bits = cluster.connection_table_bits
    yield KernelModule("ip_vs", (("conn_tab_bits", bits),) if bits else ())
    # The data connections of FTP have addresses of their own, which ip_vs_ftp.c finds in the control connection.
    if any(service.is_ftp and service.forwards_by("nat") for service in cluster.services):
        yield KernelModule("ip_vs_ftp")
    for scheduler in sorted({service.scheduler for service in cluster.services}):
        yield KernelModule(f"ip_vs_{scheduler}")
    for engine in persistence_engines(cluster.services):
        yield KernelModule(f"ip_vs_pe_{engine}")


def _routed(cluster: Cluster) -> Iterator[VirtualService]:
    """The services whose packets a router sends here although no host of the cluster holds their address."""
    for service in cluster.services:
        routed = any(vip.routed for vip in cluster.vips_of(service))
        if service.fwmark is not None and (routed or service.takes_any_address):
            yield service


def routed_families(cluster: Cluster) -> list[str]:
    return sorted({service.family for service in _routed(cluster)})


def _ways_of_marked_packets(cluster: Cluster) -> Iterator[Entry]:
    """The kernel takes marked packets for its own, though no interface has the address that they go to."""
    for family in routed_families(cluster):
        yield Route("default", family=family, kind="local", interface="lo", table=MARKED_TABLE)
    for service in _routed(cluster):
        yield RoutingRule(MARKED_TABLE, MARKED_TABLE, service.family, mark=service.fwmark)


def _sysctls(cluster: Cluster, director: Director) -> dict[str, str]:
    by_nat = sorted({service.family for service in cluster.services if service.forwards_by("nat")})
    sysctls = {key: value for family in by_nat for key, value in FORWARDING[family].items()}
    own = director.address_of("ipv4")
    if "ipv4" in by_nat and own:
        # A real server that is told a shorter way (ICMP redirect) answers the client past the director. Both count:
        # IN_DEV_TX_REDIRECTS() in linux/inetdevice.h.
        for interface in ("all", f"[{own}]", *_gateway_interfaces(cluster)):
            sysctls[f"net.ipv4.conf.{interface}.send_redirects"] = "0"
    if "ipv4" in routed_families(cluster) and own:
        # Loose: a client may be reached by another interface than it came from. The larger of it and conf.all counts.
        # As sysctl(8) writes it: a dot within the name of an interface is a slash.
        interface = director.interface.replace(".", "/") if director.interface else f"[{own}]"
        sysctls[f"net.ipv4.conf.{interface}.rp_filter"] = "2"
    if any(service.family == "ipv4" for service in cluster.services_asked_through_path):
        # Answers come from the VIP, which this director may have itself: fib_validate_source() in fib_frontend.c. IPv6
        # takes them as they are.
        for address in director.addresses_of("ipv4"):
            sysctls[f"net.ipv4.conf.[{address}].accept_local"] = "1"
    if any(service.forwards_by(*UNTOUCHED) for service in cluster.services):
        # A director by dr or tun sees no answer, so a connection that has ended stays in FIN_WAIT. A client that comes
        # from the same port again would be sent to the same real server, drained or not (is_new_conn_expected() in
        # ip_vs_core.c: bit 1 looks at FIN_WAIT, bit 0 at TIME_WAIT and CLOSE).
        sysctls["net.ipv4.vs.conn_reuse_mode"] = "3"
    if any(service.persistence_timeout for service in cluster.services):
        # Otherwise a client that persistence ties to a quiesced real server goes on getting new connections to it.
        sysctls["net.ipv4.vs.expire_quiescent_template"] = "1"
    if cluster.tracks_connections:
        sysctls["net.ipv4.vs.conntrack"] = "1"
    if cluster.ends_connections_at_once:
        sysctls["net.ipv4.vs.expire_nodest_conn"] = "1"
    sysctls.update({f"net.ipv4.vs.{name}": value for name, value in cluster.ipvs_sysctls})
    return sysctls


def _gateway_interfaces(cluster: Cluster) -> Iterator[str]:
    """Where the gateways of IPv4 are, as sysctls name it. Of a single one, the director's own address says it."""
    gateways = cluster.gateways_of("ipv4")
    virtual = {vip.address: vip for vip in cluster.vips}
    for gateway in gateways if len(gateways) > 1 else ():
        named = virtual[gateway].interface if gateway in virtual else None
        near = "near " if gateway in virtual else ""
        yield named.replace(".", "/") if named else f"[{near}{gateway}]"
