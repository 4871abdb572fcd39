# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Blocks of addresses: ranges (192.0.2.10-192.0.2.20) and networks (192.0.2.192/28), or single addresses."""

from __future__ import annotations

import re
from contextlib import suppress

from .addresses import address, or_link_local
from .place import Place
from .record import one_or_more, takes
from .sentences import shown

try:
    from netaddr import AddrFormatError, IPAddress, IPNetwork, IPRange, iprange_to_cidrs
except ImportError:
    MISSING = True
else:
    MISSING = False

# For how many addresses the ranges and networks of one list may stand: a director holds each of them.
MOST = 1024


@takes(type="string", title="an address, a range or a network")
def block(value: object, place: Place) -> str:
    """An address, a range or a network, in its canonical form."""
    entered = str.__str__(value).strip() if isinstance(value, str) else ""
    found = re.fullmatch(r"([0-9A-Fa-f.:]+) *- *([0-9A-Fa-f.:]+)", entered)
    if not found and "/" not in entered:
        return address(value, place)
    _needs_netaddr(entered, place)
    return _range(found[1], found[2], place) if found else _network(entered, place)


def _needs_netaddr(entered: str, place: Place) -> None:
    if MISSING:
        raise place.refused(
            f"{shown(entered)} is a range or a network, for which the machine that runs Ansible needs the Python "
            "library netaddr: install it for the Python of Ansible, python3 -m pip install netaddr"
        )


def _network(entered: str, place: Place) -> str:
    bare, _slash, length = entered.partition("/")
    network = _parsed(bare, length)
    if network is None:
        address(entered, place)  # which says what is wrong with it
        raise place.refused(f"{shown(entered)} is not a network")
    first = address(bare, place)
    if network.size == 1:
        return first
    if str(network.network) != first:
        raise place.refused(
            f"{shown(entered)} is not a network: write {first}, "
            f"without the prefix length, for this address alone, or {network} for all addresses of the network"
        )
    return str(network)


def _parsed(bare: str, length: str) -> IPNetwork | None:
    """The network that an address is in; None where this is none. A zone is for address() to refuse."""
    if not re.fullmatch(r"[0-9.]+", length):
        return None
    with suppress(AddrFormatError):
        return IPNetwork(f"{bare.partition('%')[0]}/{length}").cidr
    return None


def _range(first: str, last: str, place: Place) -> str:
    """The end may be given by its last part alone, as in keepalived.conf: 192.0.2.10-20, 2001:db8::10-20."""
    start = address(first, place)
    separator = ":" if ":" in start else "."
    whole = last if {":", "."} & {*last} else f"{first.rpartition(separator)[0]}{separator}{last}"
    end = address(whole, place)
    one, other = IPAddress(start), IPAddress(end)
    if one.version != other.version:
        raise place.refused(f"{start} and {end} are not of the same family")
    if one > other:
        raise place.refused(f"the range from {start} to {end} ends before it begins")
    return f"{start}-{end}" if one != other else start


def count(listed: str) -> int:
    """For how many addresses a block stands."""
    return 1 if _is_single(listed) else int(_range_of(listed).size)


def hosts(listed: str) -> list[str]:
    """The addresses of a block. Of a network those that hosts can have."""
    return [listed] if _is_single(listed) else [str(one) for one in _range_of(listed)]


def networks(listed: str) -> list[str]:
    """A block as the packet filter takes it: addresses and networks."""
    if "-" not in listed:
        return [listed]
    return [str(part.network if part.size == 1 else part) for part in iprange_to_cidrs(*listed.split("-"))]


def _is_single(listed: str) -> bool:
    return not {"-", "/"} & {*listed}


def _range_of(listed: str) -> IPRange:
    """The first and the last address. In a network larger than two, the first is its own (in IPv6 that of any of its
    routers: RFC 4291, section 2.6.1), and the last of IPv4 is for broadcasts.
    """
    if "/" not in listed:
        return IPRange(*listed.split("-"))
    network = IPNetwork(listed)
    if network.size <= 2:
        return IPRange(network[0], network[-1])
    return IPRange(network[1], network[-2 if network.version == 4 else -1])


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


@takes(one_or_more(block))
def addresses(value: object, place: Place) -> list[str]:
    """One block or a list of them, as the addresses that they stand for; gateways have link-local ones too."""
    return each_address(one_or_more(or_link_local(block))(value, place), place)
