# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host must be as a real server of one cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...module_utils._netlink.address import BITS, family_of, is_link_local
from .._checks.checkers import checker_of
from .._values.cluster import Cluster, Part
from .._values.packets import Packets
from .._values.real_server import RealServerHost
from .._values.service import VirtualService
from .._values.vip import Vip
from . import tunnels
from .entries import Address, ArpFirewall, Entry, FilterRule, Firewall, RefusedAddress, RefusedGateway, Sysctl
from .known import Known
from .return_path import Tables, return_path

# A real server has the VIP on lo and must keep quiet about it on the network. arp_ignore=1: answer only for addresses
# of the interface that was asked (arp_ignore() in net/ipv4/arp.c). arp_announce=2: never ask with the VIP as the sender
# (arp_solicit()). The larger value of conf.all and conf.<interface of the packet> counts (IN_DEV_MAXCONF() in
# linux/inetdevice.h): set on lo alone they do nothing, set on `all` they cover every interface.
# IPv6 needs neither: ndisc_recv_ns() in net/ipv6/ndisc.c answers only for addresses of the interface that was asked.
QUIET_ARP = {"net.ipv4.conf.all.arp_ignore": "1", "net.ipv4.conf.all.arp_announce": "2"}
# The tools that keep ARP quiet by rules of their own.
ARP_FIREWALLS = ("arptables", "nftables")


@dataclass(frozen=True)
class Serving:
    """A host as a real server: what it is in each service, by the way in which packets come to it.

    redirected: what it takes as packets to its own address, by direct routing. senders: the MAC addresses of those
    whose packets that concerns, None for everybody.
    """

    own: RealServerHost
    parts: tuple[Part, ...]
    redirected: tuple[Part, ...]
    senders: tuple[str | None, ...]

    def by(self, forward: str) -> list[Part]:
        return [part for part in self.parts if part.server.forward == forward]


def real_server_entries(cluster: Cluster, host: str, known: Known, tables: Tables) -> Iterator[Entry]:
    """None where the host is no real server of the cluster. tables: those of return_tables()."""
    own = next((server for server in cluster.real_servers if server.host == host), None)
    if own is None:
        return
    serving = _serving(cluster, own, known)
    yield from _network_entries(cluster, serving, tables)
    yield from _filter_entries(cluster, serving)


def _serving(cluster: Cluster, own: RealServerHost, known: Known) -> Serving:
    """A director that is a real server too has its VIPs already, where clients can reach them; those that no host holds
    it gets as a real server. What another director sends it, it takes as packets to its own address. To IPVS they must
    not look like a client's: it would balance them again, by a mark or by a connection that it still knows from the
    same port of that client, and two directors could throw a packet to and fro.
    """
    parts = cluster.parts_of(own.host)
    by_direct_routing = tuple(part for part in parts if part.server.forward == "dr")
    peers = cluster.peers_of(own.host)
    if not cluster.is_director(own.host):
        return Serving(own, parts, by_direct_routing if own.arp == "redirect" else (), (None,))
    routed = tuple(part for part in by_direct_routing if _is_routed(cluster, part.service))
    # What it gives itself it answers as the VIP, which has to be there for that.
    own = replace(own, arp="sysctl") if own.arp == "redirect" else own
    senders = tuple(known.hardware_addresses[peer] for peer in peers if peer in known.hardware_addresses)
    return Serving(own, routed, by_direct_routing if peers else (), senders)


def _is_routed(cluster: Cluster, service: VirtualService) -> bool:
    return any(vip.routed for vip in cluster.vips_of(service))


def _network_entries(cluster: Cluster, serving: Serving, tables: Tables) -> Iterator[Entry]:
    by_tunnel = serving.by("tun")
    devices = tunnels.devices_of(by_tunnel)
    yield from tunnels.ends(by_tunnel, devices)
    addresses = list(_addresses(cluster, serving, devices))
    yield from addresses
    yield from _sysctls(serving.own, addresses)
    yield from return_path(cluster, serving.by("nat"), tables)
    yield from _refused_addresses(cluster, serving.own.host)
    if _answers_as_vip([*serving.by("dr"), *by_tunnel]):
        yield from _refused_gateways(cluster)


def _addresses(cluster: Cluster, serving: Serving, devices: tunnels.Devices) -> Iterator[Address]:
    for part in serving.by("dr") if serving.own.arp != "redirect" else ():
        for vip in cluster.vips_of(part.service):
            if vip.on_real_servers == "lan":
                yield Address(vip.address, vip.prefix, announce=False, beside=part.server.address)
            else:
                yield _alone_on(vip, "lo")
    # Where the packets are unpacked. On lo, the reverse path filter would drop them: it lets nothing pass that comes in
    # by a device without an address, unless it is off everywhere (__fib_validate_source() in net/ipv4/fib_frontend.c).
    for part in serving.by("tun"):
        for vip in cluster.vips_of(part.service):
            yield _alone_on(vip, "lo" if part.service.family == "ipv6" else devices[tunnels.device_key(part)])


def _alone_on(vip: Vip, interface: str) -> Address:
    """The whole address and nothing else: a /24 on lo would make every neighbour local."""
    return Address(vip.address, BITS[family_of(vip.address)], announce=False, interface=interface)


def _sysctls(own: RealServerHost, addresses: list[Address]) -> Iterator[Sysctl]:
    quiet = [entry for entry in addresses if family_of(entry.address) == "ipv4"]
    if quiet and own.arp == "sysctl":
        yield from (Sysctl(name, value) for name, value in QUIET_ARP.items())
    # Loose: the client is reached by another interface than the tunnel. The larger of this and conf.all counts.
    for device in sorted({entry.interface or "lo" for entry in quiet} - {"lo"}):
        yield Sysctl(f"net.ipv4.conf.{device}.rp_filter", "2")


def _answers_as_vip(parts: list[Part]) -> bool:
    """Whether it sends what a director that holds the VIP drops; answers about any address have none of a director."""
    return any(not part.service.takes_any_address for part in parts)


def _refused_gateways(cluster: Cluster) -> Iterator[RefusedGateway]:
    own = {address for director in cluster.directors for address in director.all_addresses}
    # A link-local one may be another router's on another link.
    vips = {vip.address for vip in cluster.vips if not is_link_local(vip.address)}
    yield from (RefusedGateway(address) for address in sorted(own | vips))


def _refused_addresses(cluster: Cluster, host: str) -> Iterator[RefusedAddress]:
    """The addresses that a director answers for: who has got one on his own interface answers before it does."""
    if not cluster.is_director(host):
        yield from (RefusedAddress(address) for address in sorted(vip.address for vip in cluster.held_vips))


def _filter_entries(cluster: Cluster, serving: Serving) -> Iterator[Entry]:
    own = serving.own
    if own.firewall:
        yield Firewall(own.firewall)
    if own.arp in ARP_FIREWALLS:
        yield ArpFirewall(own.arp)
        yield from _silences(cluster, [*serving.by("dr"), *serving.by("tun")])
    for redirect in _redirects(cluster, serving.redirected):
        yield from (replace(redirect, mac=sender) for sender in serving.senders)
    yield from tunnels.clamps(cluster, serving.by("tun"))
    if cluster.open_firewall:
        yield from _openings(cluster, serving)
        yield from checker_of(cluster).openings_on_real_server(cluster, [part.server for part in serving.parts])


def _silences(cluster: Cluster, parts: list[Part]) -> Iterator[FilterRule]:
    for part in parts:
        for vip in cluster.vips_of(part.service):
            if family_of(vip.address) == "ipv4":
                yield FilterRule("silence", address=vip.address, instead=part.server.address)


def _redirects(cluster: Cluster, parts: tuple[Part, ...]) -> Iterator[FilterRule]:
    for part in parts:
        for packets in part.service.packets or _everything(cluster, part.service):
            for protocol in [packets.protocol] if packets.protocol else ["tcp", "udp"]:
                yield FilterRule.for_packets("redirect", packets, protocol=protocol)


def _everything(cluster: Cluster, service: VirtualService) -> tuple[Packets, ...]:
    """What somebody else's rule marks on the director comes to its VIPs, and nothing tells the ports.

    A transparent proxy takes packets at a port of its own.
    """
    return tuple(Packets(vip.address, None) for vip in cluster.vips_of(service))


def _openings(cluster: Cluster, serving: Serving) -> Iterator[FilterRule]:
    """What a closed firewall must let in: what the directors send, and what is in their tunnels."""
    for part in (*serving.redirected, *(part for part in serving.parts if part not in serving.redirected)):
        if part.server.forward == "tun":
            yield from _tunnelled(cluster, part)
        for packets in _arriving(cluster, part, part in serving.redirected):
            yield FilterRule.for_packets("accept", packets, hook="input")


def _tunnelled(cluster: Cluster, part: Part) -> Iterator[FilterRule]:
    for director in cluster.directors:
        for source in director.addresses_of(part.outside):
            known_by = {"source": source, "address": part.server.address, **tunnels.packed(part)}
            yield FilterRule("accept", hook="input", **known_by)


def _arriving(cluster: Cluster, part: Part, redirected: bool) -> tuple[Packets, ...]:
    service, server = part
    if server.forward == "nat":
        return service.arriving_at(server)
    if redirected:
        return tuple(replace(packets, address=server.address) for packets in service.packets)
    return service.packets_to_addresses or _everything(cluster, service)
