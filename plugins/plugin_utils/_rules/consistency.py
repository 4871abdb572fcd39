# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What contradicts itself in a definition: values that are right alone and cannot be together.

The checks look at drafts that definition.py has completed, note problems and change nothing. A value that was refused
is absent from its draft; a check that lacks a value has nothing to say, the problem is noted already.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Interface

from ...module_utils._ipvs.model import SCHEDULERS_BY_CLIENT
from ...module_utils._netlink.address import BITS, family_of, is_link_local
from ...module_utils._ports import RULE_PORTS, room
from .._cluster.model import UNTOUCHED, HealthCheck, ipv4_netmask
from .._cluster.packets import Packets
from .._schema.place import Place
from .._schema.record import Draft, PlacedDraft, given
from .._schema.words import TCP_CHECKS, UDP_CHECKS
from .forwarding import note_closed_ways, packets_of, servers_of, virtual_addresses

_HOW_TO_SHARE_A_MARK = (
    "one mark is one service: write a single entry that lists all its packets, as in protocol: [tcp, udp] and "
    "port: [80, 443], or give this one another mark"
)
ALL_PORTS = (0, 0)  # as an owner writes it: port 0
DEFAULT_QUORUM = 1  # alloc_vs() in keepalived's check_data.c


def note_contradictions(
    services: list[PlacedDraft], vips: list[PlacedDraft], directors: list[Draft], real_servers: list[Draft]
) -> None:
    """Note at its place whatever cannot be together.

    services: one for each address and each family of a mark, with a list of placed drafts as real_servers.
    vips: those that are listed, each with an address. real_servers: the hosts that are one.
    """
    for place, service in services:
        _check_scheduling(service, place)
        _check_persistence(service, place)
        for server_place, server in servers_of(service):
            _check_real_server(server, service, server_place)
        _check_duplicate_real_servers(servers_of(service))
    _check_duplicate_services(services)
    _check_use_of_vips(vips, services)
    for place, vip in vips:
        _check_prefix(vip, place)
        _check_label(vip, directors, place)
        _check_routed(vip, services, place)
    note_closed_ways(services, vips, directors, real_servers)


def note_what_keepalived_refuses(services: list[PlacedDraft]) -> None:
    """Note what keepalived's own look at its configuration would not let pass: validate_check_config() in check_data.c.

    services: as for note_contradictions(), of a definition without a problem so far.
    """
    for place, service in services:
        _check_quorum(service, place)
        if service["suspend_without_vip"] and given(service, "fwmark"):
            place.key("suspend_without_vip").note(
                "keepalived cannot tell the VIP of a service with a fwmark; leave one of them out"
            )


def note_what_cannot_be_synchronised(services: list[PlacedDraft]) -> None:
    """Note real servers of the other family: ip_vs_genl_set_cmd() in ip_vs_ctl.c takes them or a daemon, not both."""
    for _place, service in services:
        for place, server in servers_of(service):
            if server.get("address") and service.get("family") not in (None, family_of(server["address"])):
                place.note(
                    f"{server['address']} is {family_of(server['address'])}, the service {service['family']}: together "
                    "with lvs_cluster.sync_daemon, the kernel takes no such real server; leave one of them out"
                )


def note_wrong_identity(service: Draft, place: Place) -> None:
    """A service is known by address, port and protocol, or by a mark. service: an entry as its owner wrote it."""
    if given(service, "fwmark"):
        _check_marking(service, place)
    elif given(service, "address"):
        _check_ports(service, place.key("port"))
    else:
        place.note("has neither an address (the VIP) nor a fwmark")
    for address in service.get("address") or []:
        if service.get("family") not in (None, family_of(address)):
            place.key("family").note(f"{address} is {family_of(address)}; family is for a fwmark without addresses")


def _check_marking(service: Draft, place: Place) -> None:
    """With a mark, address, port and protocol say which packets bear it; without an address, those to any."""
    if any(ports != ALL_PORTS for ports in service.get("port") or []) and not given(service, "protocol"):
        place.key("protocol").note("is missing: with a fwmark, ports are those of tcp, udp or sctp")


def _check_ports(service: Draft, place: Place) -> None:
    ports = service.get("port") or []
    if not given(service, "port"):
        place.note("is missing")
    elif len(ports) > 1 or any(first != last for first, last in ports):
        place.note(
            "several ports are one service only with a fwmark; give it one, a number that no other service has, and a "
            "persistence_timeout where a client's connections to these ports belong together"
        )
    elif ALL_PORTS in ports and service.get("persistence_timeout") == 0:
        place.note("0 means all ports, which works only with a persistence_timeout")


def port_of(service: Draft) -> int | None:
    """The port to which a service's packets come: 0 where that is the one of the request, None where it was refused."""
    return 0 if given(service, "fwmark") else service.get("port")


def _check_scheduling(service: Draft, place: Place) -> None:
    scheduler = service.get("scheduler")
    if service.get("scheduler_flags") and scheduler and scheduler not in SCHEDULERS_BY_CLIENT:
        place.key("scheduler_flags").note(f"{scheduler} has no flags; {' and '.join(SCHEDULERS_BY_CLIENT)} have")
    if service.get("one_packet") and service.get("protocol") in ("tcp", "sctp"):
        place.key("one_packet").note(f"works for udp only, not for {service['protocol']}")


def _check_persistence(service: Draft, place: Place) -> None:
    persistent = service.get("persistence_timeout") != 0
    if service.get("persistence_engine"):
        if not persistent:
            place.key("persistence_engine").note("needs a persistence_timeout")
        # ip_vs_sip_fill_param() in ip_vs_pe_sip.c looks at UDP alone
        if service["persistence_engine"] == "sip" and service.get("protocol") in ("tcp", "sctp"):
            place.key("persistence_engine").note(f"sip works for udp only, not for {service['protocol']}")
    netmask, family = service.get("persistence_netmask"), service.get("family")
    if netmask is None:
        return
    if not persistent:
        place.key("persistence_netmask").note("needs a persistence_timeout")
    if family == "ipv6":
        if not re.fullmatch(r"[1-9][0-9]{0,2}", netmask) or int(netmask) > 128:
            place.key("persistence_netmask").note(
                f"{netmask!r} is not an IPv6 prefix length: that is a number from 1 to 128"
            )
    elif family == "ipv4" and ipv4_netmask(netmask) is None:
        place.key("persistence_netmask").note(f"{netmask!r} is not an IPv4 netmask, such as 255.255.255.0 or 24")


def _check_real_server(server: Draft, service: Draft, place: Place) -> None:
    forward, port, service_port = server.get("forward"), server.get("port"), port_of(service)
    if forward in UNTOUCHED and port is not None and service_port is not None and port != service_port:
        whose = f"port {service_port}, the service's" if service_port else "the port of the request"
        place.key("port").note(f"{forward} leaves packets at {whose}; leave {port} out or forward by nat")
    service_family = service.get("family")
    if server.get("address") and service_family and forward in ("dr", "nat"):
        family = family_of(server["address"])
        if family != service_family:
            six = service_family == "ipv6" and server.get("host")
            hint = "; or give the host an lvs_ipv6_address" if six else ""
            place.note(f"{server['address']} is {family}, the service {service_family}; only tun joins the two{hint}")
    upper, lower = server.get("upper_threshold"), server.get("lower_threshold")
    if upper is not None and lower is not None and lower > upper:
        place.key("lower_threshold").note(f"{lower} is above the upper_threshold {upper}")
    for check in server.get("checks") or ():
        if port == 0 and check.kind in (*TCP_CHECKS, *UDP_CHECKS) and not check["port"]:
            place.key("checks").note(f"{check.kind} needs a port here: the real server takes packets for all ports")
        _check_source(check, server, place.key("checks"))


def _check_source(check: HealthCheck, server: Draft, place: Place) -> None:
    """check_conn_opts() in check_parser.c"""
    source, target = check["bind_address"], check["address"] or server.get("address")
    if source and target and family_of(source) != family_of(target):
        place.key("bind_address").note(
            f"{source} is {family_of(source)}, and the check goes to {target}, which is {family_of(target)}; leave "
            "bind_address out, or make a service of each family"
        )


def _check_quorum(service: Draft, place: Place) -> None:
    """The sorry server has no part in it."""
    quorum = service["quorum"] or DEFAULT_QUORUM
    weights = sum(server["weight"] for _place, server in service["real_servers"])
    if not weights:
        place.key("real_servers").note(
            "all have weight 0, and keepalived takes no service without weight; leave them their weights and drain "
            "them with lvs.cluster.ipvs_real_server, or take the service out"
        )
    elif quorum > weights:
        place.key("quorum").note(
            f"{quorum} is more than the weights of the real servers make together, {weights}; let it be at most that"
        )
    if (service["hysteresis"] or 0) >= quorum:
        place.key("hysteresis").note(
            f"{service['hysteresis']} is not below the quorum, {quorum}; lower it, or raise the quorum"
        )


def _check_duplicate_real_servers(servers: list[PlacedDraft]) -> None:
    first_place: dict[tuple[object, ...], str] = {}
    for place, server in servers:
        endpoint = (server.get("address"), server.get("port"))
        if None in endpoint:
            continue
        if endpoint in first_place:
            place.note(f"{endpoint[0]} port {endpoint[1]} is listed already, at {first_place[endpoint]}")
        first_place.setdefault(endpoint, place.path)


def _check_duplicate_services(services: list[PlacedDraft]) -> None:
    first_place: dict[tuple[object, ...], str] = {}
    for place, service in services:
        keys: list[tuple[Place, tuple[object, ...]]] = [(place.key("name"), ("name", service.get("name")))]
        if given(service, "fwmark"):
            keys.append((place, ("fwmark", service.get("fwmark"), service.get("family"))))
        for key_place, key in keys:
            if None in key:
                continue
            if first_place.get(key, place.path) != place.path:
                hint = f"; {_HOW_TO_SHARE_A_MARK}" if key[0] == "fwmark" else ""
                key_place.note(f"{' '.join(str(part) for part in key)} is taken already, by {first_place[key]}{hint}")
            first_place.setdefault(key, place.path)
    _check_packets(services)


def _check_packets(services: list[PlacedDraft]) -> None:
    """A packet goes to one service. Where several name it, that is the most specific one."""
    first_place: dict[Packets, str] = {}
    by_address: dict[str, list[tuple[Place, Packets]]] = {}
    taken: set[str] = set()
    for place, service in services:
        for packets in dict.fromkeys((*packets_of(service), *_listed_by_port(service))):
            if first_place.setdefault(packets, place.path) != place.path:
                place.note(f"{packets} is taken already, by {first_place[packets]}")
                taken.add(place.path)
        for packets in packets_of(service):
            by_address.setdefault(packets.address, []).append((place, packets))
    everything = [entry for entries in by_address.values() for entry in entries]
    for place, service in services:
        for packets in service["marked"]:
            # A pair of an address and a network is looked at from the side of the network.
            for other_place, other in everything if "/" in packets.address else by_address[packets.address]:
                if not taken & {place.path, other_place.path} and other != packets:
                    _check_pair(packets, place, other, other_place.path)


def _check_pair(packets: Packets, place: Place, other: Packets, other_path: str) -> None:
    """The order of rules lets the closer mark count (in_order() in module_utils/_filter/text.py)."""
    if packets.is_torn_by(other):
        place.note(
            f"{packets} overlaps with {other_path}, {other}, and each of them has packets that the other has not: "
            "remove the overlap, or let one of the two include all packets of the other; it then gets only the rest"
        )
    elif packets.covers(other) and sum(map(room, packets.ports)) > RULE_PORTS:
        place.note(
            f"has more ports than one rule of a packet filter takes ({RULE_PORTS}, a range counts as two), so the "
            f"packets of {other_path}, {other}, cannot be excepted from it; leave their ports out here"
        )


def _listed_by_port(service: Draft) -> list[Packets]:
    """The packets of a mark for each port, and each range, that its owner has listed."""
    return [
        Packets(packets.address, packets.protocol, (ports,))
        for packets in service["marked"]
        for ports in service["listed_ports"]
        if ports != ALL_PORTS
    ]


def _check_use_of_vips(vips: list[PlacedDraft], services: list[PlacedDraft]) -> None:
    """A VIP is one that a service names, or one for the services by firewall mark, which name none."""
    named = {address for _place, service in services for address in virtual_addresses(service)}
    unnamed = {
        service.get("family") for _place, service in services if given(service, "fwmark") and not service["marked"]
    }
    some_refused = any(_lost_an_address(service, place) for place, service in services)
    for place, vip in vips:
        if is_link_local(vip["address"]) and not vip.get("gateway"):
            place.key("address").note(
                f"{vip['address']} is a link-local address, which no client on another network can reach; only a "
                "gateway of the real servers may have one (gateway: true)"
            )
        elif not (some_refused or vip["address"] in named or family_of(vip["address"]) in unnamed or _passes(vip)):
            place.key("address").note(f"no service uses {vip['address']}")


def _lost_an_address(service: Draft, place: Place) -> bool:
    """Whether one was refused, which may have been any VIP."""
    return "address" not in service or any(
        problem.path.startswith(f"{place.path}.address") for problem in place.problems
    )


def _passes(vip: Draft) -> bool:
    """Whether packets go through this address that are for others."""
    return bool(vip.get("gateway") or vip.get("next_hop"))


def _check_routed(vip: Draft, services: list[PlacedDraft], place: Place) -> None:
    """What no host holds reaches the table of services by its firewall mark alone."""
    if not vip.get("routed"):
        return
    if any(service.get("address") == vip["address"] for _place, service in services):
        place.key("routed").note("no director holds it, so its services need a fwmark beside their address")
    for key in ("interface", "label", "gateway", "next_hop"):
        if vip.get(key):
            place.key(key).note("has no meaning for a routed address, which no director holds")


def _check_prefix(vip: Draft, place: Place) -> None:
    family, prefix = family_of(vip["address"]), vip.get("prefix")
    if prefix is not None and prefix > BITS[family]:
        place.key("prefix").note(
            f"{prefix} is out of range: a prefix length of {family} is a number from 1 to {BITS[family]}"
        )
    elif prefix is not None and family == "ipv4" and prefix < BITS["ipv4"] - 1:
        network = IPv4Interface(f"{vip['address']}/{prefix}").network
        ends = {network.network_address: "first", network.broadcast_address: "last"}
        end = ends.get(IPv4Address(vip["address"]))
        if end:
            place.key("address").note(
                f"{vip['address']} is the {end} address of its network, {network}, which no host can have; choose "
                "another address or prefix"
            )


def _check_label(vip: Draft, directors: list[Draft], place: Place) -> None:
    label = vip.get("label")
    if label is None:
        return
    if family_of(vip["address"]) == "ipv6":
        place.key("label").note("only IPv4 addresses have labels")
    # The rule of `ip address`: the label is the name of the interface, or begins with it and a colon.
    for interface in sorted({vip.get("interface") or director["interface"] or "" for director in directors}):
        if not interface:
            place.key("label").note(f"{label!r} begins with the name of an interface; name it in the key interface")
        elif label != interface and not label.startswith(interface + ":"):
            place.key("label").note(f"{label!r} does not begin with its interface: {interface}:...")
