# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections through a director whose table changes under them.

A client, a director and three real servers, each in a network namespace of its own, on one bridge. Every byte that
comes back is compared with the one that was sent; `ipvsadm -Lcn` says which real server has which connection.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import module, paired, run
from ansible_collections.lvs.cluster.tests.kernel.namespaces import batch, enter, inside

BRIDGE = "lvsbridge"
CLIENT, DIRECTOR = "lvsclient", "lvsdirector"
REAL_SERVERS = {21: "lvsreal21", 22: "lvsreal22", 23: "lvsreal23"}
# By direct routing the answers go straight to the client, by NAT back through the director, the real servers' gateway.
DR_VIP, NAT_VIP = "198.51.100.198", "203.0.113.198"
ADDRESSES = {
    CLIENT: ["198.51.100.100/24", "203.0.113.100/24"],
    DIRECTOR: ["198.51.100.2/24", f"{DR_VIP}/32", "203.0.113.2/24", f"{NAT_VIP}/32"],
    **{name: [f"198.51.100.{host}/24"] for host, name in REAL_SERVERS.items()},
}
PORTS = {DR_VIP: 80, NAT_VIP: 8080}  # on the real servers
CONNECTIONS = 12  # to each of the two services, dealt out to three real servers
BLOCK = 500  # bytes
PAUSE = 0.1  # seconds between two blocks of a connection
PATIENCE = 5  # seconds without an answer after which a connection counts as dead

forking = multiprocessing.get_context("fork")


def ipvs_services(**options: Any) -> dict[str, Any]:
    result = module("ipvs_services", inside=lambda: enter(DIRECTOR), **options)
    assert not result.get("failed"), result["msg"]
    return result


@pytest.fixture
def network() -> Iterator[None]:
    namespaces = list(ADDRESSES)
    run("ip", "link", "add", BRIDGE, "type", "bridge")
    try:
        run("ip", "link", "set", BRIDGE, "up")
        for namespace in namespaces:
            run("ip", "netns", "add", namespace)
            run("ip", "link", "add", namespace, "type", "veth", "peer", "name", "eth0", "netns", namespace)
            run("ip", "link", "set", namespace, "master", BRIDGE, "up")
            lines = [f"address add {address} dev eth0" for address in ADDRESSES[namespace]]
            if namespace in REAL_SERVERS.values():
                # Before the VIP is there, for nobody but the director shall answer for it.
                inside(namespace, "sysctl", "-q", "net.ipv4.conf.all.arp_ignore=1", "net.ipv4.conf.all.arp_announce=2")
                lines += [f"address add {DR_VIP}/32 dev lo"]
                gateway = ["route add default via 198.51.100.2"]
            else:
                gateway = []
            # Without lo, every address of the namespace itself would count as unreachable.
            lines = ["link set lo up", *lines, "link set eth0 up", *gateway]
            batch(namespace, lines)
        # What comes in on eth0 leaves on eth0 again: the client must not be redirected to a shorter path.
        inside(DIRECTOR, "sysctl", "-q", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.send_redirects=0")
        inside(DIRECTOR, "sysctl", "-q", "net.ipv4.conf.eth0.send_redirects=0")
        yield
    finally:
        for namespace in namespaces:
            run("sh", "-c", f"ip netns delete {namespace} 2>/dev/null; ip link delete {namespace} 2>/dev/null; true")
        run("ip", "link", "delete", BRIDGE)


def serve(ready: Connection) -> None:
    """The real servers: each says its number first, then sends back whatever comes."""
    ears = selectors.DefaultSelector()
    for host, namespace in REAL_SERVERS.items():
        enter(namespace)
        for port in PORTS.values():
            ear = socket.create_server(("0.0.0.0", port), backlog=100)
            ears.register(ear, selectors.EVENT_READ, host)
    ready.send("ready")
    while True:
        for key, _events in ears.select():
            if key.data is not None:
                talk, _peer = key.fileobj.accept()
                talk.sendall(bytes([key.data]))
                ears.register(talk, selectors.EVENT_READ)
                continue
            try:
                heard = key.fileobj.recv(1 << 16)
                key.fileobj.sendall(heard)
            except OSError:
                heard = b""
            if not heard:
                ears.unregister(key.fileobj)
                key.fileobj.close()


class Talk:
    """One connection of the client: sends block after block of its own bytes, each when the last one is back."""

    def __init__(self, number: int, vip: str) -> None:
        self.vip = vip
        self.bytes = random.Random(number).randbytes(BLOCK * 97)  # another block each time, for a long time
        self.socket = socket.create_connection((vip, 80), timeout=PATIENCE)
        self.real_server = self.socket.recv(1)[0]
        self.port = self.socket.getsockname()[1]
        self.socket.setblocking(False)
        self.sent = self.heard = 0
        self.last = time.monotonic()
        self.end = ""

    def block(self) -> bytes:
        start = (self.sent // BLOCK) % 97 * BLOCK
        return self.bytes[start : start + BLOCK]

    def step(self) -> None:
        """Send or receive what can be; end says why the connection is dead."""
        now = time.monotonic()
        try:
            if self.heard == self.sent:
                if now - self.last >= PAUSE:
                    self.sent += self.socket.send(self.block())
                    self.last = now
                return
            heard = self.socket.recv(BLOCK)
        except BlockingIOError:
            if now - self.last > PATIENCE:
                self.end = "silent"
            return
        except OSError as error:
            self.end = type(error).__name__
            return
        start = self.heard % len(self.bytes)
        if not heard:
            self.end = "closed"
        elif heard != self.bytes[start : start + len(heard)]:
            self.end = "other bytes"
        self.heard += len(heard)

    def told(self) -> dict[str, Any]:
        return {
            "vip": self.vip,
            "port": self.port,
            "real_server": self.real_server,
            "bytes": self.heard,
            "end": self.end,
        }


def talk(orders: Connection) -> None:
    """The client: open all connections, keep all of them busy, report whenever the other side of the pipe asks."""
    enter(CLIENT)
    talks = [Talk(number, vip) for number in range(CONNECTIONS) for vip in (DR_VIP, NAT_VIP)]
    orders.send([one.told() for one in talks])
    while True:
        for one in talks:
            if not one.end:
                one.step()
        if orders.poll(0.005):
            orders.recv()
            orders.send([one.told() for one in talks])


@pytest.fixture
def traffic(network: None) -> Iterator[Connection]:
    """Ask it by send(); it answers with what each connection has done so far."""
    processes = []
    try:
        pipes = []
        for target in (serve, talk):
            here, there = forking.Pipe()
            process = forking.Process(target=target, args=(there,), daemon=True)
            if target is talk:
                ipvs_services(services=[service(DR_VIP), service(NAT_VIP)])
            process.start()
            processes.append(process)
            pipes.append(here)
            if target is serve:
                here.recv()
        yield pipes[1]
    finally:
        for process in processes:
            process.terminate()
            process.join()


def service(vip: str, weights: tuple[int, ...] = (1, 1, 1), **options: Any) -> dict[str, Any]:
    """One of the two services, with real servers from 21 on."""
    forward = {DR_VIP: "dr", NAT_VIP: "nat"}[vip]
    destinations = [
        {"address": f"198.51.100.{host}", "port": PORTS[vip], "forward": forward, "weight": weight}
        for host, weight in enumerate(weights, 21)
    ]
    return {"address": vip, "port": 80, "scheduler": "rr", **options, "destinations": destinations}


def other_services(count: int) -> list[dict[str, Any]]:
    destinations = [{"address": "198.51.100.21", "weight": 1}]
    return [{"address": DR_VIP, "port": 1000 + number, "destinations": destinations} for number in range(count)]


# What both services are brought to, one after the other: settings, weights, and how many others there are beside them.
CHANGES: list[tuple[dict[str, Any], tuple[int, ...], int]] = [
    ({}, (5, 1, 1), 0),
    ({}, (0, 1, 1), 0),
    ({}, (0, 7, 2), 3),
    ({"scheduler": "wlc"}, (0, 7, 2), 3),
    ({"scheduler": "wlc"}, (1, 0, 0), 5),
    ({"scheduler": "wlc"}, (0, 0, 0), 5),
    ({"scheduler": "sh", "scheduler_flags": ["fallback"]}, (3, 1, 1), 5),
    ({"scheduler": "mh"}, (3, 1, 1, 1), 1),
    ({"scheduler": "wlc", "persistence_timeout": 300}, (3, 1, 1, 1), 1),
    ({"scheduler": "wlc", "persistence_timeout": 60, "persistence_netmask": "255.255.255.0"}, (3, 1, 1, 0), 0),
    ({"scheduler": "wrr"}, (1, 0, 1), 4),
    ({}, (2, 2, 2), 0),
]
LAST: tuple[dict[str, Any], tuple[int, ...], int] = ({"scheduler": "wlc"}, (0, 1), 2)
REMOVED = 23  # by the last change


def connections_by_ipvsadm() -> dict[tuple[str, int], int]:
    """(VIP, the client's port) -> the real server's number, of every established connection."""
    lines = [line.split() for line in inside(DIRECTOR, "ipvsadm", "-Lcn").splitlines()]
    return {
        (words[4].split(":")[0], int(words[3].split(":")[1])): int(words[5].split(":")[0].rpartition(".")[2])
        for words in lines
        if words[0] == "TCP" and words[2] == "ESTABLISHED"
    }


def has_carried(earlier: list[dict[str, Any]], later: list[dict[str, Any]]) -> list[bool]:
    """Whether each connection has carried something between two reports."""
    return [after["bytes"] > before["bytes"] for before, after in paired(earlier, later)]


def test_connections_to_what_stays_carry_every_byte(traffic: Connection) -> None:
    def report() -> list[dict[str, Any]]:
        traffic.send("report")
        return traffic.recv()

    reports = [traffic.recv()]
    real_servers = Counter((one["vip"], one["real_server"]) for one in reports[0])
    assert real_servers == {(vip, host): CONNECTIONS / 3 for vip in PORTS for host in REAL_SERVERS}
    changes = 0
    for settings, weights, others in [*CHANGES, *CHANGES, LAST]:
        listed = [service(vip, weights, **settings) for vip in PORTS]
        counts = ipvs_services(state="overridden", services=[*listed, *other_services(others)])["counts"]
        changes += sum(counts.values())
        reports.append(report())
    # Time for those to the removed server to count as dead, and for all others to go on.
    time.sleep(PATIENCE + 1)
    last = report()
    kept = [one for one in last if one["real_server"] != REMOVED]
    ends = Counter(one["end"] or "alive" for one in last if one["real_server"] == REMOVED)
    print(
        f"{len(last)} connections, {sum(one['bytes'] for one in last)} bytes, {changes} changes in {len(reports) - 1} "
        f"calls; those to the removed server: {dict(ends)}"
    )
    evidence = json.dumps(last, indent=1)
    assert [one for one in kept if one["end"]] == [], evidence
    # None stood still: in each half of the time and after the last change, each has carried something.
    half = len(reports) // 2
    for earlier, later in ((reports[0], reports[half]), (reports[half], reports[-1]), (reports[-1], last)):
        carried = has_carried(earlier, later)
        assert all(done for done, one in paired(carried, last) if one in kept), evidence
    assert {(one["vip"], one["port"]): one["real_server"] for one in kept}.items() <= connections_by_ipvsadm().items()
