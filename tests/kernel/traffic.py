# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real connections over lo, through services whose real server is this machine; and what ipvsadm tells of them."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from ansible_collections.lvs.cluster.tests.kernel.conftest import ipvsadm, run

VIP, VIP6 = "192.0.2.198", "2001:db8::198"
SERVICES = f"""
-A -t {VIP}:8000 -s rr -p 600
-a -t {VIP}:8000 -r 127.0.0.1:PORT -m -w 1
-a -t {VIP}:8000 -r 127.0.0.2:PORT -m -w 0
-A -u {VIP}:5353 -s rr
-a -u {VIP}:5353 -r 127.0.0.1:PORT -m -w 1
-A -t [{VIP6}]:8000 -s rr
-a -t [{VIP6}]:8000 -r [::1]:PORT -m -w 1
-A -f 4 -6 -s wlc
-a -f 4 -6 -r [2001:db8::21]:0 -g -w 1
""".lstrip()
COLUMNS = {
    "--stats": 5,  # connections, packets and bytes, in and out
    "--rate": 5,
    "--persistent-conn": 4,  # weight, persistent, active and inactive connections
}


@contextmanager
def connections() -> Iterator[int]:
    """SERVICES alone in the table, and connections: three of TCP, one of them closed; one of UDP; one of IPv6.

    Yields the port of the real servers. It is another one each time: for minutes, the kernel gives a real server that
    comes back the connections that it had (ip_vs_trash_get_dest()).
    """
    ipvsadm("-C")
    run("ip", "address", "add", f"{VIP}/32", "dev", "lo")
    run("ip", "address", "add", f"{VIP6}/128", "dev", "lo", "nodad")
    try:
        with ExitStack() as stack:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            port = listener.getsockname()[1]
            ipvsadm("-R", stdin=SERVICES.replace("PORT", str(port)))
            for closed in (True, False, False):
                ends = ask(stack, listener, VIP, 1000)
                if closed:
                    for end in ends:
                        end.close()
            ask(stack, stack.enter_context(socket.create_server(("::1", port), family=socket.AF_INET6)), VIP6, 500)
            ask_once(stack, port)
            yield port
    finally:
        ipvsadm("-C")
        run("ip", "address", "delete", f"{VIP}/32", "dev", "lo")
        run("ip", "address", "delete", f"{VIP6}/128", "dev", "lo")


def ask(stack: ExitStack, listener: socket.socket, vip: str, size: int) -> tuple[socket.socket, socket.socket]:
    """Open a connection, send so many bytes and get three times as many back; return its two ends."""
    client = stack.enter_context(socket.create_connection((vip, 8000), 10))
    server, _address = listener.accept()
    stack.enter_context(server)
    client.sendall(bytes(size))
    received(server, size)
    server.sendall(bytes(3 * size))
    received(client, 3 * size)
    return client, server


def received(end: socket.socket, size: int) -> None:
    while size:
        data = end.recv(size)
        if not data:
            raise AssertionError("a connection through the director ended early")
        size -= len(data)


def ask_once(stack: ExitStack, port: int) -> None:
    """Send one datagram and get one back."""
    server = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    server.bind(("127.0.0.1", port))
    client = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    client.settimeout(10)
    client.connect((VIP, 5353))
    client.send(bytes(100))
    _data, address = server.recvfrom(1000)
    server.sendto(bytes(300), address)
    client.recv(1000)


def counted_by_ipvsadm(option: str) -> dict[str, list[int]]:
    """{"service" or "service -> real server": the numbers that ipvsadm shows for it}."""
    counted = {}
    service = ""
    for line in ipvsadm("-L", "-n", option, "--exact")[3:]:
        words = line.split()
        columns = COLUMNS[option]
        if words[0] == "->":
            counted[f"{service} -> {words[1]}"] = [int(word) for word in words[-columns:]]
        else:
            service = f"{words[0]} {words[1]}"
            if option != "--persistent-conn":
                counted[service] = [int(word) for word in words[-columns:]]
    return counted


def told_by_ipvsadm() -> dict[str, dict[str, list[int]]]:
    return {option: counted_by_ipvsadm(option) for option in COLUMNS}


def wait_for_counters() -> None:
    """The kernel adds up what its processors have counted every two seconds (ip_vs_est.c)."""
    deadline = time.monotonic() + 20
    seen: Any = None
    while time.monotonic() < deadline:
        now = counted_by_ipvsadm("--stats")
        if now == seen and any(now[f"UDP {VIP}:5353"]):
            return
        seen = now
        time.sleep(2.5)
    raise AssertionError(f"the counters do not come to rest: {seen}")
