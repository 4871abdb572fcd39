# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""For how long a client gets no answer when the director with the VIP is cut off, ten times: median and worst.

With keepalived's own timing and with `profile: fast`, each while the processors are idle and while each has two
programs that never wait. Two directors are network namespaces of one lab machine, with a keepalived each; the client is
a third, and opens fifty connections a second to a server that both directors have. The cable of the director that has
the VIP is pulled, and plugged in again. Only preempt_delay is shorter than in the profile: no connections are shared.

    python tests/kernel/guest.py python3 tests/benchmarks/failovers_on_a_kernel.py

prints one JSON object per line.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

os.environ["LVS_THROWAWAY_MACHINE"] = "yes"

from ansible_collections.lvs.cluster.plugins.module_utils._probe import outage_ms, probe
from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.configuration import configuration
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.parse import parse
from ansible_collections.lvs.cluster.tests.kernel.conftest import eventually, run
from ansible_collections.lvs.cluster.tests.kernel.namespaces import (
    batch,
    inside,
    machines,
    serving,
    switch,
    within,
)

VIP, PORT = "192.0.2.198", 80
DIRECTORS = {"lvs1": "192.0.2.2", "lvs2": "192.0.2.3"}
HOSTS = {
    "lvs1": {"ansible_host": DIRECTORS["lvs1"], "lvs_interface": "eth0", "lvs_priority": 150},
    "lvs2": {"ansible_host": DIRECTORS["lvs2"], "lvs_interface": "eth0", "lvs_priority": 100},
    "web1": {"ansible_host": "192.0.2.21"},
}
GROUPS = {"all": [*HOSTS], "lvs_directors": [*DIRECTORS]}
SERVICE = {"name": "shop", "address": VIP, "port": PORT, "real_servers": [{"host": "web1"}]}
PROFILES: dict[str, dict[str, Any]] = {"none": {}, "fast": {"profile": "fast", "preempt_delay": 1}}
TIMES = int(sys.argv[1]) if sys.argv[1:] else 10
SECONDS = {"none": 15, "fast": 5}


@contextmanager
def director(name: str, vrrp: dict[str, Any], folder: Path) -> Iterator[None]:
    cluster = parse({"vrrp": vrrp, "checks_by": "none", "vips_by": "vrrp"}, [SERVICE], GROUPS, HOSTS)
    path = folder / f"{name}.conf"
    path.write_text(configuration(cluster, cluster.director(name), {DIRECTORS[name]: "eth0", VIP: "eth0"}))
    pids = [f"--{option}={folder}/{name}.{option}" for option in ("pid", "vrrp_pid", "checkers_pid")]
    words = ["keepalived", "--dont-fork", "--vrrp", "--log-console", "--use-file", str(path), *pids]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(["ip", "netns", "exec", name, *words], **quiet)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def load(loaded: bool) -> Iterator[None]:
    """Two programs for each processor that never wait."""
    count = 2 * (os.cpu_count() or 1) if loaded else 0
    programs = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _each in range(count)]
    try:
        yield
    finally:
        for program in programs:
            program.kill()
            program.wait()


def has_vip(name: str) -> bool:
    return VIP in inside(name, "ip", "-4", "-brief", "address", "show", "dev", "eth0")


def outage(seconds: float) -> int:
    """In milliseconds, for the client, while the cable of lvs1 is pulled; then all is as before again."""
    with within("client") as thread:
        asked = thread.submit(probe, VIP, PORT, seconds, 0.02, 0.5)
        time.sleep(1)
        batch("lan", ["link set lvs1 down"])
        told = outage_ms(asked.result())
    batch("lan", ["link set lvs1 up"])
    eventually(lambda: has_vip("lvs1") and not has_vip("lvs2"))
    time.sleep(1)
    return told


def figures(profile: str, loaded: bool) -> dict[str, Any]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.enter_context(switch("lan"))
        places = {**DIRECTORS, "client": "192.0.2.9"}
        stack.enter_context(machines("lan", {name: [f"{own}/24"] for name, own in places.items()}))
        for name in DIRECTORS:
            stack.enter_context(serving(name, PORT))
            stack.enter_context(director(name, PROFILES[profile], folder))
        eventually(lambda: has_vip("lvs1"))
        time.sleep(2)
        stack.enter_context(load(loaded))
        outages = [outage(SECONDS[profile]) for _time in range(TIMES)]
    return {"times": TIMES, "median_ms": statistics.median(outages), "worst_ms": max(outages), "all_ms": outages}


def main() -> None:
    run("mkdir", "-p", "/etc/lvs")
    for profile in PROFILES:
        for loaded in (False, True):
            told = {"bench": "failover", "profile": profile, "load": loaded, **figures(profile, loaded)}
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
