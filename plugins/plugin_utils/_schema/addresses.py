# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses: single ones, ranges (192.0.2.10-192.0.2.20) and networks (192.0.2.192/28)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network, summarize_address_range
from typing import Any

from .checks import text
from .place import Place
from .record import Check, one_or_more, takes
from .sentences import shown

# For how many addresses the ranges and networks of one list may stand: a director holds each of them.
MOST = 1024


@takes(type="string", title="an address")
def address(value: object, place: Place) -> str:
    """An IPv4 or IPv6 address that one host can have, in its canonical form."""
    if not isinstance(value, str):
        raise place.refused(f"{shown(value)} is not an IPv4 or IPv6 address")
    entered = str.__str__(value)
    try:
        parsed = ip_address(entered)
    except ValueError:
        raise place.refused(f"{shown(entered)} is not an IPv4 or IPv6 address{_too_much(entered)}") from None
    reason = _unusable(parsed)
    if reason:
        raise place.refused(
            f"{entered} is {reason}, which cannot be used here; write an address that other hosts can reach"
        )
    return str(parsed)


def beside_port(check_other: Check[Any]) -> Check[Any]:
    """What the other check takes, in a record that has a key `port`: the two written as one are told apart."""

    def check(value: object, place: Place) -> Any:
        found = apart(value)
        if found:
            raise place.refused(
                f"{shown(value)} is not an IPv4 or IPv6 address: write address: {found[0]} and port: {found[1]}"
            )
        return check_other(value, place)

    return takes(check_other)(check)


def apart(value: object) -> tuple[str, str] | None:
    """The address and the port of 192.0.2.80:80 and [2001:db8::80]:80."""
    entered = str.__str__(value) if isinstance(value, str) else ""
    found = re.fullmatch(r"\[([0-9A-Fa-f:.]+)\]:([0-9]{1,5})|([0-9.]+):([0-9]{1,5})", entered)
    if found:
        with suppress(ValueError):
            return str(ip_address(found[1] or found[3])), found[2] or found[4]
    return None


def or_link_local(check_other: Check[Any]) -> Check[Any]:
    """A link-local address of IPv6, whose interface is named elsewhere, or what the other check takes."""

    def check(value: object, place: Place) -> Any:
        entered = str.__str__(value) if isinstance(value, str) else ""
        bare, percent, zone = entered.partition("%")
        try:
            parsed = IPv6Address(bare)
        except ValueError:
            return check_other(value, place)
        if not parsed.is_link_local:
            return check_other(value, place)
        if percent:
            raise place.refused(f"{entered}: leave out %{zone}; the key interface names the interface")
        return str(parsed)

    return takes(check_other)(check)


@takes(text, title="a multicast address")
def multicast_group(value: object, place: Place) -> str:
    """A multicast address, IPv4 or IPv6, whose packets leave the host; in its canonical form."""
    word = text(value, place)
    try:
        group = ip_address(word)
    except ValueError:
        group = None
    if group is None or not group.is_multicast or getattr(group, "scope_id", None):
        raise place.refused(
            f"{shown(word)} is no multicast address; those are 224.0.0.0/4 in IPv4, such as 224.0.0.81, and ff00::/8 "
            "in IPv6, such as ff02::5e"
        )
    if group.version == 6 and group.packed[1] & 0xF in (0, 1):  # RFC 7346: reserved, and interface-local
        raise place.refused(f"{group} never leaves the host; ff02::/16 reaches the network segment, ff05::/16 the site")
    return str(group)


@takes(type="string", title="an address, a range or a network")
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


@takes(one_or_more(block))
def addresses(value: object, place: Place) -> list[str]:
    """One block or a list of them, as the addresses that they stand for; gateways have link-local ones too."""
    return each_address(one_or_more(or_link_local(block))(value, place), place)


def _too_much(entered: str) -> str:
    """The end of a message about text that is no address, where it has one and more."""
    found = apart(entered)
    if found:
        return f": write {found[0]}, without the port"
    more = re.fullmatch(r"\[(.+)\]|(.+)/[0-9.]+", entered)
    with suppress(ValueError):
        if more and more[1]:
            return f": write {ip_address(more[1])}, without the brackets"
        if more:
            bare = ip_address(more[2])
            vip = f"that of a VIP stands in lvs_cluster.vips: {{address: {bare}, prefix: ...}}"
            return f": write {bare}, without the prefix length; {vip}"
    is_name = re.search(r"[g-zG-Z]", entered)
    return ": a host name cannot be used here, write the address of the host" if is_name else ""


def _unusable(parsed: IPv4Address | IPv6Address) -> str:
    if parsed.is_unspecified:
        return "the unspecified address"
    if parsed.is_loopback:
        return "a loopback address"
    if parsed.is_multicast:
        return "a multicast address"
    if isinstance(parsed, IPv4Address):
        return "the broadcast address" if parsed == IPv4Address("255.255.255.255") else ""
    # The kernel refuses a link-local real server (ip_vs_new_dest() in ip_vs_ctl.c), and a VIP needs a zone to be one.
    if parsed.is_link_local or parsed.scope_id:
        return "a link-local address"
    if parsed.ipv4_mapped:
        return "an IPv4-mapped IPv6 address"
    return ""
