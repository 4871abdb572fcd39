# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures that are measured on a real kernel; runs inside a lab machine and prints one JSON object per line.

  on_a_kernel.py [--times N] [--services N] [PART...]

The parts are the functions in PARTS; by default all of them, three times, with 10,000 services.

Ours and ipvsadm's follow one another within each round, and who begins changes from round to round. A row has the
medians of the rounds and the least, the median and the greatest of the ratios, each of one round: what else the machine
does meanwhile slows both. Each table has a network namespace of its own: deleted destinations stay in a namespace's
trash for minutes and slow down every later load (IP_VS_DEST_TRASH_PERIOD, include/net/ip_vs.h).
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address
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
    name_as_option,
    normal_service,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.plan import plan
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.socket import NETLINK_GENERIC, NetlinkSocket

SERVICES, DESTINATIONS = 10_000, 5
CURVE = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000)  # services and destinations together
REAL_SERVERS = 1_000
# Starts a module as Ansible's wrapper does, which hands the arguments over in memory.
LAUNCHER = """
import importlib, sys
from ansible.module_utils import basic
basic._ANSIBLE_ARGS, basic._ANSIBLE_PROFILE = sys.stdin.buffer.read(), "legacy"
importlib.import_module(f"ansible_collections.lvs.cluster.plugins.modules.{sys.argv[1]}").main()
"""


def table(services: int, destinations: int, changed: int = 0, servers: int = REAL_SERVERS) -> Table:
    """A table whose real servers each serve several services; one weight differs in each of the changed services.

    198.18.0.0/15 is for benchmarks (RFC 2544): services have the lower half, real servers the upper.
    """
    made: Table = {}
    for number in range(services):
        key = ServiceKey("ipv4", "tcp", f"198.18.{number // 250}.{number % 250 + 1}", 80, 0)
        listed = []
        for place in range(destinations):
            server = (number * destinations + place) % max(servers, destinations)
            weight = 100 if number < changed and place == 0 else 1 + server % 9
            listed.append(Destination(f"198.19.{server // 250}.{server % 250 + 1}", 80, weight=weight))
        made[key] = VirtualService(normal_service(key, Service()), tuple(sorted(listed)))
    return made


def mixed(services: int, destinations: int) -> Table:
    """Services by IPv4, IPv6 and mark in turn, in all three ways; 2001:2::/48 is for benchmarks (RFC 5180)."""
    made: Table = {}
    for number, (key, value) in enumerate(table(services, destinations).items()):
        forward = ("dr", "nat", "tun")[number // 3 % 3]
        real_servers = [one._replace(forward=forward) for one in value.destinations]
        if number % 3 == 1:
            key = ServiceKey("ipv6", "tcp", f"2001:2::{number + 1:x}", 80, 0)
            real_servers = [one._replace(address=as_ipv6(one.address)) for one in real_servers]
        elif number % 3 == 2:
            key = ServiceKey("ipv4", "", "", 0, number)
            real_servers = [one._replace(port=0) for one in real_servers]
        made[key] = VirtualService(normal_service(key, Service()), tuple(sorted(real_servers)))
    return made


def as_ipv6(address: str) -> str:
    return f"2001:2:0:1::{int(IPv4Address(address)) & 0xFFFF:x}"


def as_lines(table_to_write: Table) -> str:
    return "".join(f"{line}\n" for line in text.table_lines(table_to_write))


DEFAULTS = {**Destination("", 80)._asdict(), **Service()._asdict(), "persistence_netmask": "255.255.255.255"}


def as_arguments(table_to_list: Table) -> str:
    """The arguments of the module, with what a user would write: no option that has its default."""
    services = []
    for key, value in table_to_list.items():
        listed = [
            {name: given for name, given in real._asdict().items() if name == "weight" or given != DEFAULTS[name]}
            for real in value.destinations
        ]
        services.append({**name_as_option(key), "scheduler": value.service.scheduler, "destinations": listed})
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


def module(inside: tuple[str, ...], name: str, arguments: str) -> Done:
    return timed((*inside, sys.executable, "-c", LAUNCHER, name), arguments)


def set_up(inside: tuple[str, ...], arguments: str, added: int = 0, changed: int = 0) -> Done:
    """Run ipvs_services."""
    done = module(inside, "ipvs_services", arguments)
    counts = json.loads(done.output)["counts"]
    if counts != {"added": added, "changed": changed, "removed": 0}:
        raise SystemExit(f"the module did {counts}")
    return done


def here(inside: tuple[str, ...], *words: object) -> dict[str, float]:
    """Run one of IN_PROCESS in a process of its own there."""
    figures: dict[str, float] = json.loads(timed((*inside, sys.executable, __file__, *map(str, words))).output)
    return figures


def writing(services: int, destinations: int) -> dict[str, float]:
    """Seconds for planning, for encoding, sending and acknowledging, and for reading what was just sent."""
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
    return {"plan_s": planned - start, "apply_s": applied - planned, "verify_s": read - applied}


def reading() -> dict[str, float]:
    """Seconds for reading a table of which nothing is known."""
    gc.disable()
    with NetlinkSocket(NETLINK_GENERIC) as netlink:
        kernel = IpvsKernel(IpvsFamily(netlink))
        start = time.monotonic()
        kernel.read()
        return {"read_s": time.monotonic() - start}


IN_PROCESS = {"writing": writing, "reading": reading}


class Rounds:
    """What several rounds have measured: for each row, ours and theirs."""

    def __init__(self, times: int) -> None:
        self._times = times
        self._pairs: dict[str, list[tuple[float, float]]] = defaultdict(list)

    def __iter__(self) -> Iterator[bool]:
        """Yield, for each round, whether we begin."""
        return (number % 2 == 0 for number in range(self._times))

    def add(self, name: str, ours: float, theirs: float) -> None:
        self._pairs[name].append((ours, theirs))

    def report(self, unit: str = "s") -> None:
        for name, pairs in self._pairs.items():
            ours, theirs = (round(statistics.median(side), 3) for side in zip(*pairs, strict=True))
            ratios = [ours / theirs for ours, theirs in pairs]
            spread = {"least": min(ratios), "ratio": statistics.median(ratios), "greatest": max(ratios)}
            rounded = {word: round(ratio, 3) for word, ratio in spread.items()}
            print(json.dumps({"bench": name, f"ours_{unit}": ours, f"theirs_{unit}": theirs, **rounded}), flush=True)


def either_first(we_begin: bool, ours: Callable[[], Any], theirs: Callable[[], Any]) -> tuple[Any, Any]:
    if we_begin:
        return ours(), theirs()
    they = theirs()
    return ours(), they


def memory(name: str, *done: Done) -> None:
    megabytes = round(max(one.megabytes for one in done), 1)
    print(json.dumps({"bench": f"memory {name}".rstrip(), "megabytes": megabytes}), flush=True)


SAVE = ("ipvsadm", "-S", "-n")


def against_ipvsadm(name: str, times: int, wanted: Table, changed: Table | None = None) -> None:
    """load, noop, read and, with a changed table, change; noop and read are of a table that ipvsadm has loaded."""
    arguments, lines = as_arguments(wanted), as_lines(wanted)
    objects = sum(1 + len(value.destinations) for value in wanted.values())
    rounds, runs = Rounds(times), []

    def ours() -> tuple[Done, Done | None, str]:
        with namespace("ours") as inside:
            load = set_up(inside, arguments, added=objects)
            table_now = timed((*inside, *SAVE)).output
            after = set_up(inside, as_arguments(changed), changed=differing) if changed else None
            return load, after, table_now

    def theirs() -> tuple[Done, Done | None, str]:
        with namespace("theirs") as inside:
            load = timed((*inside, "ipvsadm", "-R"), lines)
            noop, save = either_first(not we_begin, lambda: set_up(inside, arguments), lambda: timed((*inside, *SAVE)))
            rounds.add(f"noop {name}".rstrip(), noop.seconds, save.seconds)
            read, save = either_first(we_begin, lambda: here(inside, "reading"), lambda: timed((*inside, *SAVE)))
            rounds.add(f"read {name}".rstrip(), read["read_s"], save.seconds)
            runs.append(noop)
            after = timed((*inside, "ipvsadm-restore"), as_lines(changed)) if changed else None
            return load, after, save.output

    differing = sum(value != wanted[key] for key, value in changed.items()) if changed else 0
    for we_begin in rounds:
        (load, change, our_table), (their_load, their_change, their_table) = either_first(we_begin, ours, theirs)
        if sorted(our_table.splitlines()) != sorted(their_table.splitlines()):
            raise SystemExit("the two tables differ")
        rounds.add(f"load {name}".rstrip(), load.seconds, their_load.seconds)
        if change and their_change:
            rounds.add(f"change {name}".rstrip(), change.seconds, their_change.seconds)
            runs.append(change)
        if name == "":
            with namespace("alone") as inside:
                rounds.add("apply", here(inside, "writing", len(wanted), DESTINATIONS)["apply_s"], their_load.seconds)
        runs.append(load)
    rounds.report()
    memory(name, *runs)


def whole_table(options: argparse.Namespace) -> None:
    """load, apply, change, noop, read, memory: 10,000 services with 5 real servers each, against ipvsadm."""
    changed = table(options.services, DESTINATIONS, changed=options.services // 100)
    against_ipvsadm("", options.times, table(options.services, DESTINATIONS), changed)


def different(options: argparse.Namespace) -> None:
    """The same where no real server is in two services."""
    servers = options.services * DESTINATIONS
    against_ipvsadm("different", options.times, table(options.services, DESTINATIONS, servers=servers))


def mixture(options: argparse.Namespace) -> None:
    """The same with IPv4, IPv6 and marks in turn, by dr, nat and tun."""
    against_ipvsadm("mixed", options.times, mixed(options.services, DESTINATIONS))


def fifty(options: argparse.Namespace) -> None:
    """load, noop, memory, and the change of one weight: 5,000 services with 50 real servers each.

    ipvsadm-restore would empty the table first, and then need hours because of the trash: the change of one is measured
    against `ipvsadm -S -n`, which only reads the table.
    """
    services, destinations = options.services // 2, 10 * DESTINATIONS
    wanted, changed = table(services, destinations), table(services, destinations, changed=1)
    rounds, runs = Rounds(options.times), []

    def ours() -> Done:
        with namespace("ours") as inside:
            return set_up(inside, as_arguments(wanted), added=services * (1 + destinations))

    def theirs() -> Done:
        with namespace("theirs") as inside:
            load = timed((*inside, "ipvsadm", "-R"), as_lines(wanted))
            noop, save = either_first(
                not we_begin, lambda: set_up(inside, as_arguments(wanted)), lambda: timed((*inside, *SAVE))
            )
            change = set_up(inside, as_arguments(changed), changed=1)
            rounds.add("noop with 50", noop.seconds, save.seconds)
            rounds.add("change of one with 50", change.seconds, save.seconds)
            runs.extend((noop, change))
            return load

    for we_begin in rounds:
        load, their_load = either_first(we_begin, ours, theirs)
        rounds.add("load with 50", load.seconds, their_load.seconds)
        runs.append(load)
    rounds.report()
    memory("with 50", *runs)


def info(options: argparse.Namespace) -> None:
    """ipvs_info with the statistics of 50,000 destinations, against `ipvsadm -L -n --stats`."""
    rounds = Rounds(options.times)
    with namespace("info") as inside:
        services = options.services
        set_up(inside, as_arguments(table(services, DESTINATIONS)), added=services * (1 + DESTINATIONS))
        for we_begin in rounds:
            told, listed = either_first(
                we_begin,
                lambda: module(inside, "ipvs_info", json.dumps({"ANSIBLE_MODULE_ARGS": {}})),
                lambda: timed((*inside, "ipvsadm", "-L", "-n", "--stats")),
            )
            rounds.add("info", told.seconds, listed.seconds)
    rounds.report()
    memory("info", told)


def wide(options: argparse.Namespace) -> None:
    """1,000 destinations in one service against as many in services of 10."""
    rounds = Rounds(options.times)
    for we_begin in rounds:
        one, many = either_first(we_begin, lambda: alone(1, 1_000), lambda: alone(100, 10))
        for name in ("apply", "read"):
            rounds.add(f"wide {name}", one[f"{name}_s"] * 1_000, many[f"{name}_s"] * 1_000)
    rounds.report("us_per_destination")


def alone(services: int, destinations: int) -> dict[str, float]:
    """What the work costs inside the process, in a namespace of its own."""
    with namespace("alone") as inside:
        return {**here(inside, "writing", services, destinations), **here(inside, "reading")}


def curve(options: argparse.Namespace) -> None:
    """What an object costs in tables of 1,000 to 50,000 objects: the least of several times."""
    for objects in CURVE:
        several = [alone(objects // (1 + DESTINATIONS), DESTINATIONS) for _time in range(options.times)]
        costs = {name[:-2] + "_us": round(min(one[name] for one in several) / objects * 1e6, 1) for name in several[0]}
        print(json.dumps({"bench": "curve", "objects": objects, **costs}), flush=True)


PARTS = {part.__name__: part for part in (whole_table, different, mixture, fifty, info, wide, curve)}


def main() -> None:
    if sys.argv[1:] and sys.argv[1] in IN_PROCESS:
        print(json.dumps(IN_PROCESS[sys.argv[1]](*map(int, sys.argv[2:]))))
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--services", type=int, default=SERVICES)
    parser.add_argument("parts", nargs="*", metavar="PART", default=[*PARTS])
    options = parser.parse_args()
    for part in options.parts:
        PARTS[part](options)


if __name__ == "__main__":
    main()
