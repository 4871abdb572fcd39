# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of lvs_cluster.vips: VIPs that need more than the default."""

from __future__ import annotations

import re

from ...module_utils._netlink.address import BITS
from .addresses import or_link_local
from .blocks import block
from .checks import boolean, choice, integer, pattern
from .common import interface
from .place import Place
from .record import Draft, Field, record, takes
from .sentences import shown
from .words import VIP_PLACES

# A shorter one would have the director look for half of the internet on its own network.
_SHORTEST = 8
VIP_FIELDS = {
    "address": Field(
        or_link_local(block),
        required=True,
        doc="The VIP; a range or a network stands for each address in it, with the same options.",
        example="192.0.2.198",
        keepalived="virtual_ipaddress",
    ),
    "prefix": Field(
        integer("a prefix length", _SHORTEST, BITS["ipv6"]),
        doc=(
            "The prefix length with which a director has the address: that of its network for a gateway of real "
            "servers."
        ),
        otherwise="32 in IPv4, 128 in IPv6",
    ),
    "interface": Field(
        interface,
        doc="The interface on which a director has the address.",
        otherwise="that of its network",
        example="eth1",
        keepalived="dev",
    ),
    # IFNAMSIZ bounds a label as it bounds the name of an interface.
    "label": Field(
        pattern(
            "a label",
            r"[A-Za-z0-9_.:-]{1,15}",
            "it has at most 15 letters, digits and _ . : -, as in eth1:100",
        ),
        doc="The name of the address on its interface, as older tools show it.",
        example="eth1:100",
        keepalived="label",
    ),
    "gateway": Field(
        boolean, False, doc="Whether the real servers use this address as their gateway, on their side of the director."
    ),
    "routed": Field(
        boolean, False, doc="Whether no host holds the address, because a router sends its packets to the directors."
    ),
    "next_hop": Field(
        boolean,
        False,
        doc="Whether the address serves nothing itself: routers send packets for routed addresses to it.",
    ),
    "on_real_servers": Field(
        choice("a place for a VIP", VIP_PLACES),
        "lo",
        doc=(
            "Where a real server with direct routing has the address: on the loopback interface (lo), or on the "
            "interface of its own address (lan)."
        ),
    ),
}


@takes(record(VIP_FIELDS))
def vip(value: object, place: Place) -> Draft:
    found = re.fullmatch(r"([0-9A-Fa-f.:]+)(?:/([0-9]+))?", value) if isinstance(value, str) else None
    if found:
        prefix = f", prefix: {found[2]}" if found[2] else ""
        raise place.refused(f"{shown(value)} is not a mapping: write {{address: {found[1]}{prefix}}}")
    vip: Draft = record(VIP_FIELDS)(value, place)
    return vip
