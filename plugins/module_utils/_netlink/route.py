# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""rtnetlink: the messages about links and addresses, as the kernel's headers have them. Private to the collection.

Sources: include/uapi/linux/rtnetlink.h, if_link.h, if_addr.h.
"""

from __future__ import annotations

from struct import Struct

from .attributes import BINARY, TEXT, U32, Attribute, AttributeTable

RTM_NEWLINK, RTM_GETLINK = 16, 18
RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR = 20, 21, 22

# struct ifinfomsg: family, padding, ARP hardware type, index, flags, changed flags
LINK_HEADER = Struct("=BxHiII")
ARPHRD_ETHER = 1
LINK = AttributeTable(
    "IFLA",
    Attribute(1, "ADDRESS", BINARY),
    Attribute(3, "IFNAME", TEXT),
    Attribute(4, "MTU", U32),
)

# struct ifaddrmsg: family, prefix length, flags, scope, index of the interface
ADDRESS_HEADER = Struct("=BBBBI")
ADDRESS = AttributeTable(
    "IFA",
    Attribute(1, "ADDRESS", BINARY),  # the peer's, on a point-to-point link
    Attribute(2, "LOCAL", BINARY),  # IPv4: the host's own; IPv6: only with a peer
    Attribute(3, "LABEL", TEXT),  # IPv4 only
    Attribute(8, "FLAGS", U32),  # all flags; the header has room for the first eight alone
)
IFA_F_NODAD = 0x02
RT_SCOPE_UNIVERSE = 0
