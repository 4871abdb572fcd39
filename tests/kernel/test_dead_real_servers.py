# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What clients notice of a real server that dies, and of a keepalived that is restarted, with a director's sysctls.

The real servers are processes of this machine, each at an address of its own, which it answers with. A service by UDP
is checked by TCP too, so that the check sees at once that nobody is there.
"""

from __future__ import annotations

import multiprocessing
import selectors
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.configuration import configuration
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.parse import parse
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.clusters import Clusters
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.host import host_view
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.known import Known
from ansible_collections.lvs.cluster.tests.kernel.conftest import eventually, ipvsadm, run
from ansible_collections.lvs.cluster.tests.kernel.test_keepalived import INTERFACE, interface, put

VIP, PORT = "192.0.2.198", 8053
WEB1, WEB2 = "192.0.2.21", "192.0.2.22"
GROUPS = {"all": ["lvs1", "web1", "web2"], "lvs_directors": ["lvs1"], "web": ["web1", "web2"]}
HOSTS = {
    "lvs1": {"ansible_host": "192.0.2.2", "lvs_interface": INTERFACE},
    "web1": {"ansible_host": WEB1},
    "web2": {"ansible_host": WEB2},
}
CHECK = {"type": "tcp", "port": PORT, "interval": 1, "timeout": 1, "retries": 0, "retry_delay": 1}
EXPIRE = "net.ipv4.vs.expire_nodest_conn"

pytestmark = pytest.mark.usefixtures("kernel", "interface")
__all__ = ["interface"]


def answer(address: str) -> None:
    """A real server: each datagram, and each message of a connection, is answered with its address."""
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind((address, PORT))
    ears = selectors.DefaultSelector()
    ears.register(datagrams, selectors.EVENT_READ, "datagrams")
    ears.register(socket.create_server((address, PORT)), selectors.EVENT_READ, "connections")
    while True:
        for key, _events in ears.select():
            ear: Any = key.fileobj
            if key.data == "datagrams":
                ear.sendto(address.encode(), ear.recvfrom(100)[1])
            elif key.data == "connections":
                ears.register(ear.accept()[0], selectors.EVENT_READ, "messages")
            elif ear.recv(100):
                ear.sendall(address.encode())
            else:
                ears.unregister(ear)
                ear.close()


@pytest.fixture
def web() -> Iterator[dict[str, Any]]:
    for address in (VIP, WEB1, WEB2):
        run("ip", "address", "add", f"{address}/32", "dev", "lo")
    start = multiprocessing.get_context("fork").Process
    processes = {address: start(target=answer, args=(address,), daemon=True) for address in (WEB1, WEB2)}
    for process in processes.values():
        process.start()
    yield processes
    for process in processes.values():
        process.kill()
        process.join()
    for address in (VIP, WEB1, WEB2):
        run("ip", "address", "delete", f"{address}/32", "dev", "lo")


class Director:
    """A keepalived with the configuration and the sysctls of a definition."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def set_up(self, **options: Any) -> None:
        service = {"name": "shop", "address": VIP, "port": PORT, "forward": "nat", "scheduler": "rr", "checks": CHECK}
        cluster = parse({}, [{**service, "real_servers": "web", **options}], GROUPS, HOSTS)
        interfaces = {"192.0.2.2": INTERFACE, VIP: INTERFACE}
        sysctls = host_view(Clusters.of(cluster), "lvs1", Known(interfaces=interfaces)).options()["network"]["sysctls"]
        for name, value in sysctls.items():
            if name.startswith("net.ipv4.vs."):
                run("sysctl", "-qw", f"{name}={value}")
        result = put(self.folder, configuration(cluster, cluster.directors[0], interfaces))
        assert result.get("changed"), result
        self.start()

    def start(self) -> None:
        words = ["keepalived", "--dont-fork", "--check", "--use-file", str(self.folder / "keepalived.conf")]
        self.process = subprocess.Popen([*words, "--log-console"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(lambda: len(balanced()) == 2, balanced)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(20)


@pytest.fixture
def director(tmp_path: Path) -> Iterator[Director]:
    run("sysctl", "-qw", f"{EXPIRE}=0")
    made = Director(tmp_path)
    yield made
    made.stop()
    run("sysctl", "-qw", f"{EXPIRE}=0")


def balanced() -> set[str]:
    return {words[4].split(":")[0] for words in map(str.split, ipvsadm("-S", "-n")) if words[0] == "-a"}


def by_datagram(client: socket.socket, patience_s: float = 0.2) -> str:
    """Who answers a client that asks from its port again; "" where nobody does."""
    client.settimeout(patience_s)
    with suppress(OSError):  # IPVS drops it before it has left this machine, or nobody is there
        client.sendto(b"who?", (VIP, PORT))
        return client.recv(100).decode()
    return ""


def seconds_without_answer(client: socket.socket, dead: str) -> float:
    """For how long a client that asks all the time gets no answer when the check has taken its real server out."""
    taken_out = begin = time.monotonic()
    while by_datagram(client) in ("", dead) and time.monotonic() < begin + 20:
        if dead in balanced():
            taken_out = time.monotonic()
    return time.monotonic() - taken_out


def other(address: str) -> str:
    return WEB2 if address == WEB1 else WEB1


def test_a_client_of_udp_is_with_another_real_server_soon(web: dict[str, Any], director: Director) -> None:
    director.set_up(protocol="udp")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        first = by_datagram(client, 5)
        assert {by_datagram(client, 5) for _time in range(3)} == {first}
        web[first].kill()
        assert seconds_without_answer(client, first) < 2
        assert by_datagram(client, 5) == other(first)


def test_one_that_the_owner_keeps_stays_with_the_dead_one(web: dict[str, Any], director: Director) -> None:
    """What the sysctl is for: without it, nobody answers after the check has failed either."""
    director.set_up(protocol="udp")
    run("sysctl", "-qw", f"{EXPIRE}=0")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        first = by_datagram(client, 5)
        web[first].kill()
        eventually(lambda: balanced() == {other(first)}, balanced)
        assert [by_datagram(client) for _time in range(5)] == [""] * 5


@pytest.mark.usefixtures("web")
def test_connections_outlive_a_restart_of_keepalived(director: Director) -> None:
    director.set_up()
    with socket.create_connection((VIP, PORT), 5) as one, socket.create_connection((VIP, PORT), 5) as two:
        before = [said(client) for client in (one, two)]
        assert set(before) == {WEB1, WEB2}
        director.stop()
        director.start()
        assert [said(client) for client in (one, two)] == before


def said(client: socket.socket) -> str:
    client.settimeout(10)
    client.sendall(b"who?")
    return client.recv(100).decode()
