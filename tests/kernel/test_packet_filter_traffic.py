# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of real packets under the rules of packet_filter, by every tool that can keep them.

Clients, a director and a real server, each in a network namespace of its own, on one bridge. Each server answers with
the address that it sees as its client's, then with the address that it was reached at, and its own name.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import module, run
from ansible_collections.lvs.cluster.tests.kernel.namespaces import enter, inside
from ansible_collections.lvs.cluster.tests.kernel.test_packet_filter import SETUPS, programs

BRIDGE = "lvsbridge"
CLIENT, OTHER, THIRD, DIRECTOR, REAL_SERVER = "lvsclient", "lvsother", "lvsthird", "lvsdirector", "lvsreal"
DIP, RIP, VIP, CIP = "198.51.100.2", "198.51.100.21", "198.51.100.198", "198.51.100.100"
DIP6, RIP6, VIP6, CIP6 = "2001:db8::2", "2001:db8::21", "2001:db8::198", "2001:db8::100"
VIPS, DIPS, RIPS, CIPS = {4: VIP, 6: VIP6}, {4: DIP, 6: DIP6}, {4: RIP, 6: RIP6}, {4: CIP, 6: CIP6}
# What iptables-legacy takes is the text that iptables-nft takes: one test will do to see that it works.
TOOLS = ("nftables", "iptables-nft")
every_tool = pytest.mark.parametrize("filters", [*TOOLS, "iptables-legacy"], indirect=True)
OTHERS = {OTHER: ["198.51.100.101/24"], THIRD: ["198.51.100.102/24"]}
ADDRESSES = {
    CLIENT: [f"{CIP}/24", f"{CIP6}/64"],
    DIRECTOR: [f"{DIP}/24", f"{DIP6}/64"],
    REAL_SERVER: [f"{RIP}/24", f"{RIP6}/64"],
}


@contextmanager
def machines(addresses_of: dict[str, list[str]]) -> Iterator[None]:
    """Machines on the bridge, with these addresses."""
    try:
        for namespace, addresses in addresses_of.items():
            run("ip", "netns", "add", namespace)
            veth = f"link add {namespace} type veth peer name eth0 netns {namespace}"
            run("ip", "-batch", "-", stdin=f"{veth}\nlink set {namespace} master {BRIDGE} up\n")
            lines = ["link set lo up", *(f"address add {address} dev eth0{nodad(address)}" for address in addresses)]
            lines.append("link set eth0 up")
            run("ip", "-n", namespace, "-batch", "-", stdin="".join(f"{line}\n" for line in lines))
        yield
    finally:
        ends = "".join(f"netns delete {namespace}\nlink delete {namespace}\n" for namespace in addresses_of)
        subprocess.run(["ip", "-force", "-batch", "-"], input=ends, capture_output=True, text=True, check=False)


@pytest.fixture
def network() -> Iterator[None]:
    run("ip", "-batch", "-", stdin=f"link add {BRIDGE} type bridge\nlink set {BRIDGE} up\n")
    with machines(ADDRESSES):
        forwarding = ("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1", "net.ipv4.vs.conntrack=1")
        redirects = ("net.ipv4.conf.all.send_redirects=0", "net.ipv4.conf.eth0.send_redirects=0")
        ipvs("-C")  # has the kernel load IPVS, and with it its sysctls
        inside(DIRECTOR, "sysctl", "-q", *forwarding, *redirects)
        yield
    run("ip", "link", "delete", BRIDGE)


@pytest.fixture
def others(network: None) -> Iterator[None]:
    """Two machines more."""
    with machines(OTHERS):
        yield


def nodad(address: str) -> str:
    return " nodad" if ":" in address else ""


class Filters:
    """The module under one set of tools, on any of the machines."""

    def __init__(self, setup: str, folder: Path) -> None:
        self.firewall, self.arp_firewall, variant = SETUPS[setup]
        self.programs = programs(folder, variant)

    def __call__(self, namespace: str, *rules: dict[str, Any]) -> None:
        """Make the rules of a machine these."""

        def there() -> None:
            os.environ["PATH"] = f"{self.programs}:{os.environ['PATH']}"
            enter(namespace)

        tools = {"firewall": self.firewall, "arp_firewall": self.arp_firewall}
        result = module("packet_filter", inside=there, state="replaced", rules=list(rules), **tools)
        assert not result.get("failed"), result["msg"]

    def close(self, namespace: str) -> None:
        """Give a machine a firewall of its own that lets nothing in and nothing through."""
        if self.firewall == "nftables":
            chains = "".join(
                f"chain {hook} {{ type filter hook {hook} priority 0; policy drop; "
                "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept; }\n"
                for hook in ("input", "forward")
            )
            inside(namespace, "nft", f"table inet filter {{ {chains} }}")
            return
        for tool in ("iptables", "ip6tables"):
            for chain in ("INPUT", "FORWARD"):
                inside(namespace, f"{self.programs}/{tool}", "-P", chain, "DROP")
        discovery = ["-p", "icmpv6", "-j", "ACCEPT"]
        inside(namespace, f"{self.programs}/ip6tables", "-A", "INPUT", *discovery)


@pytest.fixture(params=TOOLS)
def filters(request: pytest.FixtureRequest, network: None, tmp_path: Path) -> Filters:
    return Filters(request.param, tmp_path)


def within(namespace: str) -> ThreadPoolExecutor:
    """A thread on a machine, where the sockets that it opens belong; a process would take a tenth of a second."""
    return ThreadPoolExecutor(1, initializer=enter, initargs=(namespace,))


@contextmanager
def serving(namespace: str, port: int, family: int = 4) -> Iterator[None]:
    """A server on all addresses of a machine."""
    with within(namespace) as thread:
        every = {4: socket.AF_INET, 6: socket.AF_INET6}[family]
        with thread.submit(socket.create_server, ("", port), family=every).result() as server:
            thread.submit(answer, server, namespace)
            try:
                yield
            finally:
                server.shutdown(socket.SHUT_RDWR)  # ends accept()


def answer(server: socket.socket, name: str) -> None:
    with suppress(OSError):
        while True:
            talk, client = server.accept()
            with talk:
                talk.sendall(f"{client[0]} {talk.getsockname()[0]} {name}".encode())


def asked(namespace: str, address: str, port: int = 80) -> list[str]:
    """What a server answers a machine: the client's address and its own as it sees them, and its name; [] for none."""
    with within(namespace) as thread:
        return thread.submit(ask, address, port).result()


def ask(address: str, port: int) -> list[str]:
    try:
        client = socket.create_connection((address, port), timeout=1)
    except OSError:
        return []
    with client:
        client.settimeout(20)
        return client.makefile().read().split()


def ipvs(*lines: str) -> None:
    for line in lines:
        inside(DIRECTOR, "ipvsadm", *line.split())


def have(namespace: str, address: str) -> None:
    run("ip", "-n", namespace, "address", "add", address, "dev", "eth0", *nodad(address).split())


@every_tool
def test_nat_within_one_network(filters: Filters) -> None:
    for family in (4, 6):
        check_nat_within_one_network(filters, family)


def check_nat_within_one_network(filters: Filters, family: int) -> None:
    vip, dip, rip = VIPS[family], DIPS[family], RIPS[family]
    have(DIRECTOR, f"{vip}/{32 if family == 4 else 128}")
    virtual, real = (f"{vip}:80", f"{rip}:8080") if family == 4 else (f"[{vip}]:80", f"[{rip}]:8080")
    ipvs(f"-A -t {virtual} -s rr", f"-a -t {virtual} -r {real} -m")
    with serving(REAL_SERVER, 8080, family):
        # The real server answers the client without the director: with another address than the client has asked.
        assert asked(CLIENT, vip) == []
        filters(DIRECTOR, {"kind": "source_nat", "address": vip, "protocol": "tcp", "port": 80, "to": dip})
        assert asked(CLIENT, vip) == [dip, rip, REAL_SERVER]
        filters(DIRECTOR)
        assert asked(CLIENT, vip) == []
        filters(DIRECTOR, {"kind": "source_nat", "address": vip, "protocol": "tcp", "to": dip})
        assert asked(CLIENT, vip) == [dip, rip, REAL_SERVER]


def test_a_real_server_takes_what_it_does_not_have(filters: Filters, others: None) -> None:
    for family in (4, 6):
        check_taking(filters, family)


def check_taking(filters: Filters, family: int) -> None:
    vip, rip, cip = {4: "192.0.2.198", 6: "2001:db8:2::198"}[family], RIPS[family], CIPS[family]
    run("ip", "-n", CLIENT, "route", "add", vip, "via", rip)
    with serving(REAL_SERVER, 80, family), serving(REAL_SERVER, 81, family):
        assert asked(CLIENT, vip) == []
        filters(REAL_SERVER, {"kind": "redirect", "address": vip, "protocol": "tcp", "port": 80})
        assert asked(CLIENT, vip) == [cip, rip, REAL_SERVER]
        assert asked(CLIENT, vip, 81) == []
        filters(REAL_SERVER, {"kind": "redirect", "address": vip, "protocol": "tcp"})
        assert asked(CLIENT, vip, 81) == [cip, rip, REAL_SERVER]
        redirect = {"kind": "redirect", "address": vip, "protocol": "tcp", "port": 80}
        filters(REAL_SERVER, {**redirect, "mac": mac(OTHER)})
        assert asked(CLIENT, vip) == []
        filters(REAL_SERVER, {**redirect, "mac": mac(OTHER)}, {**redirect, "mac": mac(CLIENT)})
        assert asked(CLIENT, vip) == [cip, rip, REAL_SERVER]


def mac(namespace: str) -> str:
    return inside(namespace, "cat", "/sys/class/net/eth0/address").strip()


def test_what_is_marked_is_balanced_unless_it_comes_from_a_peer(filters: Filters, others: None) -> None:
    have(DIRECTOR, f"{VIP}/32")
    ipvs("-A -f 7 -s rr", f"-a -f 7 -r {RIP} -m")
    mark = {"kind": "mark", "mark": 7, "address": VIP, "protocol": "tcp", "port": 80}
    answers = {"kind": "source_nat", "address": VIP, "protocol": "tcp", "port": 80, "to": DIP}
    with serving(REAL_SERVER, 80), serving(DIRECTOR, 80), serving(DIRECTOR, 81):
        filters(DIRECTOR, answers, mark)
        assert [asked(client, VIP)[-1] for client in (CLIENT, OTHER, THIRD)] == [REAL_SERVER] * 3
        assert asked(CLIENT, VIP, 81)[-1] == DIRECTOR
        peers = [{"kind": "unmarked", "mac": mac(peer)} for peer in (OTHER, THIRD)] + [{"kind": "unmarked"}]
        filters(DIRECTOR, mark, answers, *peers)
        assert [asked(client, VIP)[-1] for client in (CLIENT, OTHER, THIRD)] == [REAL_SERVER, DIRECTOR, DIRECTOR]


def test_a_real_server_reaches_out(filters: Filters, others: None) -> None:
    have(DIRECTOR, "203.0.113.2/24")
    have(REAL_SERVER, "203.0.113.21/24")
    have(OTHER, "203.0.113.22/24")
    run("ip", "-n", REAL_SERVER, "address", "delete", f"{RIP}/24", "dev", "eth0")
    run("ip", "-n", REAL_SERVER, "route", "add", "default", "via", "203.0.113.2")
    # So that it goes through the director even within the network.
    run("ip", "-n", REAL_SERVER, "route", "add", "203.0.113.22", "via", "203.0.113.2")
    with serving(CLIENT, 80), serving(OTHER, 80):
        assert asked(REAL_SERVER, CIP) == []
        # Of an address, everything is masqueraded; of a network, what leaves it.
        for source, within in (("203.0.113.21", "203.0.113.2"), ("203.0.113.0/24", "203.0.113.21")):
            filters(DIRECTOR, {"kind": "masquerade", "source": source})
            assert asked(REAL_SERVER, CIP) == [DIP, CIP, CLIENT]
            assert asked(REAL_SERVER, "203.0.113.22") == [within, "203.0.113.22", OTHER]


@contextmanager
def captured(namespace: str, expression: str) -> Iterator[list[str]]:
    """The packets that a machine sees meanwhile, as tcpdump tells of them."""
    words = ["ip", "netns", "exec", namespace, "tcpdump", "-l", "-n", "-i", "eth0", expression]
    lines: list[str] = []
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as tcpdump:
        while "listening on" not in tcpdump.stderr.readline():
            assert tcpdump.poll() is None
        yield lines
        time.sleep(0.5)
        tcpdump.terminate()
        lines.extend(tcpdump.stdout.read().splitlines())


def test_segments_are_no_larger_than_a_tunnel_can_carry(filters: Filters) -> None:
    for family in (4, 6):
        check_segments(filters, family)


def check_segments(filters: Filters, family: int) -> None:
    vip = VIPS[family]
    have(REAL_SERVER, f"{vip}/{24 if family == 4 else 64}")

    def announced() -> str:
        with captured(CLIENT, f"tcp and src host {vip}") as packets:
            assert asked(CLIENT, vip)
        (first, *_rest) = packets
        return first.split("[mss ")[1].split(",")[0]

    with serving(REAL_SERVER, 80, family):
        own = announced()
        assert int(own) > 1400
        filters(REAL_SERVER, {"kind": "clamp", "address": vip, "mss": 1400})
        assert announced() == "1400"
        run("ip", "-n", REAL_SERVER, "route", "add", CIPS[family], "dev", "eth0", "advmss", "1000")
        assert announced() == "1000"


def answered(address: str) -> bool:
    """Whether any machine answers the client's ARP requests for an address."""
    words = ["ip", "netns", "exec", CLIENT, "arping", "-c", "2", "-w", "2", "-I", "eth0", address]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def test_a_real_server_is_silent_about_its_vip(filters: Filters) -> None:
    have(REAL_SERVER, f"{VIP}/24")

    def senders() -> set[str]:
        """Which senders the real server names when it asks for the client on behalf of its VIP."""
        run("ip", "-n", REAL_SERVER, "neigh", "flush", "dev", "eth0")
        hardware = mac(REAL_SERVER)
        with captured(CLIENT, f"arp[6:2] == 1 and ether src {hardware}") as packets:
            subprocess.run(
                ["ip", "netns", "exec", REAL_SERVER, "ping", "-c", "1", "-W", "1", "-I", VIP, CIP],
                capture_output=True,
                check=False,
            )
        return {line.split(" tell ")[1].split(",")[0] for line in packets if f"who-has {CIP} " in line}

    assert answered(VIP)
    assert senders() == {VIP}
    filters(REAL_SERVER, {"kind": "silence", "address": VIP, "instead": RIP})
    assert not answered(VIP)
    assert answered(RIP)
    assert senders() == {RIP}
    filters(REAL_SERVER)
    assert answered(VIP)
    assert senders() == {VIP}


def test_a_closed_host_lets_in_what_it_is_told_to(filters: Filters) -> None:
    filters.close(REAL_SERVER)
    for family in (4, 6):
        check_opening(filters, family)


def check_opening(filters: Filters, family: int) -> None:
    vip, cip = VIPS[family], CIPS[family]
    have(REAL_SERVER, f"{vip}/{24 if family == 4 else 64}")
    with serving(REAL_SERVER, 80, family), serving(REAL_SERVER, 81, family):
        assert asked(CLIENT, vip) == []
        filters(REAL_SERVER, {"kind": "accept", "hook": "input", "protocol": "tcp", "address": vip, "port": 80})
        assert asked(CLIENT, vip) == [cip, vip, REAL_SERVER]
        assert asked(CLIENT, vip, 81) == []
        filters(REAL_SERVER, {"kind": "accept", "hook": "input", "protocol": "tcp", "source": cip})
        assert asked(CLIENT, vip, 81) == [cip, vip, REAL_SERVER]
        filters(REAL_SERVER)
        assert asked(CLIENT, vip) == []


def test_nat_through_a_closed_director(filters: Filters) -> None:
    """Requests reach IPVS behind the input chain; answers pass the forward chain."""
    have(DIRECTOR, f"{VIP}/32")
    run("ip", "-n", REAL_SERVER, "route", "add", CIP, "via", DIP)
    ipvs(f"-A -t {VIP}:80 -s rr", f"-a -t {VIP}:80 -r {RIP}:8080 -m")
    filters.close(DIRECTOR)
    opened = {"kind": "accept", "protocol": "tcp"}
    requests = {**opened, "hook": "input", "address": VIP, "port": 80}
    answers = {**opened, "hook": "forward", "source": RIP, "source_port": 8080}
    with serving(REAL_SERVER, 8080):
        filters(DIRECTOR, requests)
        assert asked(CLIENT, VIP) == []
        filters(DIRECTOR, requests, answers)
        assert asked(CLIENT, VIP) == [CIP, RIP, REAL_SERVER]


def test_a_real_server_reaches_out_through_a_closed_director(filters: Filters) -> None:
    """The answers come from anywhere, so only those to its own connections may pass."""
    run("ip", "-n", REAL_SERVER, "route", "add", CIP, "via", DIP)
    filters.close(DIRECTOR)
    masquerade = {"kind": "masquerade", "source": RIP}
    forwarded = {"kind": "accept", "hook": "forward"}
    out, back = {**forwarded, "source": RIP}, {**forwarded, "address": RIP, "connection": "established"}
    with serving(CLIENT, 80), serving(REAL_SERVER, 80):
        filters(DIRECTOR, masquerade, out)
        assert asked(REAL_SERVER, CIP) == []
        filters(DIRECTOR, masquerade, out, back)
        assert asked(REAL_SERVER, CIP) == [DIP, CIP, CLIENT]
        run("ip", "-n", CLIENT, "route", "add", RIP, "via", DIP)
        assert asked(CLIENT, RIP) == []
