# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.lvs.cluster.plugins.module_utils._health import udp_drops

HEADING = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer"
# Of a director: the socket of a sync daemon, at port 8848, and one of a name server.
TABLE = f"""{HEADING} drops
  210: 510000E0:2290 00000000:0000 07 00000000:00000900 00:00000000 00000000     0        0 14211 2 \
00000000d1a4e2bc 4711
  391: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 11480 2 \
00000000f0ba3a35 0
"""
TABLE6 = f"""{HEADING} drops
  210: 00000000000000000000000000000000:2290 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 \
00000000     0        0 14212 2 00000000d1a4e2bd 2
"""


def test_what_sockets_have_lost_is_told_by_their_ports() -> None:
    assert udp_drops([TABLE]) == {"8848": 4711}
    assert udp_drops([TABLE, TABLE6]) == {"8848": 4713}


def test_a_host_without_ipv6_has_no_such_table() -> None:
    assert udp_drops([TABLE, ""]) == {"8848": 4711}
