# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a director can announce its VIPs: the networks that it is in."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Interface, IPv6Interface, ip_address, ip_interface

from .._rules.rule import Note, error, seen
from .._values.bgp import Bgp
from .candidate import Candidate

Interface = IPv4Interface | IPv6Interface


def announcing(candidate: Candidate) -> Iterator[tuple[Candidate, Bgp]]:
    cluster = candidate.cluster
    if cluster is not None and cluster.announces and cluster.bgp:
        yield candidate, cluster.bgp


@error("LVS759", "neighbour-in-no-network", each=announcing)
def neighbour_in_no_network(candidate: Candidate, bgp: Bgp) -> Iterator[Note]:
    """A neighbour in another AS is in none of the director's networks, and BGP needs `multihop` to reach it.

    Correct its address, or say with `multihop` how many hops away it is.
    """
    for neighbour in bgp.neighbours_of(candidate.host):
        near = neighbour.multihop is None and neighbour.remote_as != bgp.local_as
        if near and _interface(candidate, neighbour.address) is None:
            yield seen(
                candidate.host,
                f"Its neighbour {neighbour.address} is in none of its networks",
                "BGP with another AS reaches a neighbour in the same network only",
                "Correct the address, or set multihop for this neighbour",
            )


@error("LVS760", "announced-vip-in-a-network", each=announcing)
def announced_vip_in_a_network(candidate: Candidate, bgp: Bgp) -> Iterator[Note]:
    """A VIP that is announced to routers is in a network of the director. Hosts of that network ask for it by ARP or
    neighbour solicitations, and so do the routers when no director announces it; nobody has it there.

    Choose a VIP outside the networks of directors and routers.
    """
    del bgp
    for vip in candidate.cluster.held_vips if candidate.cluster else ():
        own = _interface(candidate, vip.address)
        if own is not None:
            yield seen(
                candidate.host,
                f"Its network {own.network} has the VIP {vip.address}",
                "Hosts of that network would ask for the VIP there, and nobody has it",
                "Choose a VIP outside the networks of directors and routers",
            )


def _interface(candidate: Candidate, address: str) -> Interface | None:
    """The director's own address in the network of another, None for none. A single address is no network."""
    found = (ip_interface(f"{each['address']}/{each['prefix']}") for each in candidate.report.get("placed", ()))
    networks = (each for each in found if each.network.num_addresses > 1)
    return next((each for each in networks if ip_address(address) in each.network), None)
