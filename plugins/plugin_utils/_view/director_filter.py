# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a director needs of its packet filter: marks, translated addresses, and openings in a closed firewall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...module_utils._filter.model import FIREWALLD, ICMP
from ...module_utils._ipvs_settings.model import DEFAULT_GROUP
from ...module_utils._netlink.address import family_of
from .._checks.checkers import checker_of
from .._checks.keepalived import PROTOCOLS
from .._values.cluster import Cluster
from .._values.director import Director
from .._values.packets import Packets, is_within
from .._values.service import VirtualService
from .._vips.holders import holder_of
from .entries import Entry, FilterRule, Firewall
from .groups import to_group
from .known import Known


def entries(cluster: Cluster, director: Director, known: Known) -> Iterator[Entry]:
    if director.firewall:
        yield Firewall(director.firewall)
    yield from _marks(cluster, director.host, known.hardware_addresses)
    yield from _translations(cluster, director)
    if director.firewall == FIREWALLD:
        yield from _untracked(cluster, director)
        yield from _untracked_answers(cluster)
    if cluster.open_firewall:
        yield from _openings_for_services(cluster)
        yield from _openings_for_directors(cluster, director)


def _marks(cluster: Cluster, host: str, hardware_addresses: Mapping[str, str]) -> Iterator[FilterRule]:
    for service in cluster.services:
        for packets in service.marked:
            yield FilterRule.for_packets("mark", packets, mark=service.fwmark)
    yield from _unmarked_services(cluster)
    yield from _unmarked_proxies(cluster)
    yield from _marked_errors(cluster)
    peers = [peer for peer in cluster.peers_of(host) if peer in hardware_addresses]
    if peers and any(service.marked for service in cluster.services):
        yield from (FilterRule("unmarked", mac=hardware_addresses[peer]) for peer in peers)
        # Where a client itself comes with a connection that a peer has sent before.
        yield FilterRule("unmarked")


def _marked_errors(cluster: Cluster) -> Iterator[FilterRule]:
    """What networks tell about packets to addresses that no host holds."""
    routed = {vip.address for vip in cluster.vips if vip.routed}
    marks = {packets: service.fwmark or 0 for service in cluster.services for packets in service.marked}
    # What goes anywhere needs none: ip_vs_forward_icmp() in ip_vs_core.c finds it among what is forwarded.
    marked = {packets.address for packets in marks if packets.protocol and not packets.go_anywhere}
    for address in sorted(one for one in marked if any(is_within(vip, one) for vip in routed)):
        # By whichever mark: it takes them to IPVS, which finds the connection that they are about by itself.
        mark = min(mark for packets, mark in marks.items() if packets.address == address)
        yield FilterRule("mark", mark=mark, address=address, protocol=ICMP[family_of(address)])


def _unmarked_services(cluster: Cluster) -> Iterator[FilterRule]:
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
                yield FilterRule.for_packets("mark", packets, mark=0)


def _unmarked_proxies(cluster: Cluster) -> Iterator[FilterRule]:
    """What transparent proxies ask others for themselves: it would come back to them."""
    services = [service for service in cluster.services if service.takes_any_address]
    for service in services:
        proxies = {server.address for each in services for server in each.all_servers if not server.is_director}
        for address in sorted(proxies):
            if family_of(address) == service.family:
                for packets in service.marked:
                    yield FilterRule.for_packets("mark", packets, mark=0, source=address)


def _translations(cluster: Cluster, director: Director) -> Iterator[FilterRule]:
    for service in cluster.services:
        if service.nat_return == "source_nat" and service.forwards_by("nat"):
            yield from _source_nat(service, director)
        for server in service.all_servers:
            if cluster.masquerade and server.forward == "nat":
                yield FilterRule("masquerade", source=server.address)


def _source_nat(service: VirtualService, director: Director) -> Iterator[FilterRule]:
    own = director.address_of(service.family)
    if not own:
        return
    if not service.packets_to_addresses:
        # Somebody else's rule marks them, or they go anywhere: the mark alone tells them from others.
        yield FilterRule("source_nat", to=own, mark=service.fwmark)
    for packets in service.packets_to_addresses:
        for protocol in [packets.protocol] if packets.protocol else ["tcp", "udp"]:
            yield FilterRule.for_packets("source_nat", packets, service.is_ftp, to=own, protocol=protocol)


def _untracked(cluster: Cluster, director: Director) -> Iterator[FilterRule]:
    """What netfilter must not track for firewalld.

    IPVS keeps its connections from netfilter, to which the answers of nat, the end of a connection by dr and tun, and
    errors about either are then invalid; firewalld drops these before any rule of its own (build_default_rules() in
    nftables.py of firewalld). What is not tracked is not invalid.
    """
    for service in cluster.services:
        if _needs_tracking(service, director):
            continue
        for packets in service.packets_to_addresses:
            yield FilterRule.for_packets("untracked", packets)
            if packets.protocol:
                yield FilterRule("untracked", address=packets.address, protocol=ICMP[service.family])
        for server in service.all_servers:
            for answers in service.answers_of(server) if server.forward == "nat" else ():
                # Of a real server that may reach out, all is translated that is not known for an answer.
                if "source_port" in answers or not cluster.masquerade:
                    yield FilterRule("untracked", source=server.address, **answers)


def _untracked_answers(cluster: Cluster) -> Iterator[FilterRule]:
    """The same for answers to checks through the path."""
    for service in cluster.services_asked_through_path:
        for server in service.asked_at_vip:
            for check in server.checks if service.named_addresses else ():
                for source in [check["address"]] if check["address"] else service.named_addresses:
                    if check.goes_through_path:
                        yield FilterRule("untracked", source=source, protocol=PROTOCOLS[check.kind])


def _needs_tracking(service: VirtualService, director: Director) -> bool:
    """Whether netfilter takes part in the connections of a service: it translates what source_nat asks for, what the
    director takes as a real server, and addresses in what FTP says (ip_vs_ftp_out() in ip_vs_ftp.c).
    """
    by_nat = service.forwards_by("nat")
    serves = any(server.host == director.host for server in service.all_servers)
    return serves or (by_nat and (service.is_ftp or service.nat_return == "source_nat"))


def _openings_for_services(cluster: Cluster) -> Iterator[FilterRule]:
    """What a closed firewall must let through: IPVS balances after its input, and nat's answers are forwarded."""
    for service in cluster.services:
        yield from _arriving(cluster, service)
        yield from _forwarded(cluster, service)


def _arriving(cluster: Cluster, service: VirtualService) -> Iterator[FilterRule]:
    """The service's packets, and ICMP.

    By ICMP, a client's network tells that a packet was too large (ip_vs_in_icmp() in ip_vs_core.c hands that on). A
    host's own rule for what is "related" does not let it in: netfilter knows no connection of dr and tun, and of nat
    not always.
    """
    if not service.packets_to_addresses:
        yield FilterRule("accept", hook="input", mark=service.fwmark)
        for vip in cluster.vips_of(service):
            yield FilterRule("accept", hook="input", address=vip.address, protocol=ICMP[service.family])
    # The data connections of FTP come to ports that nobody knows before, and count as new: ip_vs_ftp would tell
    # netfilter of them, which listens only where it has a helper for FTP too (nf_ct_expect_related_report()).
    any_port = service.is_ftp and service.forwards_by("nat")
    for packets in service.packets_to_addresses:
        yield FilterRule.for_packets("accept", packets, any_port, hook="input")
        if packets.protocol:
            yield FilterRule("accept", hook="input", address=packets.address, protocol=ICMP[service.family])


def _forwarded(cluster: Cluster, service: VirtualService) -> Iterator[FilterRule]:
    for server in service.all_servers:
        if server.forward != "nat":
            continue
        for answers in [{}] if cluster.masquerade else service.answers_of(server):
            yield FilterRule("accept", hook="forward", source=server.address, **answers)
        if cluster.masquerade:
            yield FilterRule("accept", hook="forward", address=server.address, connection="established")


def _openings_for_directors(cluster: Cluster, director: Director) -> Iterator[FilterRule]:
    """What directors tell each other: who has the VIPs, and which connections there are. And what checks hear."""
    yield from holder_of(cluster).openings(cluster, director)
    if cluster.sync_daemon:
        options = dict(cluster.sync_daemon)
        named = (instance["interface"] for instance in cluster.instances)
        interface = options.get("interface") or next(named, None)
        for known_by in to_group(cluster, director, interface, options.get("group") or DEFAULT_GROUP):
            yield FilterRule("accept", hook="input", protocol="udp", port=options["port"], **known_by)
    yield from checker_of(cluster).openings_on_director(cluster, director)
