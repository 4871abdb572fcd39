# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clocks of hosts, which have to agree where what happened on several of them is put in order."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median_low

from .._rules.rule import Note, advice, seen, whole
from .examined import Examined

_SECONDS = 30
"""By how much a clock may be ahead or behind: less than the steps in which people follow what has happened."""


@advice("LVS882", "clock-differs", each=whole, unmended="What sets the clocks belongs to the network of the hosts.")
def clock_differs(examined: Examined) -> Iterator[Note]:
    """The clock of a host differs from that of the others. Logs and the history of several hosts cannot be put in order
    (lvs.cluster.history, lvs.cluster.undo), and certificates may look as if they were not valid. VRRP, health checks,
    timeouts and the sync daemons do not go by it.

    Let the host get its time from the same source as the others.
    """
    clocks = {host: report["clock"] for host, report in examined.reports.items() if "clock" in report}
    if not clocks:
        return
    middles = {host: (clock["least"] + clock["most"]) / 2 for host, clock in clocks.items()}
    middle = median_low(middles.values())
    reference = min(host for host in middles if middles[host] == middle)
    for host, clock in sorted(clocks.items()):
        ahead = clock["least"] - clocks[reference]["most"]
        behind = clocks[reference]["least"] - clock["most"]
        if max(ahead, behind) >= _SECONDS:
            word = "ahead of" if ahead > behind else "behind"
            yield seen(
                host,
                f"Its clock is at least {max(ahead, behind):.0f} seconds {word} that of {reference}",
                "Clocks must agree, or logs and the history of hosts cannot be put in order",
                "timedatectl status; chronyc tracking",
            )
