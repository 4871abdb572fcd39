# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules' own part costs, without a kernel: one JSON object for each call, in seconds of this machine's CPU.

  on_a_recorded_kernel.py [--times N] [--services N] [--destinations N]

Answers that a real kernel once gave (tests/unit/plugins/module_utils/_ipvs/recorded.json) are played back with the
addresses and weights of the table of on_a_kernel.py. It shows which phase of a call takes the time, and whether a
change of the code has made it faster; it says nothing of what the kernel needs. recorded_kernel is the player's own
part, which is in the figures of the phases too. Each call is a process of its own; the least of the times is printed.
"""

from __future__ import annotations

import argparse
import gc
import json
import socket as sockets
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from struct import Struct
from types import SimpleNamespace
from typing import Any

from ansible.module_utils import basic
from on_a_kernel import DESTINATIONS, SERVICES, as_arguments, table

from ansible_collections.lvs.cluster.plugins.module_utils import _bulk, _resource
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs import resource, wire
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.family import IpvsFamily
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.kernel import IpvsKernel
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import Table
from ansible_collections.lvs.cluster.plugins.module_utils._netlink import generic, ipvs, socket
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.address import to_bytes
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.attributes import HEADER as ATTRIBUTE
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.attributes import AttributeTable
from ansible_collections.lvs.cluster.plugins.modules import ipvs_services

PROJECT = Path(__file__).resolve().parents[2]
RECORDED = PROJECT / "tests" / "unit" / "plugins" / "module_utils" / "_ipvs" / "recorded.json"
FAMILY, PORT = 33, 7  # any numbers will do
TOGETHER = 46  # messages of destinations in one answer, as in the kernel's own
HEADER = socket.HEADER
SEQUENCE = Struct("=I")


class RecordedKernel:
    """Stands in for the socket of a kernel that has the table, or has it once it was sent something."""

    def __init__(self, has: Table, loaded: bool) -> None:
        service, *_others, destination = recorded()
        self._loaded = loaded
        self._waiting: list[bytes | bytearray] = []
        self._services = datagrams(
            [changed(service, ipvs.SERVICE, {**PLAIN, "ADDR": sixteen(key.address)}) for key in has]
        )
        self._destinations = {
            wire.identifying(key): datagrams(
                [
                    changed(destination, ipvs.DESTINATION, {**BARE, "ADDR": sixteen(one.address), "WEIGHT": one.weight})
                    for one in reversed(value.destinations)
                ]
            )
            for key, value in has.items()
        }

    def setsockopt(self, *_: Any) -> None: ...

    def bind(self, *_: Any) -> None: ...

    def close(self) -> None: ...

    def send(self, data: bytes) -> None:
        _length, kind, flags, sequence, _port = HEADER.unpack_from(data)
        if kind == generic.GENL_ID_CTRL:
            family = generic.CONTROL.encode({"FAMILY_ID": FAMILY})
            self._answer([HEADER.pack(HEADER.size + 4 + len(family), kind, 0, sequence, PORT) + bytes(4) + family])
        elif flags & socket.NLM_F_DUMP == socket.NLM_F_DUMP:
            listed = self._services if data[HEADER.size] == ipvs.GET_SERVICE else self._destinations[data[20:]]
            self._answer([answered(one, sequence) for one in listed if self._loaded])
            end = HEADER.size + socket.ERROR_CODE.size, socket.NLMSG_DONE, socket.NLM_F_MULTI, sequence, PORT
            self._answer([HEADER.pack(*end) + socket.ERROR_CODE.pack(0)])
            return
        else:
            self._loaded = True
            sequence += len(socket.split_messages(data)) - 1
        acknowledged = HEADER.size + socket.ERROR_CODE.size, socket.NLMSG_ERROR, socket.NLM_F_CAPPED, sequence, PORT
        self._answer([HEADER.pack(*acknowledged) + socket.ERROR_CODE.pack(0)])

    def _answer(self, datagrams: Iterable[bytes | bytearray]) -> None:
        self._waiting.extend(datagrams)

    def recv_into(self, buffer: memoryview, _size: int, _flags: int) -> int:
        answer = self._waiting.pop(0)
        buffer[: len(answer)] = answer
        return len(answer)


# What differs in the recorded service and destination from those of the table.
PLAIN = {"SCHED_NAME": "wlc", "FLAGS": (2, 2**32 - 1), "TIMEOUT": 0, "NETMASK": b"\xff" * 4}
BARE = {"U_THRESH": 0, "L_THRESH": 0}


def recorded() -> tuple[bytes, ...]:
    """The messages of a service by an IPv4 address and of its destinations; the last is by direct routing."""
    service, destinations = next(iter(json.loads(RECORDED.read_text(encoding="utf-8"))["services"].items()))
    return tuple(map(bytes.fromhex, (service, *destinations)))


def sixteen(address: str) -> bytes:
    return to_bytes(address).ljust(16, b"\0")


def changed(message: bytes, inside: AttributeTable, values: dict[str, Any]) -> bytes:
    """The message with other values in some attributes, of the same sizes."""
    start = generic.HEADER.size + ATTRIBUTE.size
    before = inside.decode(message, start)
    for name, value in values.items():
        message = message[:start] + message[start:].replace(
            inside.encode({name: before[name]}), inside.encode({name: value}), 1
        )
    return message


def datagrams(messages: list[bytes]) -> list[bytes]:
    """The messages as the kernel sends them, some at once; the sequence number is still to be filled in."""
    headed = [HEADER.pack(HEADER.size + len(one), FAMILY, socket.NLM_F_MULTI, 0, PORT) + one for one in messages]
    return [b"".join(headed[at : at + TOGETHER]) for at in range(0, len(headed), TOGETHER)]


def answered(listed: bytes, sequence: int) -> bytearray:
    """A datagram of messages of one size as the answer to a request."""
    answer = bytearray(listed)
    for at in range(0, len(answer), HEADER.unpack_from(listed)[0]):
        SEQUENCE.pack_into(answer, at + 8, sequence)
    return answer


class Stopwatch:
    """Seconds of CPU that functions take, by name, those together that have the same."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def watch(self, owner: Any, function: str, name: str) -> None:
        setattr(owner, function, self.timed(name, getattr(owner, function)))

    def timed(self, name: str, do: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            start = time.process_time()
            try:
                return do(*arguments, **named)
            finally:
                self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - start

        return timed


def call(kind: str, services: int, destinations: int) -> dict[str, float]:
    """What one call takes: load and noop are whole modules, read is the table alone."""
    listed = table(services, destinations)
    kernel = RecordedKernel(listed, loaded=kind != "load")
    watch = Stopwatch()
    socket.socket = SimpleNamespace(**{**vars(sockets), "socket": lambda *_: kernel})
    if kind == "read":
        reader = IpvsKernel(IpvsFamily(socket.NetlinkSocket(socket.NETLINK_GENERIC)))
        gc.disable()
        if watch.timed("read", reader.read)() != listed:
            raise SystemExit("what was read is not the table")
        return watch.seconds
    for name in ("send", "recv_into"):
        watch.watch(RecordedKernel, name, "recorded_kernel")
    watch.watch(_bulk.BulkModule, "__init__", "options")
    watch.watch(ipvs_services, "parse_services", "parse")
    watch.watch(resource, "desired_table", "desired")
    watch.watch(resource, "plan", "plan")
    watch.watch(IpvsKernel, "apply", "apply")
    watch.watch(IpvsKernel, "read", "read")
    watch.watch(_resource, "_result", "result")
    watch.watch(_bulk.BulkModule, "exit_json", "exit")
    basic._ANSIBLE_ARGS, basic._ANSIBLE_PROFILE = as_arguments(listed).encode(), "legacy"
    with suppress(SystemExit), redirect_stdout(StringIO()):
        watch.timed("all", ipvs_services.main)()
    return watch.seconds


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--services", type=int, default=SERVICES)
    parser.add_argument("--destinations", type=int, default=DESTINATIONS)
    parser.add_argument("--call", help="one call, in this process")
    options = parser.parse_args()
    sizes = options.services, options.destinations
    if options.call:
        print(json.dumps(call(options.call, *sizes)))
        return
    for kind in ("load", "noop", "read"):
        words = [sys.executable, __file__, "--call", kind, "--services", str(sizes[0]), "--destinations", str(sizes[1])]
        runs = [
            json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout)
            for _time in range(options.times)
        ]
        least = {f"{name}_s": round(min(run[name] for run in runs), 3) for name in runs[0]}
        print(json.dumps({"bench": f"recorded {kind}", **least}), flush=True)


if __name__ == "__main__":
    main()
