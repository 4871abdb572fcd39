# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sync daemons, by which directors share their connections."""

from __future__ import annotations

from collections.abc import Iterator

from ...module_utils._ipvs.model import endpoint
from .._rules.rule import Note, advice, error, seen, whole
from .examined import Examined, Facts, each_director, stopped

_PORTS, _BUFFER_OF_SYNC = "net.ipv4.vs.sync_ports", "net.ipv4.vs.sync_sock_size"
_BUFFER = 4 << 20
"""Bytes: some thousand messages."""


@error(
    "LVS861",
    "sync-differs",
    each=whole,
    unmended="Where keepalived has started the daemons, it takes a restart of keepalived, which can move the VIPs.",
)
def sync_differs(examined: Examined) -> Iterator[Note]:
    """The sync daemons of directors have different IDs, groups or ports, or a director has none.

    Where keepalived starts the daemons, restart it, first on a director without VIPs. Where it does not, roll the
    cluster out again.
    """
    meeting = _meetings(examined)
    if do_not_meet(examined):
        words = [f"{host}: {', '.join(each) or 'none'}" for host, each in meeting.items()]
        yield seen(
            ", ".join(meeting),
            f"The IDs, groups and ports of their sync daemons are {'; '.join(words)}",
            "They must be equal, or connections end when another director takes the VIPs",
            "systemctl restart keepalived # on one director after the other, first on one without VIPs"
            if examined.cluster.keepalived_starts_sync_daemon
            else "ansible-playbook lvs.cluster.site",
        )


@advice(
    "LVS865",
    "sync-overrun",
    each=each_director,
    unmended="The buffer's size takes effect when the sync daemon is started again, which can move the VIPs.",
)
def sync_overrun(_examined: Examined, host: str, report: Facts) -> Iterator[Note]:
    """The sync daemon of a director has lost messages, which came faster than it reads them. Connections in them end
    when this director takes the VIPs. What the other side drops before it sends, the kernel does not count.

    Give the daemon a larger buffer, which it gets when it is started again.
    """
    daemon = report["ipvs"]["sync_daemons"].get("backup")
    drops: Facts = report.get("health", {}).get("udp_drops", {})
    lost = sum(drops.get(str(port), 0) for port in _ports(report, daemon)) if daemon else 0
    if lost:
        yield seen(
            host,
            f"Its sync daemon has lost {lost} messages since it was started",
            "It must read all of them, or connections end when this director takes the VIPs",
            f"sysctl -w net.core.rmem_max={_BUFFER} {_BUFFER_OF_SYNC}={_BUFFER}; systemctl restart keepalived",
            extent=lost,
        )


def do_not_meet(examined: Examined) -> bool:
    """Whether the sync daemons of directors do not reach each other, or one that is wanted does not run."""
    meeting = _meetings(examined)
    wanted = bool(examined.cluster.sync_daemon)
    return len({tuple(each) for each in meeting.values()}) > 1 or (wanted and [] in meeting.values())


def _meetings(examined: Examined) -> dict[str, list[str]]:
    """Director -> by what its sync daemons meet those of others. One whose keepalived is stopped has none to tell."""
    uses_keepalived = examined.cluster.uses_keepalived
    return {
        host: _meeting(report)
        for host, report in examined.directors.items()
        if not (uses_keepalived and stopped(report))
    }


def _meeting(report: Facts) -> list[str]:
    """By what the sync daemons of a director meet those of others."""
    daemons = report["ipvs"]["sync_daemons"].values()
    ports = report["ipvs"]["sysctls"].get(_PORTS, "1")
    more = "" if ports == "1" else f" and {int(ports) - 1} more"
    return sorted({f"{each['sync_id']} at {endpoint(each['group'], each['port'])}{more}" for each in daemons})


def _ports(report: Facts, daemon: Facts) -> range:
    """The ports of a daemon: one for each of its threads."""
    return range(daemon["port"], daemon["port"] + int(report["ipvs"]["sysctls"].get(_PORTS, "1")))
