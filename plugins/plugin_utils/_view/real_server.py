# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host must be as a real server: the definition in, plain data for the modules on the host out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from ...module_utils._netlink.address import is_link_local
from .._cluster.model import (
    ADDRESS_BITS,
    BFD_PORT,
    FAMILIES,
    TCP_CHECKS,
    THROUGH_GATEWAY,
    UDP_CHECKS,
    Cluster,
    RealServer,
    RealServerHost,
    Vip,
    VirtualService,
    family_of,
)
from .._cluster.packets import Packets

# A real server has the VIP on lo and must keep quiet about it on the network. arp_ignore=1: answer only for addresses
# of the interface that was asked (arp_ignore() in net/ipv4/arp.c). arp_announce=2: never ask with the VIP as the sender
# (arp_solicit()). The larger value of conf.all and conf.<interface of the packet> counts (IN_DEV_MAXCONF() in
# linux/inetdevice.h): set on lo alone they do nothing, set on `all` they cover every interface.
# IPv6 needs neither: ndisc_recv_ns() in net/ipv6/ndisc.c answers only for addresses of the interface that was asked.
QUIET_ARP = {"net.ipv4.conf.all.arp_ignore": "1", "net.ipv4.conf.all.arp_announce": "2"}
# The routing table by which the answers of nat go back through the director, and the priority of its rules: before the
# main table (32766), whose number is RT_TABLE_MAIN in linux/rtnetlink.h. A host with several gateways has a table for
# each; 5081 is a director's (MARKED_TABLE).
RETURN_TABLE = 5080
FURTHER_RETURN_TABLES = 5082
MAIN_TABLE = 254
# A socket of UDP that listens on all addresses has none when the way of its answer is looked up. In IPv4 a rule can say
# so (fib4_rule_match() in net/ipv4/fib_rules.c), in IPv6 one with a source is not for it (fib6_rule_match()).
UNSPECIFIED = {"ipv4": {"family": "ipv4", "source": "0.0.0.0"}, "ipv6": {"family": "ipv6"}}
# (family outside, family inside) -> the kind of device that unpacks ipip and gue
DEVICES = {("ipv4", "ipv4"): "ipip", ("ipv4", "ipv6"): "sit", ("ipv6", "ipv4"): "ip6tnl", ("ipv6", "ipv6"): "ip6tnl"}
GRE_DEVICES = {"ipv4": "gre", "ipv6": "ip6gre"}
# What is inside, by the number that the header outside has for it.
TUNNEL_PROTOCOLS = {"ipv4": "4", "ipv6": "41"}
GRE_PROTOCOL = "47"
# What keepalived's checks ask a real server with, those that ask one.
CHECK_PROTOCOLS = {**dict.fromkeys(TCP_CHECKS, "tcp"), **dict.fromkeys((*UDP_CHECKS, "bfd"), "udp")}
PING_PROTOCOLS = {"ipv4": "icmp", "ipv6": "icmpv6"}
# Bytes: the headers of IP and of TCP together, and what a tunnel puts before them.
TCP_HEADERS = {"ipv4": 40, "ipv6": 60}
OUTER_HEADER = {"ipv4": 20, "ipv6": 40}
TUNNEL_HEADER = {
    ("ipip", "nocsum"): 0,
    ("gre", "nocsum"): 4,
    ("gre", "csum"): 8,
    # UDP's header and GUE's own; remote checksum offload adds an option of 4 bytes and private flags of 4.
    ("gue", "nocsum"): 12,
    ("gue", "csum"): 12,
    ("gue", "remcsum"): 20,
}

View = dict[str, Any]
Devices = dict[tuple[str, str], str]
# Gateway -> number of the routing table that leads there.
Tables = dict[str, int]


class Part(NamedTuple):
    """What a host is in one service: the service, and the host as its real server."""

    service: VirtualService
    server: RealServer

    @property
    def outside(self) -> str:
        """The family in which a tunnel comes."""
        return family_of(self.server.address)


def return_tables(clusters: Iterable[Cluster], host: str) -> Tables:
    """The routing table of a host that leads to each of its gateways, whichever cluster has that."""
    services = [service for cluster in clusters for service in cluster.services]
    servers = [server for service in services for server in service.all_servers if server.host == host]
    gateways = sorted({server.gateway for server in servers if server.gateway})
    tables: Tables = {}
    for family in FAMILIES:
        own = [gateway for gateway in gateways if family_of(gateway) == family]
        for number, gateway in enumerate(own):
            tables[gateway] = FURTHER_RETURN_TABLES + number - 1 if number else RETURN_TABLE
    return tables


def realserver_view(cluster: Cluster, host: str, hardware_addresses: Mapping[str, str], tables: Tables) -> View:
    """All of it empty where the host is no real server. hardware_addresses: director -> MAC, of those that are known.
    tables: those of return_tables().

    A director that is a real server too has its VIPs already, where clients can reach them; those that no host holds it
    gets as a real server. What another director sends it, it takes as packets to its own address. To IPVS they must not
    look like a client's: it would balance them again, by a mark or by a connection that it still knows from the same
    port of that client, and two directors could throw a packet to and fro.
    """
    own = next((server for server in cluster.real_servers if server.host == host), None)
    if own is None:
        return {"network": {}, "filter": {"rules": []}}
    parts = [
        Part(service, server) for service in cluster.services for server in service.all_servers if server.host == host
    ]
    peers = cluster.peers_of(host)
    redirected = [part for part in parts if part.server.forward == "dr" and (own.arp == "redirect" or peers)]
    senders = [{"mac": hardware_addresses[peer]} for peer in peers if peer in hardware_addresses] if peers else [{}]
    if cluster.is_director(host):
        parts = [part for part in parts if part.server.forward == "dr" and _is_routed(cluster, part.service)]
        # What it gives itself it answers as the VIP, which has to be there for that.
        own = replace(own, arp="sysctl" if own.arp == "redirect" else own.arp)
        redirected = redirected if peers else []
    by_direct_routing = [part for part in parts if part.server.forward == "dr"]
    by_tunnel = [part for part in parts if part.server.forward == "tun"]
    by_nat = [part for part in parts if part.server.forward == "nat"]
    devices = _devices(by_tunnel)
    addresses = [
        *_addresses_by_direct_routing(cluster, own, by_direct_routing),
        *_addresses_by_tunnel(cluster, by_tunnel, devices),
    ]
    return {
        "network": {
            "tunnels": [_tunnel(part, devices) for part in by_tunnel],
            "listeners": list(_listeners(by_tunnel)),
            "addresses": addresses,
            "routes": list(_routes(by_nat, tables)),
            "rules": list(_routing_rules(cluster, by_nat, tables)),
            "sysctls": {**_sysctls(own, addresses), **_deaf_to_redirects(by_nat)},
            "refused_addresses": _refused_addresses(cluster, host),
            "refused_gateways": _refused_gateways(cluster) if _answers_as_vip([*by_direct_routing, *by_tunnel]) else [],
        },
        "filter": {
            "firewall": own.firewall,
            **({"arp_firewall": own.arp} if own.arp in ("arptables", "nftables") else {}),
            "rules": [
                *_silences(cluster, own, [*by_direct_routing, *by_tunnel]),
                *({**redirect, **sender} for redirect in _redirects(cluster, redirected) for sender in senders),
                *_clamps(cluster, by_tunnel),
                *(_openings(cluster, parts, redirected) if cluster.open_firewall else ()),
                *(_openings_for_checks(cluster, parts) if cluster.open_firewall else ()),
            ],
        },
    }


def _is_routed(cluster: Cluster, service: VirtualService) -> bool:
    return any(vip.routed for vip in cluster.vips_of(service))


def _addresses_by_direct_routing(cluster: Cluster, own: RealServerHost, parts: list[Part]) -> Iterator[View]:
    if own.arp == "redirect":
        return
    for part in parts:
        for vip in cluster.vips_of(part.service):
            if vip.on_real_servers == "lan":
                yield {"address": f"{vip.address}/{vip.prefix}", "beside": part.server.address, "announce": False}
            else:
                yield _on(vip, "lo")


def _addresses_by_tunnel(cluster: Cluster, parts: list[Part], devices: Devices) -> Iterator[View]:
    """Where the packets are unpacked. On lo, the reverse path filter would drop them: it lets nothing pass that comes
    in by a device without an address, unless it is off everywhere (__fib_validate_source() in net/ipv4/fib_frontend.c).
    """
    for part in parts:
        for vip in cluster.vips_of(part.service):
            yield _on(vip, "lo" if part.service.family == "ipv6" else devices[_device_key(part)])


def _on(vip: Vip, interface: str) -> View:
    # The whole address and nothing else: a /24 on lo would make every neighbour local.
    return {
        "address": f"{vip.address}/{ADDRESS_BITS[family_of(vip.address)]}",
        "interface": interface,
        "announce": False,
    }


def _device_key(part: Part) -> tuple[str, str]:
    kind = GRE_DEVICES[part.outside] if part.server.tunnel_type == "gre" else DEVICES[part.outside, part.service.family]
    return kind, part.server.address


def _devices(parts: list[Part]) -> Devices:
    """(kind, the host's own address) -> the name of the device: lvs-KIND, with a number from the second address on."""
    names: Devices = {}
    count: dict[str, int] = {}
    for kind, address in sorted({_device_key(part) for part in parts}):
        count[kind] = count.get(kind, 0) + 1
        names[kind, address] = f"lvs-{kind}" if count[kind] == 1 else f"lvs-{kind}{count[kind]}"
    return names


def _tunnel(part: Part, devices: Devices) -> View:
    kind, address = _device_key(part)
    checksum = {"checksum": True} if kind in GRE_DEVICES.values() and part.server.tunnel_checksum == "csum" else {}
    return {"name": devices[kind, address], "kind": kind, "local": address, **checksum}


def _listeners(parts: list[Part]) -> Iterator[View]:
    for part in parts:
        if part.server.tunnel_type == "gue":
            yield {"port": part.server.tunnel_port, "family": part.outside}


def _routes(parts: list[Part], tables: Tables) -> Iterator[View]:
    for part in parts:
        gateway = part.server.gateway
        if gateway and part.service.nat_return == "policy_route":
            yield {"destination": "default", **_leading_to(gateway, part), "table": tables[gateway]}
        if gateway and part.service.nat_return == "default_route":
            yield {"destination": "default", **_leading_to(gateway, part)}


def _leading_to(gateway: str, part: Part) -> View:
    """A link-local gateway is on the link of the real server's own address; the kernel cannot tell by itself."""
    return {"gateway": gateway, **({"interface": f"[{part.server.address}]"} if is_link_local(gateway) else {})}


def _routing_rules(cluster: Cluster, parts: list[Part], tables: Tables) -> Iterator[View]:
    """What goes back through the director: this service's answers alone, or more, where its ports are not known.

    A director that asks a real server itself, to see whether it can serve, gets its answer straight: through another
    director it would pass that one's packet filter, which has not seen the question.
    """
    for part in parts:
        gateway = part.server.gateway
        if not gateway or part.service.nat_return != "policy_route":
            continue
        family = part.service.family
        from_here: View = {"family": family, "source": part.server.address}
        for known in part.service.answers_of(part.server):
            answers = _in_a_routing_rule(known)
            unbound = answers.get("protocol") == "udp" and "source_port" in answers
            for origin in (from_here, UNSPECIFIED[family]) if unbound else (from_here,):
                yield {"priority": RETURN_TABLE, **origin, **answers, "table": tables[gateway]}
                for director in cluster.directors if len(cluster.directors) > 1 else ():
                    for own in director.addresses_of(family):
                        yield {"priority": RETURN_TABLE - 1, **origin, "destination": own, "table": MAIN_TABLE}


def _in_a_routing_rule(answers: View) -> View:
    """The kernel takes no port 65535 there (fib_rule_port_range_valid() in net/fib_rules.h): then all ports go back."""
    last = str(answers.get("source_port", "")).rpartition("-")[2]
    return {name: value for name, value in answers.items() if name != "source_port" or last != "65535"}


def _sysctls(own: RealServerHost, addresses: list[View]) -> dict[str, str]:
    quiet = [entry for entry in addresses if family_of(entry["address"]) == "ipv4"]
    sysctls = dict(QUIET_ARP) if quiet and own.arp == "sysctl" else {}
    # Loose: the client is reached by another interface than the tunnel. The larger of this and conf.all counts.
    devices = sorted({entry.get("interface", "lo") for entry in quiet} - {"lo"})
    sysctls.update({f"net.ipv4.conf.{device}.rp_filter": "2" for device in devices})
    return sysctls


def _deaf_to_redirects(parts: list[Part]) -> dict[str, str]:
    """A director cannot be told not to name a shorter way in IPv6 (ip6_forward() in net/ipv6/ip6_output.c); a real
    server that took it would answer that client past the director (rt6_do_redirect() in net/ipv6/route.c).
    """
    return {
        f"net.ipv6.conf.[{part.server.address}].accept_redirects": "0"
        for part in parts
        if part.outside == "ipv6" and part.service.nat_return in THROUGH_GATEWAY
    }


def _answers_as_vip(parts: list[Part]) -> bool:
    """Whether it sends what a director that holds the VIP drops; answers about any address have none of a director."""
    return any(not part.service.takes_any_address for part in parts)


def _refused_gateways(cluster: Cluster) -> list[str]:
    own = {address for director in cluster.directors for address in director.all_addresses}
    # A link-local one may be another router's on another link.
    return sorted(own | {vip.address for vip in cluster.vips if not is_link_local(vip.address)})


def _refused_addresses(cluster: Cluster, host: str) -> list[str]:
    """The addresses that a director answers for: who has got one on his own interface answers before it does."""
    return [] if cluster.is_director(host) else sorted(vip.address for vip in cluster.vips if not vip.routed)


def _silences(cluster: Cluster, own: RealServerHost, parts: list[Part]) -> Iterator[View]:
    if own.arp not in ("arptables", "nftables"):
        return
    for part in parts:
        for vip in cluster.vips_of(part.service):
            if family_of(vip.address) == "ipv4":
                yield {"kind": "silence", "address": vip.address, "instead": part.server.address}


def _redirects(cluster: Cluster, parts: list[Part]) -> Iterator[View]:
    for part in parts:
        everything = (Packets(vip.address, None) for vip in cluster.vips_of(part.service))
        for packets in part.service.packets or everything:
            for protocol in [packets.protocol] if packets.protocol else ["tcp", "udp"]:
                yield {"kind": "redirect", **packets.selector(), "protocol": protocol}


def _clamps(cluster: Cluster, parts: list[Part]) -> Iterator[View]:
    """What a client sends must fit into the tunnel: the real server tells it the size, where TCP lets it."""
    sizes: dict[str, int] = {}
    for part in parts:
        server = part.server
        tunnel = OUTER_HEADER[part.outside] + TUNNEL_HEADER[server.tunnel_type, server.tunnel_checksum]
        size = cluster.mtu - tunnel - TCP_HEADERS[part.service.family]
        for vip in cluster.vips_of(part.service):
            if part.service.protocol in ("tcp", None):
                sizes[vip.address] = min(size, sizes.get(vip.address, size))
    for address, size in sizes.items():
        yield {"kind": "clamp", "address": address, "mss": size}


def _openings(cluster: Cluster, parts: list[Part], redirected: list[Part]) -> Iterator[View]:
    """What a closed firewall must let in: what the directors send, and what is in their tunnels."""
    for service, server in [*redirected, *(part for part in parts if part not in redirected)]:
        opening: View = {"kind": "accept", "hook": "input"}
        if server.forward == "tun":
            for director in cluster.directors:
                for source in director.addresses_of(family_of(server.address)):
                    yield {**opening, "source": source, "address": server.address, **_packed(service, server)}
        if server.forward == "nat":
            arriving = service.arriving_at(server)
        elif (service, server) in redirected:
            arriving = tuple(replace(packets, address=server.address) for packets in service.packets)
        else:
            # What somebody else's rule marks on the director comes to its VIPs, and nothing tells the ports.
            # A transparent proxy takes packets at a port of its own.
            everything = tuple(Packets(vip.address, None) for vip in cluster.vips_of(service))
            arriving = service.packets_to_addresses or everything
        for packets in arriving:
            yield {**opening, **packets.selector()}


def _openings_for_checks(cluster: Cluster, parts: list[Part]) -> Iterator[View]:
    """The directors ask a real server at its own address, whichever way clients come to it."""
    if cluster.engine != "keepalived":
        return
    for _service, server in parts:
        for check in server.checks:
            address = check["address"] or server.address
            family = family_of(address)
            if check.kind == "ping":
                asked: View = {"protocol": PING_PROTOCOLS[family]}
            elif check.kind in CHECK_PROTOCOLS:
                port = BFD_PORT if check.kind == "bfd" else check["port"] or server.port
                asked = {"protocol": CHECK_PROTOCOLS[check.kind], "port": port}
            else:
                continue
            for director in cluster.directors:
                for source in director.addresses_of(family):
                    yield {"kind": "accept", "hook": "input", "source": source, "address": address, **asked}


def _packed(service: VirtualService, server: RealServer) -> View:
    """What tells the packets of a tunnel."""
    if server.tunnel_type == "gue":
        return {"protocol": "udp", "port": server.tunnel_port}
    if server.tunnel_type == "gre":
        return {"protocol": GRE_PROTOCOL}
    return {"protocol": TUNNEL_PROTOCOLS[service.family]}
