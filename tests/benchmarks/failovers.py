# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""For how long clients of the example failover get no answer when the director with the VIP loses its power.

Ten times: the longest gap between two answered connections of a client that opens fifty a second, and what became of a
connection that was open all the while. In the lab of `make demo`, with keepalived's own timing: an advertisement each
second, and a backup that waits for three.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

import demo  # noqa: E402

TIMES = 10
SECONDS = 12
PROBE = (TESTS.parent / "plugins" / "module_utils" / "_probe.py").read_text()
ASK = f"\nprint(outage_ms(probe({demo.VIP!r}, 80, {SECONDS}, 0.02, 0.5)))\n"


def failover() -> tuple[int, int]:
    """Cut the power of lvs1 and boot it again; return the outage in milliseconds and the connections lost, 0 or 1."""
    probing = demo.ssh_words("client", "python3 -")
    with (
        demo.load("same") as load_told,
        subprocess.Popen(probing, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process,
    ):
        assert process.stdin is not None
        process.stdin.write(PROBE + ASK)
        process.stdin.close()
        process.stdin = None
        time.sleep(5)  # a connection is handed over with its third packet, and then every fiftieth
        demo.lab("kill", "lvs1")
        outage = int(process.communicate(timeout=SECONDS + 30)[0])
    demo.lab("start", "lvs1")
    demo.eventually(lambda: demo.has_vip("lvs1") and not demo.has_vip("lvs2"), 180)
    return outage, len(load_told["failed"])


def main() -> None:
    demo.lab("up")
    try:
        demo.roll_out("bench-failovers.log")
        outages, lost = zip(*(failover() for _time in range(TIMES)), strict=True)
    finally:
        demo.lab("down")
    figures = {"times": TIMES, "median_ms": statistics.median(outages), "worst_ms": max(outages), "lost": sum(lost)}
    print(json.dumps({"bench": "failover", **figures, "all_ms": outages}))


if __name__ == "__main__":
    main()
