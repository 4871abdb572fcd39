# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The generic netlink family fou: UDP ports whose packets the kernel unpacks. Private to the collection.

Sources: include/uapi/linux/fou.h, net/ipv4/fou.c. Unlike IPVS's, asking for the family does not load its module: it has
no MODULE_ALIAS_GENL_FAMILY.
"""

from __future__ import annotations

from .attributes import BE16, BINARY, U8, Attribute, AttributeTable

FAMILY, VERSION = "fou", 1  # FOU_GENL_NAME, FOU_GENL_VERSION

ADD, DELETE, GET = 1, 2, 3  # FOU_CMD_*
ENCAP_GUE = 2  # FOU_ENCAP_GUE: a header says what is inside

LISTENER = AttributeTable(
    "FOU_ATTR",
    Attribute(1, "PORT", BE16),
    Attribute(2, "AF", U8),
    Attribute(4, "TYPE", U8),
    Attribute(6, "LOCAL_V4", BINARY),
    Attribute(7, "LOCAL_V6", BINARY),
    Attribute(8, "PEER_V4", BINARY),
    Attribute(9, "PEER_V6", BINARY),
)
