# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that are network namespaces of the machine under test.

What does not need a process of its own is done by a thread: a thread can be in a network namespace for itself, and an
emulated machine starts it in a millisecond, a process in thirty.
"""

from __future__ import annotations

import ctypes
import socket
import struct
import subprocess
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from itertools import product
from pathlib import Path
from typing import Any

from ansible_collections.lvs.cluster.tests.kernel.conftest import module, run

CLONE_NEWNET = 0x40000000
ETH_P_ALL = 3  # linux/if_ether.h: frames of every protocol
# A link-local address is good for nothing while the kernel looks for a second one like it, for a second or two. Until
# then a director forwards nothing: it asks for its neighbours by that address (ndisc_solicit() in net/ipv6/ndisc.c).
AT_ONCE = {"net.ipv6.conf.default.accept_dad": 0}
# A host that forwards between machines on one switch: what comes in on eth0 leaves on eth0 again, and the sender shall
# not be told of a shorter way. By IPv6 it is told all the same (ip6_forward() in net/ipv6/ip6_output.c).
FORWARDING = {
    "net.ipv4.ip_forward": 1,
    "net.ipv6.conf.all.forwarding": 1,
    "net.ipv4.conf.all.send_redirects": 0,
    "net.ipv4.conf.eth0.send_redirects": 0,
}
FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}


def enter(namespace: str) -> None:
    """Move this thread into a network namespace; its sockets stay in the one where they were opened."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/run/netns/{namespace}", "rb") as handle:
        if libc.setns(handle.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {namespace}")


def within(namespace: str, count: int = 1) -> ThreadPoolExecutor:
    """Threads in a network namespace, where the sockets that they open belong."""
    return ThreadPoolExecutor(count, initializer=enter, initargs=(namespace,))


def inside(namespace: str, *words: str, stdin: str = "") -> str:
    """Run a native tool in a network namespace and return what it prints."""
    return run("ip", "netns", "exec", namespace, *words, stdin=stdin)


def batch(namespace: str, lines: list[str]) -> None:
    """Have `ip -batch` work off lines in a network namespace."""
    run("ip", "-n", namespace, "-batch", "-", stdin="".join(f"{line}\n" for line in lines))


@contextmanager
def switch(name: str) -> Iterator[None]:
    """A bridge to which machines can be plugged in.

    It has a network namespace of its own: of what comes and goes there the kernel tells no udev
    (kobject_uevent_net_broadcast() in lib/kobject_uevent.c), which would start programs for each cable.
    """
    run("ip", "netns", "add", name)
    try:
        batch(name, ["link add lan type bridge", "link set lan up"])
        yield
    finally:
        run("ip", "netns", "delete", name)


@contextmanager
def machines(plugged_into: str, addresses_of: Mapping[str, list[str]]) -> Iterator[None]:
    """Machines on a switch, with these addresses on their eth0."""
    try:
        run("ip", "-batch", "-", stdin="".join(f"netns add {name}\n" for name in addresses_of))
        for name in addresses_of:
            set_sysctls(name, AT_ONCE)
        cables = [f"link add {name} type veth peer name eth0 netns {name}" for name in addresses_of]
        batch(plugged_into, [*cables, *(f"link set {name} master lan up" for name in addresses_of)])
        for name, addresses in addresses_of.items():
            batch(name, ["link set lo up", *map(on_eth0, addresses), "link set eth0 up"])
        yield
    finally:
        ends = "".join(f"netns delete {name}\n" for name in addresses_of)
        subprocess.run(["ip", "-force", "-batch", "-"], input=ends, capture_output=True, text=True, check=False)


def on_eth0(address: str) -> str:
    """What `ip -batch` is told so that a machine has an address, at once."""
    return f"address add {address} dev eth0{' nodad' if ':' in address else ''}"


def set_sysctls(namespace: str, values: Mapping[str, int]) -> None:
    """Write sysctls of a network namespace: /proc/sys/net shows each thread those of its own."""
    with within(namespace) as thread:
        for name, value in values.items():
            thread.submit(Path("/proc/sys", *name.split(".")).write_text, f"{value}\n").result()


@contextmanager
def serving(namespace: str, *ports: int) -> Iterator[None]:
    """Servers on all addresses of a machine, of both families.

    Each answers with the address that it sees as its client's, then with the one that it was reached at, and its name.
    """
    with ExitStack() as stack:
        for port, family in product(ports, FAMILIES.values()):
            # A thread each: an executor of several may take a busy one for an idle one, and wait for it for ever.
            thread = stack.enter_context(within(namespace))
            server = stack.enter_context(thread.submit(socket.create_server, ("", port), family=family).result())
            stack.callback(server.shutdown, socket.SHUT_RDWR)  # ends accept()
            thread.submit(answer, server, namespace)
        yield


def answer(server: socket.socket, name: str) -> None:
    with suppress(OSError):
        while True:
            talk, client = server.accept()
            with talk:
                talk.sendall(f"{client[0]} {talk.getsockname()[0]} {name}".encode())


def ask_by_tcp(address: str, port: int) -> list[str]:
    try:
        client = socket.create_connection((address, port), timeout=1)
    except OSError:
        return []
    with client:
        client.settimeout(20)
        return client.makefile().read().split()


def asked(namespace: str, address: str, port: int = 80) -> list[str]:
    """What a server answers a machine: the client's address and its own as it sees them, and its name; [] for none."""
    (answered,) = asked_each(namespace, {address: address}, port).values()
    return answered


def asked_each(
    namespace: str, addresses: Mapping[Any, str], port: int = 80, ask: Callable[[str, int], list[str]] = ask_by_tcp
) -> dict[Any, list[str]]:
    """The same for several addresses, asked at the same time: no answer takes a second."""
    with within(namespace, len(addresses)) as threads:
        answers = {name: threads.submit(ask, address, port) for name, address in addresses.items()}
        return {name: answer.result() for name, answer in answers.items()}


@contextmanager
def captured(namespace: str, expression: str, *options: str) -> Iterator[list[str]]:
    """The frames that a machine sends and gets meanwhile, as tcpdump tells of them.

    They are here before anything else has them (__netif_receive_skb_core() and dev_queue_xmit_nit() in net/core/dev.c):
    when something is answered, there is no need to wait for the frames that led to it.
    """
    frames: list[bytes] = []
    lines: list[str] = []
    with within(namespace) as thread, thread.submit(listen).result() as ear:
        yield lines
        with suppress(BlockingIOError):
            while True:
                frames.append(ear.recv(1 << 16))
    # As in a file of pcap: a header that ends with the largest length and the type of link, Ethernet; then every frame
    # with its time and its lengths.
    packed = struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 16, 1)
    packed += b"".join(struct.pack("=IIII", 0, 0, len(frame), len(frame)) + frame for frame in frames)
    words = ["tcpdump", "-n", "-t", "-r", "-", *options, expression]
    told = subprocess.run(words, input=packed, capture_output=True, check=True).stdout.decode()
    lines.extend(told.splitlines())


def listen() -> socket.socket:
    """A socket that gets all frames of eth0, for who does not wait for them."""
    ear = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    ear.bind(("eth0", ETH_P_ALL))
    ear.setblocking(False)
    return ear


def mac(namespace: str) -> str:
    """The hardware address of a machine's eth0."""
    with within(namespace) as thread, thread.submit(listen).result() as ear:
        return ear.getsockname()[4].hex(":")


def set_up(name: str, namespace: str, **options: Any) -> dict[str, Any]:
    """Run one of the collection's modules within a namespace; it must not fail."""
    result = module(name, inside=lambda: enter(namespace), **options)
    assert not result.get("failed"), result["msg"]
    return result
