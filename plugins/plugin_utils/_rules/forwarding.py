# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What contradicts itself in the ways that packets take: tunnels, default routes, and who may have the VIP where.

Like consistency.py it looks at completed drafts, notes problems and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...module_utils._netlink.address import family_of
from .._cluster.model import THROUGH_GATEWAY, UNTOUCHED
from .._cluster.packets import Packets, single
from .._schema.place import Place
from .._schema.record import Draft, PlacedDraft, given
from .._schema.words import DIRECTOR_ITSELF

CHECKSUMS = {"ipip": ("nocsum",), "gre": ("nocsum", "csum"), "gue": ("nocsum", "csum", "remcsum")}


def note_closed_ways(
    services: list[PlacedDraft], vips: list[PlacedDraft], directors: list[Draft], real_servers: list[Draft]
) -> None:
    """Note at its place whatever packets could not pass. Arguments: those of consistency.note_contradictions()."""
    _check_own_addresses(services, directors)
    _check_directors_that_are_sorry(services, directors)
    _check_directors_that_serve(services, {director["host"] for director in directors})
    _check_ways_to_proxies(services, {address for director in directors for address in director["addresses"]})
    _check_taming(services, vips, {host["host"]: host["arp"] for host in real_servers})
    for _place, service in services:
        for server_place, server in servers_of(service):
            if server.get("forward") == "tun":
                _check_tunnel(server, server_place)
    _check_gre_checksums(services)
    _check_sides(services)


def servers_of(service: Draft) -> list[PlacedDraft]:
    """All that a director may send packets to: the real servers of a service, and its sorry server."""
    sorry: PlacedDraft | None = service["sorry_server"]
    return [*service["real_servers"], *([sorry] if sorry else [])]


def virtual_addresses(service: Draft) -> list[str]:
    """The virtual addresses that a service names."""
    own: str | None = service.get("address")
    return [own] if own else list(service.get("addresses") or ())


def packets_of(service: Draft) -> tuple[Packets, ...]:
    """What clients send to a service, as far as the definition says so and nothing of it was refused."""
    if given(service, "fwmark"):
        return tuple(service["marked"])
    address, protocol, port = (service.get(key) for key in ("address", "protocol", "port"))
    return () if None in (address, protocol, port) else (Packets(str(address), protocol, single(port)),)


def _check_own_addresses(services: list[PlacedDraft], directors: list[Draft]) -> None:
    for place, service in services:
        by_nat = any(server.get("forward") == "nat" for _place, server in servers_of(service))
        family = service.get("family")
        if family is None or not by_nat or service.get("nat_return") != "source_nat":
            continue
        for director in directors:
            if _lacks(director, family):
                place.note(
                    f"with source_nat the director puts its own address for the client's, and {director['host']} has "
                    f"none of {family}: {'lvs_ipv6_address' if family == 'ipv6' else 'lvs_address'}"
                )


def _lacks(director: Draft, family: str) -> bool:
    """Whether a director has no address of a family; without any, another problem says so."""
    return bool(director["addresses"]) and family not in map(family_of, director["addresses"])


def _check_directors_that_are_sorry(services: list[PlacedDraft], directors: list[Draft]) -> None:
    """A sorry server that is the director itself, whichever has the VIP, serves at that director's own address."""
    for _place, service in services:
        family: str = service.get("family") or ""
        for place, server in [service["sorry_server"]] if service["sorry_server"] and family else []:
            if server.get("address") not in DIRECTOR_ITSELF.values():
                continue
            if server.get("host"):
                place.key("address").note(
                    f"{server['address']} is the director itself, whichever has the VIP; leave it out, or leave out "
                    f"the host {server['host']}"
                )
            if server.get("forward") == "tun":
                place.key("forward").note("tun: what stays on the director needs no tunnel; choose dr, or nat")
            for director in directors:
                if _lacks(director, family):
                    key = "lvs_ipv6_address" if family == "ipv6" else "lvs_address"
                    place.note(f"{director['host']} needs an {family} address to be the sorry server itself: {key}")


def _check_directors_that_serve(services: list[PlacedDraft], directors: set[str]) -> None:
    """What one director sends another, that one tells from a client's packets by dr alone (see realserver.py)."""
    for service, host, place, server in _hosted(services):
        forward = server.get("forward")
        back = forward == "nat" and service.get("nat_return") in THROUGH_GATEWAY
        if len(directors) > 1 and host in directors and (forward == "tun" or back):
            place.note(
                f"{host} is a director, one of several, and can serve what the others send it by dr alone"
                + (", or by nat with nat_return: source_nat" if back else "")
            )


def _check_ways_to_proxies(services: list[PlacedDraft], directors: set[str]) -> None:
    """A host takes packets to any address by a redirect alone, which what IPVS gives to its own host does not pass."""
    for _place, service in services:
        to_any_address = any(packets.go_anywhere for packets in packets_of(service))
        for place, server in servers_of(service) if to_any_address else ():
            if server.get("forward") == "tun":
                place.key("forward").note(
                    "tun: the device that unpacks needs a VIP, and a service without an address has none; choose dr, "
                    "or nat"
                )
            elif server.get("forward") == "dr" and server.get("address") in {*directors, *DIRECTOR_ITSELF.values()}:
                place.note(
                    f"{server['address']} is a director, and takes no packets to any address from itself by dr; "
                    "choose another real server, or forward: nat"
                )


def _check_taming(services: list[PlacedDraft], vips: list[PlacedDraft], arp: dict[str, str]) -> None:
    """Not every way to tame ARP goes with every place of the VIP and every forwarding method."""
    on_lan = {
        vip["address"]: place.key("on_real_servers") for place, vip in vips if vip.get("on_real_servers") == "lan"
    }
    for address, place in on_lan.items():
        if family_of(address) == "ipv6":
            place.note("lan is for IPv4; an IPv6 address on lo needs nothing to be quiet")
    for service, host, place, server in _hosted(services):
        method = arp.get(host)
        if server.get("forward") == "tun" and method == "redirect":
            place.note(f"with arp: redirect, {host} has no VIP, and tun needs it there; give it another lvs_arp")
        for address in sorted({*virtual_addresses(service)} & {*on_lan}):
            if server.get("forward") == "dr" and method == "sysctl":
                on_lan[address].note(
                    f"lan: with arp: sysctl, {host} would answer ARP for {address}; choose arptables or nftables"
                )


def _check_tunnel(server: Draft, place: Place) -> None:
    kind, checksum = server.get("tunnel_type"), server.get("tunnel_checksum")
    if kind in ("ipip", "gre") and given(server, "tunnel_port"):
        place.key("tunnel_port").note(f"{kind} has no port; gue has")
    if kind and checksum and checksum not in CHECKSUMS[kind]:
        place.key("tunnel_checksum").note(f"{kind} does not go with {checksum}, but with {', '.join(CHECKSUMS[kind])}")


def _check_gre_checksums(services: list[PlacedDraft]) -> None:
    """A gre device either expects checksums or refuses them (ip_tunnel_rcv() in net/ipv4/ip_tunnel.c)."""
    first_checksum: dict[str, object] = {}
    for _service, host, place, server in _hosted(services):
        if (server.get("forward"), server.get("tunnel_type")) == ("tun", "gre"):
            first = first_checksum.setdefault(host, server.get("tunnel_checksum"))
            if first != server.get("tunnel_checksum"):
                place.key("tunnel_checksum").note(f"{host} unpacks gre with {first} for another service; one for all")


def _check_sides(services: list[PlacedDraft]) -> None:
    """A director drops answers that carry its own VIP as source (martians), so it cannot route those of dr and tun."""
    untouched: dict[str, str] = {}
    for _service, host, place, server in _hosted(services):
        if server.get("forward") in UNTOUCHED:
            untouched.setdefault(host, place.path)
    for service, host, place, server in _hosted(services):
        if server.get("forward") == "nat" and service.get("nat_return") == "default_route" and host in untouched:
            place.note(
                f"{host} cannot have the director as its default route and be a real server by dr or tun, as at "
                f"{untouched[host]}: the director drops what carries its VIP as source. Let nat_return be policy_route"
            )


def _hosted(services: list[PlacedDraft]) -> Iterator[tuple[Draft, str, Place, Draft]]:
    """Each service with each of its real servers that is a host of the inventory: service, host, place, server."""
    for _place, service in services:
        for place, server in servers_of(service):
            if server.get("host"):
                yield service, server["host"], place, server
