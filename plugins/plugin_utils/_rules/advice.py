# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules that catch a cluster which is well defined, but may not work as its owner thinks.

A rule looks at the whole cluster and yields a sentence for each finding: what will happen and what to do about it.
What can never work is an error instead: see consistency.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .._cluster.model import ADDRESS_BITS, DIRECTOR_ITSELF, FAMILIES, UNTOUCHED, Cluster, VirtualService

# ip_vs_rr.c, ip_vs_lc.c and ip_vs_dh.c only ask whether a weight is 0.
SCHEDULERS_WITHOUT_WEIGHTS = ("rr", "lc", "dh")
# ip_vs_sh.c and ip_vs_mh.c: the client's address decides, and only the flag lets another server step in.
SCHEDULERS_BY_CLIENT = ("sh", "mh")

Rule = Callable[[Cluster], Iterator[str]]


def findings(cluster: Cluster) -> list[str]:
    """What all rules have to say, each sentence once, with the name of its rule."""
    return list(dict.fromkeys(f"{finding} [{name}]" for name, rule in RULES.items() for finding in rule(cluster)))


def _several_directors(cluster: Cluster) -> Iterator[str]:
    if not cluster.moves_vips and len(cluster.directors) > 1 and not all(vip.routed for vip in cluster.vips):
        names = ", ".join(director.host for director in cluster.directors)
        yield (
            f"With the engine static each director has every VIP at the same time: {names} all answer ARP for it. "
            "Keep one host in lvs_directors, unless a router before them shares the packets out"
        )


def _unchecked(cluster: Cluster) -> Iterator[str]:
    if not cluster.has_checks:
        return
    for service in cluster.services:
        unchecked = [server.host or server.address for server in service.real_servers if not server.checks]
        protocol = f" ({service.protocol})" if service.protocol not in (None, "tcp") else ""
        if unchecked:
            yield (
                f"Service {service.name}{protocol}: nothing checks {', '.join(unchecked)}, so clients are sent there "
                "even when it has failed. Name checks, for example ping"
            )


def _unwatched(cluster: Cluster) -> Iterator[str]:
    """What only keepalived can do, and the rules alone cannot."""
    if cluster.has_checks:
        return
    for service in cluster.services:
        if service.sorry_server:
            yield (
                f"Service {service.name}: with the engine static nobody notices that real servers fail, so its sorry "
                "server never serves"
            )


def _equal_priorities(cluster: Cluster) -> Iterator[str]:
    if not cluster.has_checks:
        return
    for instance in cluster.keepalived.instances:
        priorities = [priority for _director, priority in instance.priorities]
        if len(set(priorities)) < len(priorities):
            yield (
                f"VRRP instance {instance.name}: directors have the same priority, {max(priorities)}, and the one with "
                "the higher address gets the VIPs. Give each an lvs_priority of its own"
            )


def _without_synchronisation(cluster: Cluster) -> Iterator[str]:
    several = cluster.has_checks and len(cluster.directors) > 1
    if several and not cluster.sync_daemon and any(service.protocol != "udp" for service in cluster.services):
        yield (
            "Open connections end when the VIPs move to another director. With lvs_cluster.sync_daemon: {} directors "
            "tell each other of them"
        )


def _way_back(cluster: Cluster) -> Iterator[str]:
    for service in cluster.services:
        if not service.forwards_by("nat"):
            continue
        unknown = sorted(
            server.address for server in service.real_servers if server.forward == "nat" and not server.host
        )
        if unknown and service.nat_return in ("policy_route", "default_route"):
            yield (
                f"Service {service.name}: with nat, the answers of {', '.join(unknown)} must go back through the "
                "director, and only hosts of the inventory are set up so. Let nat_return be source_nat, or see to it "
                "yourself"
            )
        if service.nat_return == "none":
            yield f"Service {service.name}: with nat_return none, the way back through the director is yours to see to"


def _unmanaged(cluster: Cluster) -> Iterator[str]:
    """Real servers by DR or tunnel that no playbook sets up: they have to be set up for the VIP all the same."""
    for service in cluster.services:
        for method in UNTOUCHED:
            unknown = sorted(
                server.address
                for server in service.all_servers
                if server.forward == method and not server.host and server.address not in DIRECTOR_ITSELF.values()
            )
            if unknown and not service.takes_any_address:
                vips = ", ".join(f"{vip.address}/{ADDRESS_BITS[service.family]}" for vip in cluster.vips_of(service))
                needs = (_NEEDED_BY_DR if method == "dr" else _NEEDED_BY_TUN)[service.family]
                yield (
                    f"Service {service.name}: only hosts of the inventory are set up for {method}. On "
                    f"{', '.join(unknown)}, set this up yourself: {needs.format(vips=vips or 'the VIP')}"
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


def _one_family(cluster: Cluster) -> Iterator[str]:
    for service in cluster.services:
        if service.left_out:
            key = "lvs_ipv6_address" if service.family == "ipv6" else "lvs_address"
            yield (
                f"Service {service.name}: no {service.family} client is sent to {', '.join(service.left_out)}, since "
                f"no address of that family is defined there. Name it in the host's {key}, or write an entry for "
                f"{service.family} alone, with other real servers"
            )


def _asked_by_directors(cluster: Cluster) -> Iterator[str]:
    """A director asks a real server from its address on that network, which the definition may not have."""
    if not cluster.has_checks or len(cluster.directors) < 2:
        return
    policy = [service for service in cluster.services if service.nat_return == "policy_route"]
    for family in FAMILIES:
        gateways = sorted({each for service in policy for each in service.gateways if service.family == family})
        unknown = [each.host for each in cluster.directors if len(each.addresses_of(family)) < len(gateways)]
        if len(gateways) > 1 and unknown:
            yield (
                f"The real servers are on several networks, with the gateways {' and '.join(gateways)}, and the "
                f"addresses of {', '.join(unknown)} there are not all known: answers to health checks would go to "
                "whichever director has the gateway, not to the one that asks. List each director's addresses on "
                "these networks in its lvs_other_addresses"
            )


def _mark(cluster: Cluster) -> Iterator[str]:
    for service in cluster.services:
        if service.fwmark is not None and not service.marked:
            yield (
                f"Service {service.name}: no packet is marked {service.fwmark}. Name the address, protocol and port of "
                "those that are to be marked, or mark them in another way before routing (prerouting, mangle)"
            )
            vips = ", ".join(vip.address for vip in cluster.vips_of(service))
            if vips and cluster.open_firewall and service.forwards_by(*UNTOUCHED):
                yield (
                    f"Service {service.name}: the definition does not say which ports its mark is for, so with "
                    f"open_firewall its real servers let in everything that comes to {vips}. Name the ports, or leave "
                    "open_firewall out and open the ports yourself"
                )
            if not vips:
                yield (
                    f"Service {service.name}: a fwmark names no address, so no host gets a VIP for it. List its "
                    "addresses in lvs_cluster.vips, unless they reach the director in another way"
                )


def _transparent(cluster: Cluster) -> Iterator[str]:
    """Packets to any address, which only a redirect on the real server lets a common server take."""
    redirecting = {host.host for host in cluster.real_servers if host.arp == "redirect"}
    for service in cluster.services:
        servers = [server for server in service.all_servers if server.forward == "dr" and service.takes_any_address]
        names = [server.host or server.address for server in servers if server.host not in redirecting]
        if names:
            yield (
                f"Service {service.name}: packets to any address come to {', '.join(names)} as clients sent them. "
                "Where the server listens at their own port, set lvs_arp: redirect on its host; else redirect them "
                "to its port yourself, by REDIRECT or TPROXY"
            )


def _ftp(cluster: Cluster) -> Iterator[str]:
    for service in cluster.services:
        if service.is_ftp and service.fwmark is None and service.forwards_by(*UNTOUCHED):
            yield (
                f"Service {service.name}: passive FTP opens its data connections to other ports of the VIP, which "
                "this service does not take. Give it port 0 and a persistence_timeout"
            )


def _all_quiesced(cluster: Cluster) -> Iterator[str]:
    for service in cluster.services:
        if not any(server.weight for server in service.real_servers):
            yield f"Service {service.name}: every weight is 0: new connections are refused. Give a real server a weight"


def _undrainable(cluster: Cluster) -> Iterator[str]:
    for service in cluster.services if cluster.has_checks else ():
        weighted = [server for server in service.real_servers if server.weight]
        least = service.watch.least
        total = sum(server.weight for server in weighted)
        without = {server.host or server.address: total - server.weight for server in weighted}
        needed = [name for name, left in without.items() if left < least]
        if len(weighted) > 1 and needed and (service.sorry_server or service.watch.quorum_down):
            instead = "clients get the sorry server alone" if service.sorry_server else "quorum_down is run"
            yield (
                f"Service {service.name}: when {' or '.join(needed)} fails or is drained, {instead}, although "
                f"others could serve: the remaining weights add up to {min(without.values())}, and the quorum is lost "
                f"below {least}. Lower the quorum, or add real servers"
            )


def _templates(cluster: Cluster) -> Iterator[str]:
    for service in cluster.services:
        quiesced = [server.host or server.address for server in service.real_servers if server.weight == 0]
        keeps = dict(cluster.ipvs_sysctls).get("expire_quiescent_template") == "0"
        if service.persistence_timeout and quiesced and keeps:
            yield (
                f"Service {service.name}: {', '.join(quiesced)} with weight 0 still gets new connections of the "
                "clients that persistence ties to it. To move them too, let ipvs_sysctls.expire_quiescent_template be 1"
            )


def _datagrams(cluster: Cluster) -> Iterator[str]:
    """See Cluster.ends_connections_at_once."""
    default = "1" if cluster.ends_connections_at_once else "0"
    keeps = dict(cluster.ipvs_sysctls).get("expire_nodest_conn", default) == "0"
    for service in cluster.services if cluster.has_checks else ():
        if not service.ties_datagrams:
            continue
        inhibited = [
            server.host or server.address
            for server in service.real_servers
            if server.checks and _first(server.watch.inhibit_on_failure, service.watch.inhibit_on_failure)
        ]
        if keeps:
            yield (
                f"Service {service.name}: with the sysctl expire_nodest_conn at 0, a UDP client that goes on sending "
                "from the same port stays for minutes with a real server whose check has failed. Set one_packet: true, "
                "or lvs_cluster.ipvs_sysctls: {expire_nodest_conn: 1}; with it, TCP connections end when keepalived is "
                "restarted, and some when the VIPs come back to a director"
            )
        if inhibited:
            yield (
                f"Service {service.name}: with inhibit_on_failure, a real server whose check fails stays in the table "
                f"({', '.join(inhibited)}), and a UDP client stays with it as long as it goes on sending from the same "
                "port. Leave inhibit_on_failure out, or set one_packet: true"
            )


def _first(own: bool | None, inherited: bool | None) -> bool:
    """A setting of a real server, where it has none that of its service."""
    return bool(inherited if own is None else own)


def _no_fallback(cluster: Cluster) -> Iterator[str]:
    for service in cluster.services:
        if service.scheduler in SCHEDULERS_BY_CLIENT and "fallback" not in service.scheduler_flags:
            yield (
                f"Service {service.name}: {service.scheduler} refuses the clients of a real server whose weight is 0 "
                "or which is full. With scheduler_flags: [fallback] the others take them"
            )


def _weights_ignored(cluster: Cluster) -> Iterator[str]:
    for service in cluster.services:
        if service.scheduler in SCHEDULERS_WITHOUT_WEIGHTS and len(_weights(service) - {0}) > 1:
            weighted = {"rr": "wrr", "lc": "wlc"}.get(service.scheduler, "sh")
            yield f"Service {service.name}: {service.scheduler} does not look at weights. {weighted} does"


def _weights_missing(cluster: Cluster) -> Iterator[str]:
    for service in cluster.services:
        if len(service.real_servers) < 2 or _weights(service) != {1}:
            continue
        if service.scheduler == "fo":
            yield (
                f"Service {service.name}: fo sends everything to the real server with the highest weight, and all have "
                "1. Give each a weight of its own: the higher, the sooner its turn"
            )
        # ip_vs_ovf_schedule() in ip_vs_ovf.c passes over a server with more active connections than its weight.
        if service.scheduler == "ovf":
            yield (
                f"Service {service.name}: ovf takes a weight for the number of connections that a real server carries, "
                "and all have 1. Give each its capacity as weight"
            )


def _weights(service: VirtualService) -> set[int]:
    return {server.weight for server in service.real_servers}


RULES: dict[str, Rule] = {
    "several-directors": _several_directors,
    "unchecked": _unchecked,
    "unwatched": _unwatched,
    "equal-priorities": _equal_priorities,
    "without-synchronisation": _without_synchronisation,
    "way-back": _way_back,
    "unmanaged": _unmanaged,
    "one-family": _one_family,
    "asked-by-directors": _asked_by_directors,
    "mark": _mark,
    "transparent": _transparent,
    "ftp": _ftp,
    "all-quiesced": _all_quiesced,
    "undrainable": _undrainable,
    "templates": _templates,
    "datagrams": _datagrams,
    "no-fallback": _no_fallback,
    "weights-ignored": _weights_ignored,
    "weights-missing": _weights_missing,
}
