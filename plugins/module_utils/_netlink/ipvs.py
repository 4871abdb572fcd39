# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The generic netlink family IPVS as the kernel's header has it, attribute by attribute. Private to the collection.

Source: the enums of include/uapi/linux/ip_vs.h; what the kernel does with each is in net/netfilter/ipvs/ip_vs_ctl.c.
docs/netlink.md is the same as a page to read.
"""

from __future__ import annotations

from .attributes import BE16, BINARY, PAIR, S32, TEXT, U8, U16, U32, U64, Attribute, AttributeTable, Kind, Nested

FAMILY, VERSION = "IPVS", 1  # IPVS_GENL_NAME, IPVS_GENL_VERSION

# enum of IPVS_CMD_*
NEW_SERVICE, SET_SERVICE, DEL_SERVICE, GET_SERVICE = 1, 2, 3, 4
NEW_DEST, SET_DEST, DEL_DEST, GET_DEST = 5, 6, 7, 8
NEW_DAEMON, DEL_DAEMON, GET_DAEMON = 9, 10, 11
SET_CONFIG, GET_CONFIG, SET_INFO, GET_INFO, ZERO, FLUSH = 12, 13, 14, 15, 16, 17


def _stats(prefix: str, counter: Kind) -> AttributeTable:
    names = ("CONNS", "INPKTS", "OUTPKTS", "INBYTES", "OUTBYTES", "CPS", "INPPS", "OUTPPS", "INBPS", "OUTBPS")
    wide = ("INBYTES", "OUTBYTES")
    return AttributeTable(
        prefix, *(Attribute(number, name, U64 if name in wide else counter) for number, name in enumerate(names, 1))
    )


STATS = _stats("IPVS_STATS_ATTR", U32)
STATS64 = _stats("IPVS_STATS_ATTR", U64)

SERVICE = AttributeTable(
    "IPVS_SVC_ATTR",
    Attribute(1, "AF", U16),
    Attribute(2, "PROTOCOL", U16),
    Attribute(3, "ADDR", BINARY),
    Attribute(4, "PORT", BE16),
    Attribute(5, "FWMARK", U32),
    Attribute(6, "SCHED_NAME", TEXT),
    Attribute(7, "FLAGS", PAIR),
    Attribute(8, "TIMEOUT", U32),
    Attribute(9, "NETMASK", BINARY),  # IPv4: be32; IPv6: u32 in host order, a prefix length
    Attribute(10, "STATS", Nested(STATS)),
    Attribute(11, "PE_NAME", TEXT),
    Attribute(12, "STATS64", Nested(STATS64)),
)
DESTINATION = AttributeTable(
    "IPVS_DEST_ATTR",
    Attribute(1, "ADDR", BINARY),
    Attribute(2, "PORT", BE16),
    Attribute(3, "FWD_METHOD", U32),
    Attribute(4, "WEIGHT", S32),
    Attribute(5, "U_THRESH", U32),
    Attribute(6, "L_THRESH", U32),
    Attribute(7, "ACTIVE_CONNS", U32),
    Attribute(8, "INACT_CONNS", U32),
    Attribute(9, "PERSIST_CONNS", U32),
    Attribute(10, "STATS", Nested(STATS)),
    Attribute(11, "ADDR_FAMILY", U16),
    Attribute(12, "STATS64", Nested(STATS64)),
    Attribute(13, "TUN_TYPE", U8),
    Attribute(14, "TUN_PORT", BE16),
    Attribute(15, "TUN_FLAGS", U16),
)
DAEMON = AttributeTable(
    "IPVS_DAEMON_ATTR",
    Attribute(1, "STATE", U32),  # IP_VS_STATE_MASTER or IP_VS_STATE_BACKUP
    Attribute(2, "MCAST_IFN", TEXT),
    Attribute(3, "SYNC_ID", U32),
    Attribute(4, "SYNC_MAXLEN", U16),
    Attribute(5, "MCAST_GROUP", BINARY),
    Attribute(6, "MCAST_GROUP6", BINARY),
    Attribute(7, "MCAST_PORT", U16),  # in host order, unlike every other port
    Attribute(8, "MCAST_TTL", U8),
)
COMMAND = AttributeTable(
    "IPVS_CMD_ATTR",
    Attribute(1, "SERVICE", Nested(SERVICE)),
    Attribute(2, "DEST", Nested(DESTINATION)),
    Attribute(3, "DAEMON", Nested(DAEMON)),
    Attribute(4, "TIMEOUT_TCP", U32),
    Attribute(5, "TIMEOUT_TCP_FIN", U32),
    Attribute(6, "TIMEOUT_UDP", U32),
)
INFO = AttributeTable("IPVS_INFO_ATTR", Attribute(1, "VERSION", U32), Attribute(2, "CONN_TAB_SIZE", U32))
