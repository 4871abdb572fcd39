# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures that are measured on a real kernel; runs inside a lab machine and prints one JSON object per line.

Each measurement has a network namespace of its own: deleted destinations stay in a namespace's trash for minutes and
slow down every later load (IP_VS_DEST_TRASH_PERIOD, include/net/ip_vs.h).
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

SERVICES, DESTINATIONS = 10_000, 5
MODULE = (sys.executable, "-m", "ansible_collections.lvs.cluster.plugins.modules.ipvs_services")


def address(service: int) -> str:
    """198.18.0.0/15 is for benchmarks (RFC 2544)."""
    return f"198.18.{service // 250}.{service % 250 + 1}"


def real_server(number: int) -> str:
    return f"198.19.0.{number + 1}"


def as_options() -> str:
    services = [
        {
            "address": address(service),
            "port": 80,
            "scheduler": "wlc",
            "destinations": [{"address": real_server(number), "weight": 1} for number in range(DESTINATIONS)],
        }
        for service in range(SERVICES)
    ]
    return json.dumps({"ANSIBLE_MODULE_ARGS": {"state": "overridden", "services": services}})


def as_lines() -> str:
    lines = []
    for service in range(SERVICES):
        lines.append(f"-A -t {address(service)}:80 -s wlc\n")
        lines += [f"-a -t {address(service)}:80 -r {real_server(n)}:80 -g -w 1\n" for n in range(DESTINATIONS)]
    return "".join(lines)


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


def seconds(words: tuple[str, ...], stdin: str = "") -> tuple[float, str]:
    """Run a command; return how long it took and what it printed."""
    start = time.monotonic()
    done = subprocess.run(words, input=stdin, stdout=subprocess.PIPE, text=True, check=True)
    return time.monotonic() - start, done.stdout


def report(name: str, ours: float, theirs: float) -> None:
    figures = {"bench": name, "ours_s": round(ours, 2), "theirs_s": round(theirs, 2), "ratio": round(ours / theirs, 3)}
    print(json.dumps(figures), flush=True)


def main() -> None:
    options, lines = as_options(), as_lines()
    with namespace("theirs") as inside:
        their_load, _output = seconds((*inside, "ipvsadm", "-R"), lines)
        their_save, their_table = seconds((*inside, "ipvsadm", "-S", "-n"))
    with namespace("ours") as inside:
        our_load, output = seconds((*inside, *MODULE), options)
        if json.loads(output)["counts"]["added"] != SERVICES * (1 + DESTINATIONS):
            raise SystemExit("the load did not add everything")
        our_noop, output = seconds((*inside, *MODULE), options)
        if json.loads(output)["changed"]:
            raise SystemExit("the second run changed something")
        _time, our_table = seconds((*inside, "ipvsadm", "-S", "-n"))
    if sorted(our_table.splitlines()) != sorted(their_table.splitlines()):
        raise SystemExit("the two tables differ")
    report("load", our_load, their_load)
    report("noop", our_noop, their_save)


if __name__ == "__main__":
    main()
