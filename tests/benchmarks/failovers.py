# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""For how long clients of the example failover get no answer when the director with the VIP loses power, ten times.

In the lab of `make demo` and measured as there, with keepalived's own timing: an advertisement each second, and a
backup that waits for three.
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import demo

TIMES = 10


def main() -> None:
    demo.lab("up")
    try:
        demo.roll_out("bench-failovers.log")
        crashes = [demo.kill_the_active_director() for _time in range(TIMES)]
    finally:
        demo.lab("down")
    outages = [crash["failover_outage_ms"] for crash in crashes]
    lost = [crash["failover_lost_connections"] for crash in crashes]
    figures = {"times": TIMES, "median_ms": statistics.median(outages), "worst_ms": max(outages), "lost": sum(lost)}
    print(json.dumps({"bench": "failover", **figures, "all_ms": outages, "all_lost": lost}))


if __name__ == "__main__":
    main()
