# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host must be as a director: the definition in, plain data for the modules on the host out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...module_utils._wire.vrrp import GROUPS
from .._cluster.model import (
    BFD_PORT,
    SYNC_GROUP,
    UNTOUCHED,
    Cluster,
    Director,
    RealServer,
    Vip,
    VirtualService,
    VrrpInstance,
    family_of,
)
from .._cluster.packets import Packets, is_within
from .._keepalived.advertising import unicast_peers
from .._keepalived.configuration import configuration
from .._keepalived.neighbours import Reports, advertised_already

# NAT alone forwards through the IP stack. The kernel changes accept_redirects whenever it is told to forward or not to
# (inet_forward_change() in net/ipv4/devinet.c); it stands here so that it gets its value back when the cluster goes.
# Once an IPv6 host forwards, the kernel ignores router advertisements (ipv6_accept_ra() in net/ipv6.h; accept_ra=2 on
# an interface keeps them).
FORWARDING = {
    "ipv4": {"net.ipv4.ip_forward": "1", "net.ipv4.conf.all.accept_redirects": "0"},
    "ipv6": {"net.ipv6.conf.all.forwarding": "1"},
}
# By it, a client's network tells that a packet was too large (ip_vs_in_icmp() in ip_vs_core.c hands that on). A host's
# own rule for what is "related" does not let it in: netfilter knows no connection of dr and tun, and of nat not always.
ICMP = {"ipv4": "icmp", "ipv6": "icmpv6"}
# The routing table by which a director takes marked packets for addresses that it does not hold, and the priority of
# its rules: before the main table (32766).
MARKED_TABLE = 5081

View = dict[str, Any]


def director_view(
    cluster: Cluster | None,
    host: str,
    hardware_addresses: Mapping[str, str],
    interfaces: Mapping[str, str],
    reports: Reports | None = None,
) -> View:
    """All of it empty where the host is no director. cluster: the one that it directs, None for none.

    hardware_addresses: director -> MAC, of those that are known. interfaces: address -> interface of this host, of its
    own addresses and of those that it is to hold; empty as long as nobody has looked. reports: director -> what it
    has of virtual routers, of those that have looked.
    """
    director = next((each for each in cluster.directors if each.host == host), None) if cluster else None
    if cluster is None or director is None:
        return {
            "services": [],
            "schedulers": [],
            "persistence_engines": [],
            "timeouts": {},
            "connection_table_bits": None,
            "vips": [],
            "virtual_routers": [],
            "keepalived": None,
            "sync_daemon": {},
            "network": {},
            "filter": {"rules": []},
        }
    schedulers = sorted({service.scheduler for service in cluster.services})
    engines = sorted({service.persistence_engine for service in cluster.services if service.persistence_engine})
    static, bits = cluster.engine == "static", cluster.connection_table_bits
    vips = [_vip(vip, director) for vip in cluster.vips if not vip.routed]
    held = sorted(vip.address for vip in cluster.vips if not vip.routed)
    return {
        "services": sorted((_service(service) for service in cluster.services), key=_service_order),
        "schedulers": schedulers,
        "persistence_engines": engines,
        "timeouts": dict(cluster.timeouts),
        "connection_table_bits": bits,
        "vips": vips,
        "virtual_routers": [] if static else [_virtual_router(each, director) for each in cluster.keepalived.instances],
        "keepalived": None
        if static or not interfaces
        else configuration(cluster, director, interfaces, advertised_already(cluster, reports or {})),
        "sync_daemon": _sync_daemon(cluster, director, interfaces) if static else {},
        "network": {
            "kernel_modules": _kernel_modules(cluster, schedulers, engines),
            "module_options": {"ip_vs": {"conn_tab_bits": bits}} if bits else {},
            "addresses": vips if static else [],
            "handed_over": [*(held if not static else []), *cluster.own_addresses_served],
            "routes": [_local_route(family) for family in _routed_families(cluster)],
            "rules": list(_routing_rules(cluster)),
            "sysctls": _sysctls(cluster, director),
        },
        "filter": {
            "firewall": director.firewall,
            "rules": [
                *_marks(cluster, host, hardware_addresses),
                *_translations(cluster, director),
                *(_openings(cluster) if cluster.open_firewall else ()),
                *(_openings_for_directors(cluster, director) if cluster.open_firewall else ()),
            ],
        },
    }


def _virtual_router(instance: VrrpInstance, director: Director) -> View:
    """An instance as an element of the option `virtual_routers` of host_info."""
    interface = instance["interface"] or (None if director.vrrp_addresses else director.interface)
    own = director.vrrp_address_of(instance.family) or director.addresses[0]
    place = {"interface": interface} if interface else {"beside": own}
    return {
        "virtual_router_id": instance.virtual_router_id,
        "family": instance.family,
        "interval": instance["advert_interval"] or 1,
        **place,
    }


def _sync_daemon(cluster: Cluster, director: Director, interfaces: Mapping[str, str]) -> View:
    """The options of ipvs_sync_daemon, but for its roles; nothing as long as its interface is not known."""
    options: View = {{"id": "sync_id"}.get(name, name): value for name, value in cluster.sync_daemon}
    interface = options.get("interface") or director.interface or interfaces.get(director.addresses[0])
    return {**options, "interface": interface} if options and interface else {}


def _kernel_modules(cluster: Cluster, schedulers: list[str], engines: list[str]) -> list[str]:
    # The data connections of FTP have addresses of their own, which ip_vs_ftp.c finds in the control connection.
    ftp = any(service.is_ftp and service.forwards_by("nat") for service in cluster.services)
    return [
        "ip_vs",
        *(["ip_vs_ftp"] if ftp else []),
        *(f"ip_vs_{scheduler}" for scheduler in schedulers),
        *(f"ip_vs_pe_{engine}" for engine in engines),
    ]


def _vip(vip: Vip, director: Director) -> View:
    interface = vip.interface or (None if vip.gateway else director.interface)
    own = director.address_of(family_of(vip.address)) or director.addresses[0]
    place = {"interface": interface} if interface else {"beside": own}
    label = {"label": vip.label} if vip.label else {}
    return {"address": f"{vip.address}/{vip.prefix}", **place, **label, "announce": True}


def _routed(cluster: Cluster) -> Iterator[VirtualService]:
    """The services whose packets a router sends here although no host of the cluster holds their address."""
    for service in cluster.services:
        routed = any(vip.routed for vip in cluster.vips_of(service))
        if service.fwmark is not None and (routed or service.takes_any_address):
            yield service


def _routed_families(cluster: Cluster) -> list[str]:
    return sorted({service.family for service in _routed(cluster)})


def _local_route(family: str) -> View:
    return {"destination": "default", "family": family, "kind": "local", "interface": "lo", "table": MARKED_TABLE}


def _routing_rules(cluster: Cluster) -> Iterator[View]:
    for service in _routed(cluster):
        selector = {"family": service.family, "mark": service.fwmark}
        yield {"priority": MARKED_TABLE, **selector, "table": MARKED_TABLE}


def _sysctls(cluster: Cluster, director: Director) -> dict[str, str]:
    by_nat = sorted({service.family for service in cluster.services if service.forwards_by("nat")})
    sysctls = {key: value for family in by_nat for key, value in FORWARDING[family].items()}
    own = director.address_of("ipv4")
    if "ipv4" in by_nat and own:
        # A real server that is told a shorter way (ICMP redirect) answers the client past the director. Both count:
        # IN_DEV_TX_REDIRECTS() in linux/inetdevice.h.
        for interface in ("all", f"[{own}]", *_gateway_interfaces(cluster)):
            sysctls[f"net.ipv4.conf.{interface}.send_redirects"] = "0"
    if "ipv4" in _routed_families(cluster) and own:
        # Loose: a client may be reached by another interface than it came from. The larger of it and conf.all counts.
        # As sysctl(8) writes it: a dot within the name of an interface is a slash.
        interface = director.interface.replace(".", "/") if director.interface else f"[{own}]"
        sysctls[f"net.ipv4.conf.{interface}.rp_filter"] = "2"
    if any(service.forwards_by(*UNTOUCHED) for service in cluster.services):
        # A director by dr or tun sees no answer, so a connection that has ended stays in FIN_WAIT. A client that comes
        # from the same port again would be sent to the same real server, drained or not (is_new_conn_expected() in
        # ip_vs_core.c: bit 1 looks at FIN_WAIT, bit 0 at TIME_WAIT and CLOSE).
        sysctls["net.ipv4.vs.conn_reuse_mode"] = "3"
    if any(service.persistence_timeout for service in cluster.services):
        # Otherwise a client that persistence ties to a quiesced real server goes on getting new connections to it.
        sysctls["net.ipv4.vs.expire_quiescent_template"] = "1"
    if any(service.forwards_by("nat") and service.nat_return == "source_nat" for service in cluster.services):
        # The packet filter sees the connections of IPVS only then (ip_vs_nfct.c).
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


def _marks(cluster: Cluster, host: str, hardware_addresses: Mapping[str, str]) -> Iterator[View]:
    for service in cluster.services:
        for packets in service.marked:
            yield {"kind": "mark", "mark": service.fwmark, **packets.selector()}
    yield from _unmarked_services(cluster)
    yield from _unmarked_proxies(cluster)
    routed = {vip.address for vip in cluster.vips if vip.routed}
    marks = {packets: service.fwmark or 0 for service in cluster.services for packets in service.marked}
    # What goes anywhere needs none: ip_vs_forward_icmp() in ip_vs_core.c finds it among what is forwarded.
    marked = {packets.address for packets in marks if packets.protocol and not packets.go_anywhere}
    for address in sorted(one for one in marked if any(is_within(vip, one) for vip in routed)):
        # By whichever mark: it takes them to IPVS, which finds the connection that they are about by itself.
        mark = min(mark for packets, mark in marks.items() if packets.address == address)
        yield {"kind": "mark", "mark": mark, "address": address, "protocol": ICMP[family_of(address)]}
    peers = [peer for peer in cluster.peers_of(host) if peer in hardware_addresses]
    if peers and any(service.marked for service in cluster.services):
        # The latter where a client itself comes with a connection that a peer has sent before.
        yield from [*({"kind": "unmarked", "mac": hardware_addresses[peer]} for peer in peers), {"kind": "unmarked"}]


def _unmarked_services(cluster: Cluster) -> Iterator[View]:
    """Services by address whose packets are among those of a mark: IPVS looks for the service of a mark first
    (ip_vs_service_find() in ip_vs_ctl.c), and it would get them.
    """
    marks: dict[str, list[Packets]] = {}
    for service in cluster.services:
        for packets in service.marked:
            marks.setdefault(packets.address, []).append(packets)
    to_networks = [packets for address, several in marks.items() if "/" in address for packets in several]
    for service in cluster.services:
        for packets in service.packets if service.fwmark is None else ():
            if any(mark.covers(packets) for mark in (*marks.get(packets.address, ()), *to_networks)):
                yield {"kind": "mark", "mark": 0, **packets.selector()}


def _unmarked_proxies(cluster: Cluster) -> Iterator[View]:
    """What transparent proxies ask others for themselves: it would come back to them."""
    services = [service for service in cluster.services if service.takes_any_address]
    for service in services:
        proxies = {server.address for each in services for server in each.all_servers if not server.is_director}
        for address in sorted(proxies):
            if family_of(address) == service.family:
                for packets in service.marked:
                    yield {"kind": "mark", "mark": 0, "source": address, **packets.selector()}


def _translations(cluster: Cluster, director: Director) -> Iterator[View]:
    for service in cluster.services:
        own = director.address_of(service.family)
        if service.nat_return == "source_nat" and service.forwards_by("nat") and own:
            for packets in service.packets_to_addresses:
                for protocol in [packets.protocol] if packets.protocol else ["tcp", "udp"]:
                    selector = packets.selector(any_port=service.is_ftp)
                    yield {"kind": "source_nat", "to": own, **selector, "protocol": protocol}
            if not service.packets_to_addresses:
                # Somebody else's rule marks them, or they go anywhere: the mark alone tells them from others.
                yield {"kind": "source_nat", "to": own, "mark": service.fwmark}
        for server in service.all_servers:
            if cluster.masquerade and server.forward == "nat":
                yield {"kind": "masquerade", "source": server.address}


def _openings(cluster: Cluster) -> Iterator[View]:
    """What a closed firewall must let through: IPVS balances after its input, and nat's answers are forwarded."""
    for service in cluster.services:
        arriving: View = {"kind": "accept", "hook": "input"}
        if not service.packets_to_addresses:
            yield {**arriving, "mark": service.fwmark}
            for vip in cluster.vips_of(service):
                yield {**arriving, "address": vip.address, "protocol": ICMP[service.family]}
        for packets in service.packets_to_addresses:
            # The data connections of FTP come to ports that nobody knows before, and count as new: ip_vs_ftp would tell
            # netfilter of them, which listens only where it has a helper for FTP too (nf_ct_expect_related_report()).
            yield {**arriving, **packets.selector(any_port=service.is_ftp and service.forwards_by("nat"))}
            if packets.protocol:
                yield {**arriving, "address": packets.address, "protocol": ICMP[service.family]}
        for server in service.all_servers:
            if server.forward == "nat":
                forwarded = {"kind": "accept", "hook": "forward"}
                for answers in [{}] if cluster.masquerade else service.answers_of(server):
                    yield {**forwarded, "source": server.address, **answers}
                if cluster.masquerade:
                    yield {**forwarded, "address": server.address, "connection": "established"}


def _openings_for_directors(cluster: Cluster, director: Director) -> Iterator[View]:
    """What directors tell each other: who has the VIPs, and which connections there are. And real servers, by BFD."""
    opening = {"kind": "accept", "hook": "input"}
    instances = cluster.keepalived.instances if cluster.engine == "keepalived" else ()
    for instance in instances:
        # Behind the header of AH nobody sees that it is VRRP: vrrp_build_ip4() in vrrp.c.
        protocol = "ah" if cluster.keepalived.authentication_of(instance) == "ah" else "vrrp"
        for packets in _advertisements(cluster, instance, director):
            yield {**opening, "protocol": protocol, **packets}
    if cluster.sync_daemon:
        options = dict(cluster.sync_daemon)
        interface = options.get("interface") or next((instance["interface"] for instance in instances), None)
        for packets in _to_group(cluster, director, interface, options.get("group") or SYNC_GROUP):
            yield {**opening, "protocol": "udp", **packets, "port": options["port"]}
    for service in cluster.services:
        for server in service.real_servers:
            if cluster.engine == "keepalived" and any(check.kind == "bfd" for check in server.checks):
                yield {**opening, "protocol": "udp", "source": server.address, "port": BFD_PORT}


def _advertisements(cluster: Cluster, instance: VrrpInstance, director: Director) -> list[View]:
    """By what the advertisements of the other directors are known."""
    peers = unicast_peers(cluster, instance, director)
    if peers:
        return [{"source": peer} for peer in peers]
    if instance.family == "ipv6":
        # They come from a link-local address, by whatever interface: RFC 9568, section 5.1.2.1.
        return [{"source": "fe80::/10"}] if len(cluster.directors) > 1 else []
    others = [other for other in cluster.directors if other.host != director.host]
    if others and all(other.vrrp_addresses for other in others):
        return [{"source": other.vrrp_address_of("ipv4")} for other in others]
    return _to_group(cluster, director, instance["interface"], GROUPS["ipv4"])


def _to_group(cluster: Cluster, director: Director, interface: str | None, group: str) -> list[View]:
    """By what the packets are known that the other directors send to a group.

    They have the address of the interface by which they leave. Where one is named, that may be none that the
    definition has, and the group must do. So it must in IPv6, where that address is mostly a link-local one.
    """
    others = [other for other in cluster.directors if other.host != director.host]
    sources = [other.address_of("ipv4") for other in others]
    unknown = family_of(group) == "ipv6" or interface or None in sources
    if others and (unknown or any(other.interface or other.vrrp_addresses for other in others)):
        return [{"address": group}]
    return [{"source": source} for source in sources]


def _service(service: VirtualService) -> View:
    """A service as an element of the option `services` of ipvs_services. What does not apply is left out."""
    if service.fwmark is None:
        identity: View = {"address": service.address, "port": service.port, "protocol": service.protocol}
    else:
        identity = {"fwmark": service.fwmark, "family": service.family}
    settings: View = {
        "scheduler": service.scheduler,
        "scheduler_flags": list(service.scheduler_flags),
        "one_packet": service.one_packet,
        "persistence_timeout": service.persistence_timeout,
    }
    for name in ("persistence_netmask", "persistence_engine"):
        value = getattr(service, name)
        if value is not None:
            settings[name] = value
    destinations = sorted(service.real_servers, key=lambda server: (server.address, server.port))
    return {**identity, **settings, "destinations": [_destination(server) for server in destinations]}


def _destination(server: RealServer) -> View:
    names = ["address", "port", "forward", "weight", "upper_threshold", "lower_threshold"]
    if server.forward == "tun":
        names += ["tunnel_type", "tunnel_port", "tunnel_checksum"]
    return {name: getattr(server, name) for name in names}


def _service_order(service: View) -> tuple[object, ...]:
    return (
        service.get("fwmark", 0),
        service.get("family", ""),
        service.get("address", ""),
        service.get("port", 0),
        service.get("protocol", ""),
    )
