# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A packet goes to one service. Where several name it, that is the most specific one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from ...module_utils._ports import PORT_MAX, RULE_PORTS, room
from .._values.cluster import Cluster
from .._values.packets import Packets
from .._values.service import VirtualService
from .identity import ALL_PORTS
from .items import known
from .rule import Note, error, whole


class Claim(NamedTuple):
    """Packets that a service is for. position: of the service. marked: by their mark, which may name them loosely."""

    position: int
    path: str
    packets: Packets
    marked: bool


@error("LVS121", "duplicate-packets", each=whole)
def duplicate_packets(cluster: Cluster) -> Iterator[Note]:
    """Two services are for the same packets.

    Give one of them other packets.
    """
    for path, packets, first in _taken(cluster):
        yield Note(path, f"{packets} is already taken by {first}")


@error("LVS122", "overlapping-packets", each=whole)
def overlapping_packets(cluster: Cluster) -> Iterator[Note]:
    """Two services overlap, and neither is more specific than the other, so it is unclear which gets the overlap.

    Remove the overlap, or let one include all packets of the other.
    """
    for one, other in _overlapping(cluster):
        if one.packets.overlaps_partly(other.packets):
            yield Note(
                one.path,
                f"{one.packets} overlaps with {other.path}, {other.packets}, and each of them has packets that the "
                "other has not: remove the overlap, or let one of the two include all packets of the other; it then "
                "gets only the rest",
            )


@error("LVS123", "too-many-ports", each=whole)
def too_many_ports(cluster: Cluster) -> Iterator[Note]:
    """A mark has so many ports that the packets of another service cannot be excluded from it.

    Leave the ports of the mark out, so that it is for all ports.
    """
    # The rules are ordered so that the more specific mark counts: in_order() in module_utils/_filter/text.py.
    for one, other in _overlapping(cluster):
        if one.packets.covers(other.packets) and sum(map(room, one.packets.ports)) > RULE_PORTS:
            yield Note(
                one.path,
                f"has more ports than one rule of a packet filter can have ({RULE_PORTS}, a range counts as two), so "
                f"the packets of {other.path}, {other.packets}, cannot be excluded from it",
                "leave the ports out here",
            )


def _taken(cluster: Cluster) -> Iterator[tuple[str, Packets, str]]:
    """Packets that an earlier service is for as well: the path of each service, and of the first."""
    first: dict[Packets, str] = {}
    for service, packets in known(cluster.services, _as_listed):
        for each in packets:
            if first.setdefault(each, service.path) != service.path:
                yield service.path, each, first[each]


def _as_listed(service: VirtualService) -> list[Packets]:
    """The packets of a service, and those of a mark for each port, and each range, that its owner has listed."""
    by_port = (
        Packets(packets.address, packets.protocol, (ports,))
        for packets in service.marked
        for ports in service.entry.ports
        if ports != ALL_PORTS
    )
    return list(dict.fromkeys((*service.packets, *by_port)))


def _overlapping(cluster: Cluster) -> list[tuple[Claim, Claim]]:
    """A mark's packets and others that overlap with them, in the order of services, without exact duplicates, which
    another rule reports.
    """
    taken = {path for path, _packets, _first in _taken(cluster)}
    by_address: dict[str, list[Claim]] = defaultdict(list)
    for index, (service, packets) in enumerate(known(cluster.services, lambda service: service.packets)):
        for each in packets if service.path not in taken else ():
            by_address[each.address].append(Claim(index, service.path, each, each in service.marked))
    near = chain.from_iterable(map(_of_one_address, by_address.values()))
    found = {*near, *_of_networks(by_address)}
    return sorted(
        ((one, other) for one, other in found if one.marked and one.packets.overlaps(other.packets)),
        key=lambda pair: (pair[0].position, pair[1].position, str(pair[0].packets), str(pair[1].packets)),
    )


def _of_one_address(claims: Iterable[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """The pairs that have ports in common, found by going through the ports once."""
    ranges = [(*ports, claim) for claim in claims for ports in claim.packets.ports or ((0, PORT_MAX),)]
    open_ranges: list[tuple[int, Claim]] = []
    for first, last, claim in sorted(ranges, key=lambda each: each[:2]):
        open_ranges = [(end, other) for end, other in open_ranges if end >= first]
        for _end, other in open_ranges:
            if other.packets != claim.packets:
                yield claim, other
                yield other, claim
        open_ranges.append((last, claim))


def _of_networks(by_address: dict[str, list[Claim]]) -> Iterator[tuple[Claim, Claim]]:
    """A network and whatever else there is, other networks included. Networks are few."""
    everything = [claim for claims in by_address.values() for claim in claims]
    for network in (claim for claim in everything if "/" in claim.packets.address and claim.marked):
        for other in everything:
            if other.packets.address != network.packets.address:
                yield network, other
