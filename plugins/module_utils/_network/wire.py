# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kernel's messages about links and addresses <-> the values of the model. Private to the collection.

encode() knows the other kinds too: tunnels and listeners are in wire_tunnels.py, routes and rules in wire_routes.py.
"""

from __future__ import annotations

import errno
from typing import Callable, Dict, List, Mapping, Optional, Tuple

from .._change import CHANGE, REMOVE, Change
from .._netlink import route
from .._netlink.address import FAMILY_NAMES, FAMILY_NUMBERS, family_of, from_bytes, to_bytes
from .._netlink.errors import MalformedMessage
from .._netlink.socket import NLM_F_CREATE, NLM_F_EXCL, Request
from .model import Address, AddressKey, Link, Tunnel, default_label
from .plan import ADDRESS, ROUTE, RULE, TUNNEL
from .wire_routes import encode_route, encode_rule
from .wire_tunnels import encode_tunnel, read_tunnel

_GONE = "the interface is gone"
_NOT_THERE = "it is no longer there: someone else has removed it in the meantime"
_THERE = "it is there already: someone else has added it in the meantime"
_NO_WAY = "no network of this host has the gateway in it: it needs an address in the gateway's network first"
# What an errno means: inet_rtm_newaddr(), inet6_addr_add(), fib_table_insert(), ip6_route_add(), fib_nl_newrule(),
# rtnl_newlink(), ip_tunnel_newlink() and their counterparts.
REASONS: Dict[Tuple[int, int], str] = {
    (route.RTM_NEWADDR, errno.EEXIST): _THERE,
    (route.RTM_DELADDR, errno.EADDRNOTAVAIL): _NOT_THERE,
    (route.RTM_NEWADDR, errno.ENODEV): _GONE,
    (route.RTM_DELADDR, errno.ENODEV): _GONE,
    (route.RTM_NEWADDR, errno.EACCES): "IPv6 is switched off on this interface (net.ipv6.conf.*.disable_ipv6)",
    (route.RTM_NEWLINK, errno.EOPNOTSUPP): "this kernel has no such kind of tunnel, nor a module for it",
    (route.RTM_NEWLINK, errno.EEXIST): "there is already an interface of this name, or a tunnel of this kind and local",
    (route.RTM_NEWROUTE, errno.EEXIST): _THERE,
    (route.RTM_NEWROUTE, errno.ENETUNREACH): _NO_WAY,
    (route.RTM_NEWROUTE, errno.EHOSTUNREACH): _NO_WAY,
    (route.RTM_NEWROUTE, errno.ENODEV): _GONE,
    (route.RTM_NEWROUTE, errno.ENETDOWN): "the interface is down",
    (route.RTM_NEWRULE, errno.EEXIST): _THERE,
    (route.RTM_NEWRULE, errno.EAFNOSUPPORT): "this kernel has no rules of this family (CONFIG_IP_MULTIPLE_TABLES)",
}
PERMISSION_REASON = "this needs CAP_NET_ADMIN: run it as root (become: true)"
# What the kernel says where that which is to go is gone: with its interface, or with another address, of which it is a
# secondary one and promote_secondaries is off (__inet_del_ifa()).
GONE_ALREADY = (
    (route.RTM_DELADDR, errno.EADDRNOTAVAIL),
    (route.RTM_DELROUTE, errno.ESRCH),
    (route.RTM_DELRULE, errno.ENOENT),
    (route.RTM_DELLINK, errno.ENODEV),
)


def reason(message: int, number: int) -> str:
    """Return what this errno means for this message, "" where only the errno is known."""
    if number == errno.EPERM:
        return PERMISSION_REASON
    return REASONS.get((message, number), "")


def encode(change: Change, links: Mapping[str, Link]) -> List[Request]:
    """Return the requests that carry out one change of a tunnel, an address, a route or a rule."""
    return _ENCODERS[change.kind](change, links)


def decode_link(payload: bytes) -> Tuple[str, Link, Optional[Tunnel]]:
    """Read one message of a link dump: the interface's name, itself, and the tunnel that it is, if it is one.

    MalformedMessage where it is none.
    """
    message = route.decode_link(payload)
    ethernet = message.hardware == route.ARPHRD_ETHER and not message.flags & route.IFF_NOARP
    link = Link(message.number, message.attributes.get("ADDRESS", b""), ethernet)
    return message.name, link, read_tunnel(message)


def decode_address(payload: bytes, interfaces: Mapping[int, str]) -> tuple[AddressKey, Address] | None:
    """Read one message of an address dump; None where its interface is unknown. MalformedMessage where it is none."""
    if len(payload) < route.ADDRESS_HEADER.size:
        raise MalformedMessage(f"a message about an address of {len(payload)} bytes")
    number, prefix, _flags, _scope, index = route.ADDRESS_HEADER.unpack_from(payload)
    values = route.ADDRESS.decode(payload, route.ADDRESS_HEADER.size)
    local = values.get("LOCAL", values.get("ADDRESS"))
    if number not in FAMILY_NAMES or local is None:
        raise MalformedMessage(f"a message about an address of family {number} without IFA_LOCAL or IFA_ADDRESS")
    if index not in interfaces:
        return None
    try:
        key = AddressKey(interfaces[index], from_bytes(local), prefix)
    except ValueError as error:
        raise MalformedMessage(f"the kernel's description of an address is not understood: {error}") from None
    return key, Address(values.get("LABEL", ""))


def _encode_address(change: Change, links: Mapping[str, Link]) -> List[Request]:
    """A label changes only with its address."""
    requests = []
    if change.action in (REMOVE, CHANGE):
        requests.append(_request(route.RTM_DELADDR, 0, change.key, change.before, links))
    if change.action != REMOVE:
        requests.append(_request(route.RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, change.key, change.after, links))
    return requests


def encode_lent(key: AddressKey, link: Link, valid_s: int) -> Request:
    """Return the request that adds an address which the kernel removes by itself after so many seconds."""
    lent = Address(default_label(key))
    return _request(route.RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, key, lent, {key.interface: link}, valid_s)


def _request(
    message: int, flags: int, key: AddressKey, address: Address, links: Mapping[str, Link], valid_s: int = route.FOREVER
) -> Request:
    family = family_of(key.address)
    data = to_bytes(key.address)
    values: Dict[str, object] = {"LOCAL": data, "ADDRESS": data}
    if address.label:
        values["LABEL"] = address.label
    own_flags = 0
    if family == "ipv6":
        # A VIP moves from host to host: to wait for a duplicate to answer would only delay it. And it is not for what
        # the host sends of itself, such as packets in a tunnel: a deprecated address is chosen last (RFC 6724, rule 3).
        own_flags = route.IFA_F_NODAD
    if family == "ipv6" or valid_s != route.FOREVER:
        values["CACHEINFO"] = (0, valid_s, 0, 0)
    if family == "ipv6" and valid_s != route.FOREVER:
        # Of an address that goes after some time, the kernel leaves the route until then: ipv6_del_addr().
        values["FLAGS"] = own_flags | route.IFA_F_NOPREFIXROUTE
    header = route.ADDRESS_HEADER.pack(
        FAMILY_NUMBERS[family], key.prefix, own_flags, route.RT_SCOPE_UNIVERSE, links[key.interface].number
    )
    return Request(message, flags, header + route.ADDRESS.encode(values))


_ENCODERS: Dict[str, Callable[[Change, Mapping[str, Link]], List[Request]]] = {
    TUNNEL: encode_tunnel,
    ADDRESS: _encode_address,
    ROUTE: encode_route,
    RULE: encode_rule,
}
