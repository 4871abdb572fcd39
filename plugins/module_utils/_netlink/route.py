# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""rtnetlink: the messages about links, addresses, routes and rules, as the kernel's headers have them.

Private to the collection. Sources: include/uapi/linux/rtnetlink.h, if_link.h, if_tunnel.h, if_addr.h, fib_rules.h.
"""

from __future__ import annotations

from struct import Struct
from typing import Any, Dict, NamedTuple

from .attributes import BE16, BINARY, TEXT, U8, U32, Attribute, AttributeTable, Fixed, Nested
from .errors import MalformedMessage
from .socket import Request

RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK = 16, 17, 18
RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR = 20, 21, 22
RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE = 24, 25, 26
RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE = 32, 33, 34

# struct ifinfomsg: family, padding, ARP hardware type, index, flags, changed flags
LINK_HEADER = Struct("=BxHiII")
ARPHRD_ETHER = 1
IFF_UP = 0x1
IFF_NOARP = 0x80
LINK_INFO = AttributeTable(
    "IFLA_INFO",
    Attribute(1, "KIND", TEXT),
    Attribute(2, "DATA", BINARY),  # attributes of the kind's own: IP_TUNNEL or GRE_TUNNEL
)
LINK = AttributeTable(
    "IFLA",
    Attribute(1, "ADDRESS", BINARY),
    Attribute(3, "IFNAME", TEXT),
    Attribute(4, "MTU", U32),
    Attribute(18, "LINKINFO", Nested(LINK_INFO)),
)
IP_TUNNEL = AttributeTable(  # ipip, sit, ip6tnl
    "IFLA_IPTUN",
    Attribute(2, "LOCAL", BINARY),
    Attribute(3, "REMOTE", BINARY),
    Attribute(9, "PROTO", U8),  # what it unpacks, an IP protocol; 0 is all that it can
    Attribute(19, "COLLECT_METADATA", BINARY),  # a flag: its packets are for whoever asks for them
)
GRE_TUNNEL = AttributeTable(  # gre, ip6gre
    "IFLA_GRE",
    Attribute(2, "IFLAGS", BE16),  # what must be in what arrives
    Attribute(6, "LOCAL", BINARY),
    Attribute(7, "REMOTE", BINARY),
    Attribute(18, "COLLECT_METADATA", BINARY),
)
GRE_CSUM = 0x8000

# struct ifaddrmsg: family, prefix length, flags, scope, index of the interface
ADDRESS_HEADER = Struct("=BBBBI")
CACHE_INFO = Fixed("IIII")  # struct ifa_cacheinfo: preferred and valid for so many seconds, made, changed
FOREVER = 0xFFFFFFFF  # INFINITY_LIFE_TIME in net/addrconf.h
ADDRESS = AttributeTable(
    "IFA",
    Attribute(1, "ADDRESS", BINARY),  # the peer's, on a point-to-point link
    Attribute(2, "LOCAL", BINARY),  # IPv4: the host's own; IPv6: only with a peer
    Attribute(3, "LABEL", TEXT),  # IPv4 only
    Attribute(6, "CACHEINFO", CACHE_INFO),
    Attribute(8, "FLAGS", U32),  # all flags; the header has room for the first eight alone
)
IFA_F_NODAD = 0x02
IFA_F_NOPREFIXROUTE = 0x200  # IPv6: the route that comes with an address does not always go with it
RT_SCOPE_UNIVERSE, RT_SCOPE_LINK, RT_SCOPE_HOST = 0, 253, 254

# struct rtmsg: family, lengths of destination and source prefix, TOS, table, who made it, scope, type, flags
ROUTE_HEADER = Struct("=BBBBBBBBI")
METRICS = AttributeTable("RTAX", Attribute(2, "MTU", U32))
ROUTE = AttributeTable(
    "RTA",
    Attribute(1, "DST", BINARY),
    Attribute(2, "SRC", BINARY),
    Attribute(4, "OIF", U32),
    Attribute(5, "GATEWAY", BINARY),
    Attribute(6, "PRIORITY", U32),  # the metric
    Attribute(8, "METRICS", Nested(METRICS)),
    Attribute(9, "MULTIPATH", BINARY),  # struct rtnexthop and attributes, several times
    Attribute(15, "TABLE", U32),
    Attribute(18, "VIA", BINARY),  # struct rtvia: u16 family and a gateway of another family than the destination's
    Attribute(27, "IP_PROTO", U8),
    Attribute(28, "SPORT", BE16),
)
NEXT_HOP_HEADER = Struct("=HBBi")  # struct rtnexthop: length, flags, weight less one, index of the interface
RTPROT_BOOT = 3  # by hand, as ip has it
RTM_F_CLONED = 0x200  # in flags: of a cache
RT_TABLE_COMPAT = 252  # in the header where the table's number does not fit into it
IP6_RT_PRIO_USER = 1024  # the metric of an IPv6 route that is given none (include/uapi/linux/ipv6_route.h)
ROUTE_TYPES = {"unicast": 1, "local": 2, "broadcast": 3, "blackhole": 6, "unreachable": 7, "prohibit": 8}  # RTN_*

# struct fib_rule_hdr: family, lengths of destination and source prefix, TOS, table, two reserved, action, flags
RULE_HEADER = Struct("=BBBBB2xBI")
FR_ACT_TO_TBL = 1
FIB_RULE_PERMANENT = 0x1
RULE = AttributeTable(
    "FRA",
    Attribute(1, "DST", BINARY),
    Attribute(2, "SRC", BINARY),
    Attribute(3, "IIFNAME", TEXT),
    Attribute(6, "PRIORITY", U32),
    Attribute(10, "FWMARK", U32),
    Attribute(12, "TUN_ID", BINARY),
    Attribute(13, "SUPPRESS_IFGROUP", U32),
    Attribute(14, "SUPPRESS_PREFIXLEN", U32),
    Attribute(15, "TABLE", U32),
    Attribute(16, "FWMASK", U32),
    Attribute(17, "OIFNAME", TEXT),
    Attribute(19, "L3MDEV", U8),
    Attribute(20, "UID_RANGE", BINARY),
    Attribute(22, "IP_PROTO", U8),
    Attribute(23, "SPORT_RANGE", Fixed("HH")),  # struct fib_rule_port_range: first, last, in host order
    Attribute(24, "DPORT_RANGE", Fixed("HH")),
)
WHOLE_MARK = 0xFFFFFFFF  # FWMASK where every bit of the mark counts
SUPPRESS_NOTHING = 0xFFFFFFFF  # SUPPRESS_PREFIXLEN, which is -1 in every rule without it

GET_LINKS = Request(RTM_GETLINK, 0, LINK_HEADER.pack(0, 0, 0, 0, 0))
GET_ADDRESSES = Request(RTM_GETADDR, 0, ADDRESS_HEADER.pack(0, 0, 0, 0, 0))
GET_ROUTES = Request(RTM_GETROUTE, 0, ROUTE_HEADER.pack(0, 0, 0, 0, 0, 0, 0, 0, 0))
GET_RULES = Request(RTM_GETRULE, 0, RULE_HEADER.pack(0, 0, 0, 0, 0, 0, 0))


class LinkMessage(NamedTuple):
    """A message about a link: its name, its index, ARPHRD_* of its kind, IFF_* of its state, and its attributes."""

    name: str
    number: int
    hardware: int
    flags: int
    attributes: Dict[str, Any]


def decode_link(payload: bytes) -> LinkMessage:
    """Read one message of a link dump. MalformedMessage where it is none."""
    if len(payload) < LINK_HEADER.size:
        raise MalformedMessage(f"a message about a link of {len(payload)} bytes")
    _family, hardware, number, flags, _change = LINK_HEADER.unpack_from(payload)
    attributes = LINK.decode(payload, LINK_HEADER.size)
    if "IFNAME" not in attributes:
        raise MalformedMessage("a message about a link without IFLA_IFNAME")
    return LinkMessage(attributes["IFNAME"], number, hardware, flags, attributes)
