# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Single addresses. Ranges and networks of them are in blocks.py."""

from __future__ import annotations

import re
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from ...module_utils._netlink.address import canonical
from .checks import text
from .place import Place
from .record import Check, takes
from .sentences import shown


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
    return canonical(entered)


@takes(address)
def router_id(value: object, place: Place) -> str:
    """A number of 32 bits that looks like an IPv4 address."""
    known: str = address(value, place)
    if ":" in known:
        raise place.refused(f"{known} is an IPv6 address; a router ID looks like an IPv4 address, such as 192.0.2.2")
    return known


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
            f"{shown(word)} is not a multicast address; those are 224.0.0.0/4 in IPv4, such as 224.0.0.81, and "
            "ff00::/8 in IPv6, such as ff02::5e"
        )
    if group.version == 6 and group.packed[1] & 0xF in (0, 1):  # RFC 7346: reserved, and interface-local
        raise place.refused(f"{group} never leaves the host; ff02::/16 reaches the network segment, ff05::/16 the site")
    return str(group)


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
