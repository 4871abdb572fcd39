# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures that are measured on a real kernel; runs inside a lab machine and prints one JSON object per line.

Each measurement has a network namespace of its own: deleted destinations stay in a namespace's trash for minutes and
slow down every later load (IP_VS_DEST_TRASH_PERIOD, include/net/ip_vs.h).
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs import text
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.family import IpvsFamily
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.kernel import IpvsKernel
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import (
    Destination,
    Service,
    ServiceKey,
    Table,
    VirtualService,
    as_option,
    normal_service,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.plan import plan
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.socket import NETLINK_GENERIC, NetlinkSocket

SERVICES, DESTINATIONS = 10_000, 5
CURVE = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000)  # services and destinations together
REAL_SERVERS = 1_000
# Starts the module as Ansible's wrapper does, which hands the arguments over in memory.
LAUNCHER = """
import sys
from ansible.module_utils import basic
basic._ANSIBLE_ARGS, basic._ANSIBLE_PROFILE = sys.stdin.buffer.read(), "legacy"
from ansible_collections.lvs.cluster.plugins.modules import ipvs_services
ipvs_services.main()
"""
MODULE = (sys.executable, "-c", LAUNCHER)


def table(services: int, destinations: int, changed: int = 0) -> Table:
    """A table whose real servers each serve several services; one weight differs in each of the changed services.

    198.18.0.0/15 is for benchmarks (RFC 2544): services have the lower half, real servers the upper.
    """
    made: Table = {}
    for number in range(services):
        key = ServiceKey("ipv4", "tcp", f"198.18.{number // 250}.{number % 250 + 1}", 80, 0)
        listed = []
        for place in range(destinations):
            server = (number * destinations + place) % max(REAL_SERVERS, destinations)
            weight = 100 if number < changed and place == 0 else 1 + server % 9
            listed.append(Destination(f"198.19.{server // 250}.{server % 250 + 1}", 80, weight=weight))
        made[key] = VirtualService(normal_service(key, Service()), tuple(sorted(listed)))
    return made


def as_lines(table_to_write: Table) -> str:
    return "".join(f"{line}\n" for line in text.table_lines(table_to_write))


def as_arguments(table_to_list: Table) -> str:
    """The arguments of the module, with what a user would write: no option that has its default."""
    services = []
    for key, value in table_to_list.items():
        option = as_option(key, value)
        listed = [{"address": real["address"], "weight": real["weight"]} for real in option["destinations"]]
        services.append({"address": option["address"], "port": 80, "scheduler": "wlc", "destinations": listed})
    return json.dumps({"ANSIBLE_MODULE_ARGS": {"state": "overridden", "services": services}})


@contextmanager
def namespace(name: str) -> Iterator[tuple[str, ...]]:
    """The words that run a command in a fresh network namespace with an empty table."""
    subprocess.run(["ip", "netns", "add", name], check=True)
    # Without a local route every real server's address counts as a broadcast (inet_addr_type()).
    subprocess.run(["ip", "-n", name, "link", "set", "lo", "up"], check=True)
    inside = ("ip", "netns", "exec", name)
    try:
        yield inside
    finally:
        subprocess.run([*inside, "ipvsadm", "-C"], check=True)
        subprocess.run(["ip", "netns", "delete", name], check=True)


class Done(NamedTuple):
    seconds: float
    megabytes: float  # the most that the process had at once
    output: str


def timed(words: tuple[str, ...], stdin: str = "") -> Done:
    """Run a command as a whole process."""
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as printed:
        given.write(stdin)
        given.seek(0)
        start = time.monotonic()
        process = subprocess.Popen(words, stdin=given, stdout=printed)
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        output = printed.read()
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}: {output}")
    return Done(seconds, usage.ru_maxrss / 1024, output)


def run_module(inside: tuple[str, ...], arguments: str, expected: dict[str, int]) -> Done:
    done = timed((*inside, *MODULE), arguments)
    counts = json.loads(done.output)["counts"]
    if counts != expected:
        raise SystemExit(f"the module did {counts} instead of {expected}")
    return done


def measured_alone(services: int, destinations: int) -> dict[str, Any]:
    """What the work costs inside the process, in a namespace of its own."""
    with namespace("alone") as inside:
        here = (sys.executable, __file__, "alone", str(services), str(destinations))
        figures: dict[str, Any] = json.loads(timed((*inside, *here)).output)
    return figures


def alone(services: int, destinations: int) -> dict[str, float]:
    """Seconds for planning, for encoding, sending and acknowledging, and for reading of a new table."""
    wanted = table(services, destinations)
    gc.disable()
    with NetlinkSocket(NETLINK_GENERIC) as netlink:
        kernel = IpvsKernel(IpvsFamily(netlink))
        start = time.monotonic()
        changes = plan(wanted, {})
        planned = time.monotonic()
        kernel.apply(changes)
        applied = time.monotonic()
        reached = kernel.read()
        read = time.monotonic()
    if reached != wanted:
        raise SystemExit("what was read is not what was written")
    return {"plan_s": planned - start, "apply_s": applied - planned, "read_s": read - applied}


def report(name: str, ours: float, theirs: float, unit: str = "s") -> None:
    figures = {f"ours_{unit}": round(ours, 3), f"theirs_{unit}": round(theirs, 3), "ratio": round(ours / theirs, 3)}
    print(json.dumps({"bench": name, **figures}), flush=True)


def whole_table() -> None:
    """load, apply, change, noop, read, memory: 10,000 services with 5 real servers each, against ipvsadm."""
    before, after = table(SERVICES, DESTINATIONS), table(SERVICES, DESTINATIONS, changed=SERVICES // 100)
    objects = SERVICES * (1 + DESTINATIONS)
    with namespace("ours") as inside:
        load = run_module(inside, as_arguments(before), {"added": objects, "changed": 0, "removed": 0})
        noop = run_module(inside, as_arguments(before), {"added": 0, "changed": 0, "removed": 0})
        change = run_module(inside, as_arguments(after), {"added": 0, "changed": SERVICES // 100, "removed": 0})
        ours = timed((*inside, "ipvsadm", "-S", "-n")).output
    with namespace("theirs") as inside:
        their_load = timed((*inside, "ipvsadm", "-R"), as_lines(before))
        their_save = timed((*inside, "ipvsadm", "-S", "-n"))
        their_change = timed((*inside, "ipvsadm-restore"), as_lines(after))
        theirs = timed((*inside, "ipvsadm", "-S", "-n")).output
    if sorted(ours.splitlines()) != sorted(theirs.splitlines()):
        raise SystemExit("the two tables differ")
    in_process = measured_alone(SERVICES, DESTINATIONS)
    report("load", load.seconds, their_load.seconds)
    report("apply", in_process["apply_s"], their_load.seconds)
    report("change", change.seconds, their_change.seconds)
    report("noop", noop.seconds, their_save.seconds)
    report("read", in_process["read_s"], their_save.seconds)
    print(json.dumps({"bench": "memory", "megabytes": round(max(load.megabytes, noop.megabytes, change.megabytes), 1)}))


def wide() -> None:
    """1,000 destinations in one service against as many in services of 10."""
    one, many = measured_alone(1, 1_000), measured_alone(100, 10)
    for name in ("apply", "read"):
        report(f"wide {name}", one[f"{name}_s"] * 1_000, many[f"{name}_s"] * 1_000, "us_per_destination")


def curve() -> None:
    """What an object costs in tables of 1,000 to 50,000 objects."""
    for objects in CURVE:
        services = objects // (1 + DESTINATIONS)
        figures = measured_alone(services, DESTINATIONS)
        costs = {name[:-2] + "_us": round(seconds / objects * 1e6, 1) for name, seconds in figures.items()}
        print(json.dumps({"bench": "curve", "objects": objects, **costs}), flush=True)


def main() -> None:
    if sys.argv[1:2] == ["alone"]:
        print(json.dumps(alone(int(sys.argv[2]), int(sys.argv[3]))))
        return
    for part in (whole_table, wide, curve):
        if not sys.argv[1:] or part.__name__ in sys.argv[1:]:
            part()


if __name__ == "__main__":
    main()
