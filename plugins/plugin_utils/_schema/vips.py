# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of lvs_cluster.vips: VIPs that need more than the default."""

from __future__ import annotations

import re

from ...module_utils._netlink.address import BITS
from .addresses import block, or_link_local
from .checks import boolean, choice, integer, pattern
from .common import interface
from .place import Place
from .record import Draft, Field, record
from .sentences import shown
from .words import VIP_PLACES

VIP_FIELDS = {
    "address": Field(or_link_local(block), required=True),
    "prefix": Field(integer("a prefix length", 1, BITS["ipv6"])),
    "interface": Field(interface),
    # IFNAMSIZ bounds a label as it bounds the name of an interface.
    "label": Field(
        pattern(
            "a label",
            r"[A-Za-z0-9_.:-]{1,15}",
            "it has at most 15 letters, digits and _ . : -, as in eth1:100",
        )
    ),
    "gateway": Field(boolean, False),
    "routed": Field(boolean, False),
    "next_hop": Field(boolean, False),
    "on_real_servers": Field(choice("a place for a VIP", VIP_PLACES), "lo"),
}


def vip(value: object, place: Place) -> Draft:
    found = re.fullmatch(r"([0-9A-Fa-f.:]+)(?:/([0-9]+))?", value) if isinstance(value, str) else None
    if found:
        prefix = f", prefix: {found[2]}" if found[2] else ""
        raise place.refused(f"{shown(value)} is not a mapping: write {{address: {found[1]}{prefix}}}")
    vip: Draft = record(VIP_FIELDS)(value, place)
    return vip
