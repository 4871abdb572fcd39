# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keepalived does with a service: how it checks, whom it takes out, and when it gives up."""

from __future__ import annotations

from collections.abc import Iterator

from ...module_utils._netlink.address import FAMILIES, family_of
from .._schema.words import TCP_CHECKS, UDP_CHECKS
from .._values.cluster import Cluster
from .._values.real_server import UNTOUCHED, RealServer
from .._values.service import VirtualService
from .items import (
    checked_services,
    name_of,
    servers,
    servers_in_cluster,
    services_in_cluster,
    unchecked_services,
)
from .rule import Note, advice, error, whole

DEFAULT_QUORUM = 1  # alloc_vs() in keepalived's check_data.c


@error("LVS401", "keepalived-needs-weight", each=checked_services)
def keepalived_needs_weight(service: VirtualService) -> Iterator[Note]:
    """All real servers of a service have weight 0, and keepalived does not accept such a service.

    Keep their weights and drain them, or remove the service.
    """
    # Here and below: validate_check_config() in check_data.c.
    if service.real_servers and not _weights(service):
        yield Note(
            f"{service.path}.real_servers",
            "all have weight 0, and keepalived does not accept such a service",
            "keep their weights and drain them with lvs.cluster.ipvs_real_server, or remove the service",
        )


@error("LVS402", "quorum-too-high", each=checked_services)
def quorum_too_high(service: VirtualService) -> Iterator[Note]:
    """The quorum is more than the weights of all real servers add up to.

    Lower it, or add real servers.
    """
    needed, weights = _quorum(service), _weights(service)
    if weights and needed > weights:
        yield Note(
            f"{service.path}.quorum",
            f"{needed} is more than the weights of the real servers add up to, {weights}",
            "lower it, or add real servers",
        )


@error("LVS403", "hysteresis-too-high", each=checked_services)
def hysteresis_too_high(service: VirtualService) -> Iterator[Note]:
    """The hysteresis is not below the quorum, so the quorum could never be lost.

    Lower the hysteresis, or raise the quorum.
    """
    given = service.watch.hysteresis or 0
    if given >= _quorum(service):
        text = f"{given} is not below the quorum, {_quorum(service)}"
        yield Note(f"{service.path}.hysteresis", text, "lower it, or raise the quorum")


@error("LVS404", "suspend-with-fwmark", each=checked_services)
def suspend_with_fwmark(service: VirtualService) -> Iterator[Note]:
    """Checks must wait for the VIP of a service with a fwmark, but keepalived cannot tell which VIP that is.

    Remove `suspend_without_vip` or the fwmark.
    """
    if service.watch.suspend_without_vip and service.fwmark is not None:
        text = "keepalived cannot tell the VIP of a service with a fwmark"
        yield Note(f"{service.path}.suspend_without_vip", text, "leave one of them out")


@error("LVS405", "check-without-port", each=servers)
def check_without_port(server: RealServer) -> Iterator[Note]:
    """A check needs a port, but the real server takes packets for all ports.

    Name the port in the check.
    """
    # keepalived would ask at port 0, where nobody ever answers.
    for check in server.checks if server.port == 0 else ():
        if check.kind in (*TCP_CHECKS, *UDP_CHECKS) and not check["port"]:
            text = f"{check.kind} needs a port here: the real server takes packets for all ports"
            yield Note(f"{server.path}.checks", text)


@error("LVS406", "check-source-family", each=servers)
def check_source_family(server: RealServer) -> Iterator[Note]:
    """A check would go from an address of one family to an address of the other.

    Remove `bind_address`, or make a service for each family.
    """
    # check_conn_opts() in check_parser.c
    for check in server.checks:
        source = check["bind_address"]
        target = source and (check["address"] or server.address)
        if source and not check.goes_through_path and family_of(source) != family_of(target):
            yield Note(
                f"{server.path}.checks.bind_address",
                f"{source} is {family_of(source)}, and the check goes to {target}, which is {family_of(target)}",
                "leave bind_address out, or make a service of each family",
            )


@error("LVS409", "path-without-address", each=servers_in_cluster)
def path_without_address(cluster: Cluster, service: VirtualService, server: RealServer) -> Iterator[Note]:
    """A check goes through the path, but its VIP, its port or the director's address is missing.

    Name `address` and `port` in the check, or give the director an address of this family.
    """
    checks = [check for check in server.checks if check.goes_through_path]
    if not checks or cluster.checks_by != "keepalived":
        return
    by_vip = server.forward in UNTOUCHED
    path = f"{server.path}.checks"
    for check in checks:
        if by_vip and not check["address"] and not service.named_addresses:
            text = "through: path asks at the VIP, and the service names none: its packets are known by their mark"
            yield Note(path, text, "name the address in the check, or in the service")
        if by_vip and not check["port"] and not service.port:
            text = "through: path checks a port of the VIP, and the service does not have just one"
            yield Note(path, text, "name the port in the check")
        for asked in filter(None, [check["address"] if by_vip else None, check["bind_address"]]):
            if family_of(asked) != service.family:
                text = f"{asked} is {family_of(asked)}, and the service is {service.family}"
                yield Note(path, text, "leave it out, or make a service of each family")
    for director in cluster.directors:
        if director.address_of(service.family) is None and not all(check["bind_address"] for check in checks):
            yield Note(
                path,
                f"through: path asks from the director's own address, and {director.host} has none of {service.family}",
                f"give it one (lvs_{'ipv6_' if service.family == 'ipv6' else ''}address)",
            )


@error("LVS410", "path-with-other-way", each=servers)
def path_with_other_way(server: RealServer) -> Iterator[Note]:
    """A check goes through the path, and names a mark, or with NAT an address, which the path decides.

    Leave the mark or the address out.
    """
    for check in server.checks if any(check.goes_through_path for check in server.checks) else ():
        if check.goes_through_path and check["fwmark"]:
            text = "through: path gives the packets of the check a mark of its own"
            yield Note(f"{server.path}.checks.fwmark", text, "leave one of them out")
        if check.goes_through_path and check["address"] and server.forward not in UNTOUCHED:
            text = "with nat, the check goes to the real server's own address and never to the VIP"
            yield Note(f"{server.path}.checks.address", text, "leave it out")


@error("LVS407", "floor-too-high", each=checked_services)
def floor_too_high(service: VirtualService) -> Iterator[Note]:
    """The floor is more real servers than the service has, so checks could never take one out.

    Lower it, write a share such as `50%`, or add real servers.
    """
    weighted = sum(1 for server in service.real_servers if server.weight)
    if weighted < service.floor:
        yield Note(
            f"{service.path}.depool_floor",
            f"{service.floor} is more than the real servers with a weight, {weighted}: no check could take one out",
            "lower it, write a share such as 50%, or add real servers",
        )


@error("LVS408", "floor-with-other-settings", each=checked_services)
def floor_with_other_settings(service: VirtualService) -> Iterator[Note]:
    """A floor cannot be combined with another setting of the service or of its checks.

    Remove the floor (`depool_floor: 0`), or the setting that the message names.
    """
    if not service.floor:
        return
    text = "does not work with it: "
    others = {
        "alpha": "at first nobody passes, and the floor would let in real servers that nobody has checked",
        "suspend_without_vip": "keepalived checks for a floor in a service of its own, which has no VIP",
    }
    wrong = [f"{key} {text}{reason}" for key, reason in others.items() if getattr(service.watch, key)]
    checks = {check for server in service.real_servers for check in server.checks}
    if any(check["alpha"] for check in checks):
        wrong.append(f"checks.alpha {text}{others['alpha']}")
    if any(check["dynamic"] for check in checks):
        wrong.append(f"checks.dynamic {text}a weight that a check sets there does not come to the service")
    for each in wrong:
        yield Note(f"{service.path}.depool_floor", each, "leave one of them out")


def _quorum(service: VirtualService) -> int:
    return service.watch.quorum or DEFAULT_QUORUM


def _weights(service: VirtualService) -> int:
    """The sorry server has no part in it."""
    return sum(server.weight for server in service.real_servers)


@advice("LVS411", "no-health-check", each=checked_services)
def no_health_check(service: VirtualService) -> Iterator[Note]:
    """Nothing checks a real server, so clients are sent there even when it has failed.

    Name `checks`, for example `ping`.
    """
    found = [name_of(server) for server in service.real_servers if not server.checks]
    protocol = f" ({service.protocol})" if service.protocol not in (None, "tcp") else ""
    if found:
        yield Note(
            service.path,
            f"Service {service.name}{protocol}: nothing checks {', '.join(found)}, so clients are sent there even when "
            "it has failed",
            "Name checks, for example ping",
        )


@advice("LVS412", "fragile-quorum", each=checked_services)
def fragile_quorum(service: VirtualService) -> Iterator[Note]:
    """If one real server is lost, the quorum is lost too, and then the others do not serve either.

    Lower the quorum, or add real servers.
    """
    weighted = [server for server in service.real_servers if server.weight]
    total, least = sum(server.weight for server in weighted), service.watch.least
    without = {name_of(server): total - server.weight for server in weighted}
    needed = [name for name, left in without.items() if left < least]
    if len(weighted) > 1 and needed and (service.sorry_server or service.watch.quorum_down):
        instead = "clients get the sorry server alone" if service.sorry_server else "quorum_down is run"
        yield Note(
            service.path,
            f"Service {service.name}: when {' or '.join(needed)} fails or is drained, {instead}, although others could "
            f"serve: the remaining weights add up to {min(without.values())}, and the quorum is lost below {least}",
            "Lower the quorum, or add real servers",
        )


@advice("LVS413", "udp-stays-on-failed-server", each=services_in_cluster)
def udp_stays_on_failed_server(cluster: Cluster, service: VirtualService) -> Iterator[Note]:
    """A UDP client that keeps sending stays with a real server that has failed.

    Set `one_packet: true`, or let the kernel end connections without a real server (`expire_nodest_conn`).
    """
    # See Cluster.ends_connections_at_once.
    default = "1" if cluster.ends_connections_at_once else "0"
    keeps = dict(cluster.ipvs_sysctls).get("expire_nodest_conn", default) == "0"
    if cluster.has_checks and service.ties_datagrams and keeps:
        yield Note(
            service.path,
            f"Service {service.name}: with the sysctl expire_nodest_conn at 0, a UDP client that goes on sending from "
            "the same port stays for minutes with a real server whose check has failed",
            "Set one_packet: true, or lvs_cluster.ipvs_sysctls: {expire_nodest_conn: 1}; with it, TCP connections end "
            "when keepalived is restarted, and some when the VIPs come back to a director",
        )


@advice("LVS414", "udp-stays-on-inhibited-server", each=checked_services)
def udp_stays_on_inhibited_server(service: VirtualService) -> Iterator[Note]:
    """A real server that has failed stays in the table, and UDP clients stay with it.

    Leave `inhibit_on_failure` out, or set `one_packet: true`.
    """
    inhibited = [name_of(server) for server in service.real_servers if server.checks and _is_inhibited(server, service)]
    if service.ties_datagrams and inhibited:
        yield Note(
            service.path,
            f"Service {service.name}: with inhibit_on_failure, a real server whose check fails stays in the table "
            f"({', '.join(inhibited)}), and a UDP client stays with it as long as it goes on sending from the same "
            "port",
            "Leave inhibit_on_failure out, or set one_packet: true",
        )


@advice("LVS416", "floor-without-checks", each=unchecked_services)
def floor_without_checks(service: VirtualService) -> Iterator[Note]:
    """A service has a floor, but nothing checks its real servers, so none would be taken out anyway.

    Set `checks_by: keepalived`, or leave `depool_floor` out.
    """
    if service.floor:
        yield Note(
            service.path,
            f"Service {service.name}: it has a depool_floor, but with checks_by: none nothing is taken out anyway",
            "Leave depool_floor out, or set lvs_cluster.checks_by: keepalived",
        )


@advice("LVS417", "floor-before-sorry-server", each=checked_services)
def floor_before_sorry_server(service: VirtualService) -> Iterator[Note]:
    """The floor keeps failed real servers in the table, so the sorry server would never serve.

    Leave one of the two out, or raise the quorum above what the floor keeps.
    """
    weights = sorted(server.weight for server in service.real_servers if server.weight)
    if service.floor and service.sorry_server and sum(weights[: service.floor]) >= service.watch.least:
        yield Note(
            service.path,
            f"Service {service.name}: the depool_floor keeps {service.floor} real servers in the table, failed or not, "
            "whose weights are enough for the quorum, so the sorry server would serve only after drains",
            "Leave one of the two out, or raise the quorum",
        )


def _is_inhibited(server: RealServer, service: VirtualService) -> bool:
    """A setting of a real server, where it has none that of its service."""
    own = server.watch.inhibit_on_failure
    return bool(service.watch.inhibit_on_failure if own is None else own)


@advice("LVS415", "health-check-return-path", each=whole)
def health_check_return_path(cluster: Cluster) -> Iterator[Note]:
    """Real servers answer health checks through a gateway that another director may hold.

    List each director's addresses on the networks of the real servers in its `lvs_other_addresses`.
    """
    # A director asks a real server from its address on that network, which the definition may not have.
    if not cluster.has_checks or len(cluster.directors) < 2:
        return
    policy = [service for service in cluster.services if service.nat_return == "policy_route"]
    for family in FAMILIES:
        gateways = sorted({each for service in policy for each in service.gateways if service.family == family})
        unknown = [each.host for each in cluster.directors if len(each.addresses_of(family)) < len(gateways)]
        if len(gateways) > 1 and unknown:
            yield Note(
                f"hostvars[{', '.join(unknown)}].lvs_other_addresses",
                f"The real servers are on several networks, with the gateways {' and '.join(gateways)}, and the "
                f"addresses of {', '.join(unknown)} there are not all known: answers to health checks would go to "
                "whichever director has the gateway, not to the one that asks",
                "List each director's addresses on these networks in its lvs_other_addresses",
            )
