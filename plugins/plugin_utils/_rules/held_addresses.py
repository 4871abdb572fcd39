# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose the addresses are: a virtual one is nobody's own, unless the only director serves at its own by nat.

Like consistency.py it looks at completed drafts, notes problems and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address

from .._cluster.packets import is_within
from .._schema.place import Place
from .._schema.record import Draft, PlacedDraft
from .._schema.words import DIRECTOR_ITSELF
from .forwarding import packets_of, servers_of, virtual_addresses

SSH_PORT = 22


def own_addresses(directors: list[Draft], hosts: Mapping[str, Draft]) -> dict[str, str]:
    """The addresses that directors have for themselves, each with its director: what Ansible connects to among them."""
    own: dict[str, str] = {}
    for director in directors:
        with suppress(ValueError):
            own[str(ip_address(hosts[director["host"]].get("ansible_host") or ""))] = director["host"]
        for key in ("vrrp_addresses", "other_addresses", "addresses"):
            own.update(dict.fromkeys(director[key], director["host"]))
    return own


def note_owned_addresses(
    services: list[PlacedDraft], vips: list[PlacedDraft], directors: list[Draft], hosts: Mapping[str, Draft]
) -> None:
    """Note the VIPs that are listed twice, and those that a host has: they would not get or not send their packets.

    The only director's own address can be one by nat, which gives it to nobody else. Arguments: those of
    consistency.note_contradictions(); hosts: the variables of each host.
    """
    own, others = own_addresses(directors, hosts), _real_servers(services)
    for place, service in services:
        for address in virtual_addresses(service):
            if address in own and len(directors) == 1:
                _check_own_address(service, address, hosts[own[address]], place)
            elif address in own:
                place.key("address").note(_owned(address, f"the director {own[address]}, one of several"))
            elif address in others:
                place.key("address").note(_owned(address, others[address]))
    first_place: dict[str, str] = {}
    for place, vip in vips:
        first = first_place.setdefault(vip["address"], place.path)
        if first != place.path:
            place.key("address").note(f"{vip['address']} is listed already, at {first}")
        elif vip["address"] in own:
            place.key("address").note(
                f"{vip['address']} is the address of the director {own[vip['address']]}, which has it already; "
                "leave it out here"
            )
        elif vip["address"] in others:
            place.key("address").note(_owned(vip["address"], others[vip["address"]]))


def _owned(address: str, owner: str) -> str:
    return f"{address} is the address of {owner}; a VIP must be one that no host has"


def _real_servers(services: list[PlacedDraft]) -> dict[str, str]:
    """The addresses of real servers, each with its host in words."""
    owners: dict[str, str] = {}
    for _place, service in services:
        for _server_place, server in servers_of(service):
            if server.get("address"):
                owner = f"the real server {server['host']}" if server.get("host") else "a real server"
                owners.setdefault(server["address"], owner)
    return owners


def _check_own_address(service: Draft, address: str, host: Draft, place: Place) -> None:
    """By dr and tun the real servers would have the director's address too; and the way to the host must stay open."""
    methods = {
        server.get("forward")
        for _place, server in servers_of(service)
        if server.get("address") not in DIRECTOR_ITSELF.values()
    }
    if not methods <= {"nat", None}:
        place.key("address").note(
            f"{address} is the address of the director itself, which with dr and tun the real servers would get too; "
            "set forward: nat, or give the service an address that no host has"
        )
    ways_in = (SSH_PORT, host.get("ansible_port"))
    for packets in packets_of(service):
        taken = [port for port in ways_in if packets.comes_to(port)]
        if is_within(address, packets.address) and packets.protocol in ("tcp", None) and taken:
            place.key("port").note(
                f"the director could no longer be reached by ssh: {address} is its own address, and the service takes "
                f"{f'port {taken[0]}' if packets.ports else 'all ports'} of it; choose other ports, or an address that "
                "no host has"
            )
