# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses that an owner lists one by one, as ranges (192.0.2.10-192.0.2.20) and as networks (192.0.2.192/28)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network, summarize_address_range
from typing import Any

from .fields import Place, address, one_or_more, or_link_local, shown

# For how many addresses the ranges and networks of one list may stand: a director holds each of them.
MOST = 1024


def block(value: object, place: Place) -> str:
    """An address, a range or a network, in its canonical form."""
    entered = str.__str__(value).strip() if isinstance(value, str) else ""
    if "/" in entered:
        return _network(entered, place)
    found = re.fullmatch(r"([0-9A-Fa-f.:]+) *- *([0-9A-Fa-f.:]+)", entered)
    return _range(found[1], found[2], place) if found else str(address(value, place))


def _network(entered: str, place: Place) -> str:
    bare, _slash, _length = entered.partition("/")
    try:
        network = ip_network(entered, strict=False)
    except ValueError:
        address(entered, place)  # which says what is wrong with it
        raise place.refused(f"{shown(entered)} is not a network") from None
    first = address(bare, place)
    if network.prefixlen == network.max_prefixlen:
        return str(first)
    if str(network.network_address) != first:
        raise place.refused(
            f"{shown(entered)} is not a network: write {first}, "
            f"without the prefix length, for this address alone, or {network} for all addresses of the network"
        )
    return str(network)


def _range(first: str, last: str, place: Place) -> str:
    """The end may be given by its last part alone, as in keepalived.conf: 192.0.2.10-20, 2001:db8::10-20."""
    start = address(first, place)
    separator = ":" if ":" in start else "."
    whole = last if {":", "."} & {*last} else f"{first.rpartition(separator)[0]}{separator}{last}"
    end = address(whole, place)
    one, other = ip_address(start), ip_address(end)
    if one.version != other.version:
        raise place.refused(f"{start} and {end} are not of the same family")
    if int(one) > int(other):
        raise place.refused(f"the range from {start} to {end} ends before it begins")
    return f"{start}-{end}" if one != other else start


def count(listed: str) -> int:
    """For how many addresses a block stands."""
    one, other = _ends(listed)
    return int(other) - int(one) + 1


def hosts(listed: str) -> list[str]:
    """The addresses of a block. Of a network those that hosts can have."""
    one, other = _ends(listed)
    return [str(one + number) for number in range(int(other) - int(one) + 1)]


def networks(listed: str) -> list[str]:
    """A block as the packet filter takes it: addresses and networks."""
    if "-" not in listed:
        return [listed]
    first, _dash, last = listed.partition("-")
    parts: Iterable[Any] = summarize_address_range(ip_address(first), ip_address(last))
    return [str(part.network_address) if part.prefixlen == part.max_prefixlen else str(part) for part in parts]


def _ends(listed: str) -> tuple[IPv4Address | IPv6Address, IPv4Address | IPv6Address]:
    """The first and the last address. In a network larger than two, the first is its own (in IPv6 that of any of its
    routers: RFC 4291, section 2.6.1), and the last of IPv4 is for broadcasts.
    """
    if "/" not in listed:
        first, _dash, last = listed.partition("-")
        return ip_address(first), ip_address(last or first)
    network = ip_network(listed)
    one, other = network[0], network[-1]
    if network.num_addresses > 2:
        one, other = one + 1, other - (1 if network.version == 4 else 0)
    return one, other


def each_address(blocks: list[str], place: Place) -> list[str]:
    """The addresses of all blocks; none where they are too many."""
    total = sum(map(count, blocks))
    if total > len(blocks) and total > MOST:
        place.note(
            f"the ranges and networks of one list may stand for at most {MOST} addresses, and these stand for {total}"
        )
        return []
    found: dict[str, str] = {}
    for listed in blocks:
        for one in hosts(listed):
            if found.setdefault(one, listed) != listed:
                place.note(f"{one} is listed twice, in {found[one]} and in {listed}")
    return list(found)


def addresses(value: object, place: Place) -> list[str]:
    """One block or a list of them, as the addresses that they stand for; gateways have link-local ones too."""
    return each_address(one_or_more(or_link_local(block))(value, place), place)
