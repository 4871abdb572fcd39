# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What clients notice of a drain that IPVS ties to a real server: by persistence, or by a port of UDP.

The real servers are this machine at two addresses; each answers with its own.
"""

from __future__ import annotations

import multiprocessing
import selectors
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import eventually, ipvsadm, module, run

VIP, PORT = "192.0.2.198", 8053
REAL_SERVERS = ("127.0.0.1", "127.0.0.2")
TEMPLATES = "net.ipv4.vs.expire_quiescent_template"

pytestmark = pytest.mark.usefixtures("kernel")


def answer() -> None:
    """The real servers: who connects, or sends a datagram, gets the address of the one that it came to."""
    ears = selectors.DefaultSelector()
    for address in REAL_SERVERS:
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagrams.bind((address, PORT))
        for ear in (socket.create_server((address, PORT)), datagrams):
            ears.register(ear, selectors.EVENT_READ, address)
    while True:
        for key, _events in ears.select():
            ear, address = key.fileobj, key.data
            if ear.type == socket.SOCK_DGRAM:
                _asked, client = ear.recvfrom(100)
                ear.sendto(address.encode(), client)
            else:
                with ear.accept()[0] as talk:
                    talk.sendall(address.encode())


@pytest.fixture(autouse=True)
def real_servers() -> Iterator[None]:
    run("ip", "address", "add", f"{VIP}/32", "dev", "lo")
    process = multiprocessing.get_context("fork").Process(target=answer, daemon=True)
    process.start()
    try:
        eventually(lambda: all(map(listens, REAL_SERVERS)))
        yield
    finally:
        process.terminate()
        process.join()
        ipvsadm("-C")
        run("sysctl", "-q", f"{TEMPLATES}=0")
        run("ip", "address", "delete", f"{VIP}/32", "dev", "lo")


def listens(address: str) -> bool:
    with socket.socket() as client:
        return client.connect_ex((address, PORT)) == 0


def balance(option: str, *settings: str) -> None:
    lines = [f"-A {option} {VIP}:{PORT} -s rr {' '.join(settings)}"]
    lines += [f"-a {option} {VIP}:{PORT} -r {address}:{PORT} -m -w 1" for address in REAL_SERVERS]
    ipvsadm("-R", stdin="".join(f"{line}\n" for line in lines))


def by_stream() -> str:
    with socket.create_connection((VIP, PORT), 10) as client:
        return client.recv(100).decode()


def by_datagram(client: socket.socket) -> str:
    client.settimeout(10)
    client.sendto(b"who?", (VIP, PORT))
    return client.recv(100).decode()


@pytest.fixture
def drain(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    files = {"boot_file": "ipvs.rules", "keepalived_file": "keepalived.conf", "drained_folder": "drained"}
    options = {name: str(tmp_path / path) for name, path in files.items()}

    def drained(address: str, **more: Any) -> dict[str, Any]:
        return module("ipvs_real_server", address=address, state="drained", **options, **more)

    return drained


def other(address: str) -> str:
    return REAL_SERVERS[1 - REAL_SERVERS.index(address)]


@pytest.mark.parametrize("moves", [False, True])
def test_a_persistent_client_moves_where_the_kernel_lets_it(drain: Callable[..., dict[str, Any]], moves: bool) -> None:
    run("sysctl", "-q", f"{TEMPLATES}={int(moves)}")
    balance("-t", "-p", "300")
    first = by_stream()
    assert {by_stream() for _time in range(5)} == {first}
    result = drain(first)
    assert result["changed"]
    assert bool(result.get("warnings")) is not moves
    assert {by_stream() for _time in range(5)} == {other(first) if moves else first}


def test_datagrams_from_a_known_port_go_on_and_others_go_elsewhere(drain: Callable[..., dict[str, Any]]) -> None:
    balance("-u")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as known:
        first = by_datagram(known)
        assert drain(first)["changed"]
        assert by_datagram(known) == first
        for _time in range(5):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as new:
                assert by_datagram(new) == other(first)
        result = drain(first, wait=True, wait_for=["active", "inactive"], timeout=1)
        assert result["failed"]
        assert "there are connections left" in result["msg"]
        ipvsadm("--set", "0", "0", "1")
        assert by_datagram(known) == first  # from now on it is remembered for a second
        assert drain(first, wait=True, wait_for=["active", "inactive"], timeout=30)["ended"]
        assert by_datagram(known) == other(first)
