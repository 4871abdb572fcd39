# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sync daemons, by which directors share their connections."""

from __future__ import annotations

from collections.abc import Iterator

from .._rules.rule import Note, error, seen, whole
from .examined import Examined, stopped


@error(
    "LVS861",
    "sync-differs",
    each=whole,
    unmended="Where keepalived has started the daemons, it takes a restart of keepalived, which can move the VIPs.",
)
def sync_differs(examined: Examined) -> Iterator[Note]:
    """The sync daemons of directors have different IDs, or a director has none.

    Where keepalived starts the daemons, restart it, first on a director without VIPs. Where it does not, roll the
    cluster out again.
    """
    running = {host: report for host, report in examined.directors.items() if not stopped(report)}
    numbers = {
        host: sorted({daemon["sync_id"] for daemon in report["ipvs"]["sync_daemons"].values()})
        for host, report in running.items()
    }
    wanted = bool(examined.cluster.sync_daemon)
    if len({tuple(each) for each in numbers.values()}) > 1 or (wanted and [] in numbers.values()):
        words = [f"{host}: {', '.join(map(str, each)) or 'none'}" for host, each in numbers.items()]
        yield seen(
            ", ".join(numbers),
            f"The IDs of their sync daemons are {'; '.join(words)}",
            "They must be equal, or connections end when another director takes the VIPs",
            "systemctl restart keepalived # on one director after the other, first on one without VIPs"
            if examined.cluster.keepalived_starts_sync_daemon
            else "ansible-playbook lvs.cluster.site",
        )
