# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Limits of the kernel that a host is close to, and what the kernel drops at them."""

from __future__ import annotations

from collections.abc import Iterator

from .._rules.rule import Note, advice, error, seen
from .examined import Examined, Facts, each_director, each_host

_CHAIN = 4
"""Connections per bucket of the table, above which looking one up takes noticeably longer."""
_FULL = 0.9
_DROP_ENTRY = "net.ipv4.vs.drop_entry"


@advice(
    "LVS862",
    "connection-table-small",
    each=each_director,
    unmended="The definition has to change, and ip_vs has to be loaded again.",
)
def connection_table_small(_examined: Examined, host: str, report: Facts) -> Iterator[Note]:
    """A director has so many connections that looking up one of them takes long.

    Set `lvs_cluster.connection_table_bits`; it takes effect when ip_vs is loaded again.
    """
    size = report["ipvs"]["connection_table_size"]
    known = sum(
        server["active_connections"] + server["inactive_connections"]
        for service in report["ipvs"]["statistics"]
        for server in service["destinations"]
    )
    if size and known > _CHAIN * size:
        yield seen(
            host,
            f"It has {known} connections in a table of {size} buckets",
            f"There must not be more than {_CHAIN} per bucket",
            _larger_table(known),
        )


def _larger_table(known: int) -> str:
    """ip_vs_conn.c: kernels before Linux 6.3 take the default where more than 20 bits are asked for."""
    bits = (known - 1).bit_length()
    return f"lvs_cluster: {{connection_table_bits: {bits}}}{' # needs Linux 6.3 or newer' if bits > 20 else ''}"


@advice(
    "LVS863",
    "drop-entry",
    each=each_director,
    unmended="Memory is what is missing, and no roll-out adds any.",
)
def drop_entry(_examined: Examined, host: str, report: Facts) -> Iterator[Note]:
    """A director drops connections to save memory (the sysctl drop_entry).

    Give it more memory; with 3 it always drops connections, with 2 while memory is short.
    """
    value = report["ipvs"]["sysctls"].get(_DROP_ENTRY, "0")
    if value in ("2", "3"):
        yield seen(
            host,
            f"{_DROP_ENTRY} is {value}: it drops connections at random",
            "It must be 0, or 1, which becomes 2 only while memory is short",
            f"sysctl -w {_DROP_ENTRY}=0",
        )


@error(
    "LVS864",
    "conntrack-full",
    each=each_host,
    unmended="The cluster does not set how many connections a host may track.",
)
def conntrack_full(examined: Examined, host: str) -> Iterator[Note]:
    """The conntrack table is full or nearly full; when it is full, the kernel drops new connections.

    Raise the limit.
    """
    table = examined.reports[host].get("health", {}).get("conntrack", {})
    count, limit = table.get("count"), table.get("max")
    if count and limit and count >= _FULL * limit:
        yield seen(
            host,
            f"conntrack tracks {count} connections, and {limit} at most",
            "It must have room, or the kernel drops new connections",
            f"sysctl -w net.netfilter.nf_conntrack_max={4 * limit}",
        )
