# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The networks that some addresses imply, and how they lie on the segments of a lab.

A definition has addresses and hardly ever says how large a network is: it is taken for one of the usual size, and for a
larger one where hosts must be neighbours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
Pair = tuple[str, str]

_USUAL = {4: 24, 6: 64}
# Neighbours that have fewer bits in common than this are none.
_WIDEST = {4: 16, 6: 48}
_OF_HOSTS = 2  # the first and the last address of a network are no host's


class TooSmall(Exception):
    """A network has no address left for a machine of the lab. The text names it."""


def networks_of(addresses: Iterable[str], known: Iterable[Network], neighbours: Iterable[Pair]) -> list[Network]:
    """Networks in order, none inside another, that have all addresses.

    known: those whose size is known. neighbours: addresses of one family that must be in one network; a pair that is
    too far apart for that stays in two.
    """
    found = [*known]
    for address in addresses:
        if network_of(address, found) is None:
            found.append(_around(address, _USUAL[ip_address(address).version]))
    for one, other in neighbours:
        if network_of(one, found) != network_of(other, found):
            common = _common(one, other)
            found += [common] if common else []
    return sorted(_outermost(found), key=lambda network: (network.version, network))


def network_of(address: str, networks: Iterable[Network]) -> Network | None:
    """The largest of some networks that has an address, None where none has it."""
    having = [network for network in networks if ip_address(address) in network]
    return min(having, key=lambda network: network.prefixlen, default=None)


def segments_of(networks: Iterable[Network], beside: Iterable[Pair], most: int) -> list[list[Network]]:
    """The networks by segment: at most so many, of which the last has all that would be too many.

    beside: addresses that one interface has.
    """
    segments = [[network] for network in networks]
    for one, other in beside:
        first, second = (_segment_of(address, segments) for address in (one, other))
        if first is not None and second is not None and first is not second:
            first += second
            segments = [segment for segment in segments if segment is not second]
    kept, rest = segments[: most - 1], segments[most - 1 :]
    return [*kept, *([[network for segment in rest for network in segment]] if rest else [])]


def free_addresses(network: Network, taken: Collection[str]) -> Iterator[str]:
    """Addresses of a network that nobody has, from its end; raises TooSmall when there is none any more."""
    used = {int(ip_address(address)) for address in taken}
    first = int(network.network_address)
    end = first + min(network.num_addresses, 1 << 16) - _OF_HOSTS
    for number in range(end, first, -1):
        if number not in used:
            yield str(network[number - first])
    raise TooSmall(f"{network} has no address left for the machines of the lab")


def _segment_of(address: str, segments: Sequence[list[Network]]) -> list[Network] | None:
    return next((segment for segment in segments if network_of(address, segment)), None)


def _around(address: str, prefix: int) -> Network:
    return ip_network(f"{address}/{prefix}", strict=False)


def _common(one: str, other: str) -> Network | None:
    """The smallest network that has both, None where it would be wider than networks are."""
    difference = int(ip_address(one)) ^ int(ip_address(other))
    prefix = ip_address(one).max_prefixlen - difference.bit_length()
    return _around(one, prefix) if prefix >= _WIDEST[ip_address(one).version] else None


def _outermost(networks: Iterable[Network]) -> Iterator[Network]:
    outer: list[Network] = []
    for network in sorted(networks, key=lambda each: each.prefixlen):
        if network_of(str(network.network_address), outer) is None:
            outer.append(network)
            yield network
