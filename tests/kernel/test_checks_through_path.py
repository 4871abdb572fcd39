# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks at the VIP, through the path that packets of clients take, with a real keepalived between machines.

The machines are network namespaces, set up by the collection's own modules for their views. What breaks the path of
clients is found; the real server's own address, which other checks ask, answers all the time.
"""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.parse import parse
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.clusters import Clusters
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.host import host_view
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.known import Known
from ansible_collections.lvs.cluster.tests.kernel.conftest import module, run
from ansible_collections.lvs.cluster.tests.kernel.namespaces import (
    answer,
    asked,
    batch,
    enter,
    inside,
    machines,
    set_sysctls,
    set_up,
    switch,
    within,
)

VIP, VIP6 = "192.0.2.198", "2001:db8::198"
ADDRESSES = {
    "lvs1": ["192.0.2.2", "2001:db8::2"],
    "web1": ["192.0.2.21", "2001:db8::21"],
    "web2": ["192.0.2.22"],
    "web3": ["192.0.2.23"],
}
GROUPS = {"all": [*ADDRESSES], "lvs_directors": ["lvs1"]}
HOSTS = {
    name: {"ansible_host": own[0], "lvs_interface": "eth0", **({"lvs_ipv6_address": own[1]} if own[1:] else {})}
    for name, own in ADDRESSES.items()
}
CHECKS = {"type": "tcp", "through": "path", "interval": 1, "timeout": 2, "retries": 1, "retry_delay": 1}
# By direct routing, by tunnel, by NAT to another port, and by direct routing in IPv6.
PORTS = {"dr": 80, "tun": 81, "nat": 82, "six": 83}
NAT_PORT = 8082


def service(name: str, host: str, address: str = VIP, **options: Any) -> dict[str, Any]:
    entry = {"name": name, "address": address, "port": PORTS[name], "real_servers": [{"host": host}], "checks": CHECKS}
    return {**entry, **options}


SERVICES = [
    service("dr", "web1"),
    service("tun", "web2", forward="tun"),
    service("nat", "web3", forward="nat", nat_return="none", real_servers=[{"host": "web3", "port": NAT_PORT}]),
    service("six", "web1", VIP6),
]


class Ears:
    """What listens on machines, at one address each."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._open: dict[tuple[str, str], socket.socket] = {}

    def up(self, machine: str, address: str, port: int) -> None:
        thread = self._stack.enter_context(within(machine))
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        server = thread.submit(socket.create_server, (address, port), family=family).result()
        self._open[machine, address] = server
        thread.submit(answer, server, machine)
        self._stack.callback(close, server)

    def down(self, machine: str, address: str) -> None:
        close(self._open.pop((machine, address)))


def close(server: socket.socket) -> None:
    with suppress(OSError):  # it is closed already
        server.shutdown(socket.SHUT_RDWR)  # ends accept()
    server.close()


@pytest.fixture
def ears(tmp_path: Path) -> Iterator[Ears]:
    cluster = parse({"vips_by": "static"}, SERVICES, GROUPS, HOSTS)
    known = Known(interfaces=dict.fromkeys([*ADDRESSES["lvs1"], VIP, VIP6], "eth0"))
    views = {name: host_view(Clusters.of(cluster), name, known).options() for name in ADDRESSES}
    run("modprobe", "--all", "ip_vs", "ipip")
    with ExitStack() as stack:
        stack.enter_context(switch("lan"))
        on_lan = {name: [f"{each}/{64 if ':' in each else 24}" for each in own] for name, own in ADDRESSES.items()}
        stack.enter_context(machines("lan", on_lan))
        for name, view in views.items():
            set_up("host_network", name, state="merged", **view["network"])
        ears = Ears(stack)
        for machine, address, port in [
            *(("web1", address, PORTS["dr"]) for address in (ADDRESSES["web1"][0], VIP)),
            *(("web2", address, PORTS["tun"]) for address in (ADDRESSES["web2"][0], VIP)),
            ("web3", ADDRESSES["web3"][0], NAT_PORT),
            *(("web1", address, PORTS["six"]) for address in (ADDRESSES["web1"][1], VIP6)),
        ]:
            ears.up(machine, address, port)
        configuration = tmp_path / "keepalived.conf"
        configuration.write_text(views["lvs1"]["keepalived"])
        words = ["keepalived", "--dont-fork", "--check", "--log-console", "--use-file", str(configuration)]
        keepalived = subprocess.Popen(["ip", "netns", "exec", "lvs1", *words], stdout=subprocess.DEVNULL)
        stack.callback(keepalived.wait, 20)
        stack.callback(keepalived.terminate)
        yield ears


def served() -> set[str]:
    """The services that have a real server in the table."""
    names = {f"{VIP if name != 'six' else f'[{VIP6}]'}:{port}": name for name, port in PORTS.items()}
    lines = [line.split() for line in inside("lvs1", "ipvsadm", "-S", "-n").splitlines()]
    return {names[words[2]] for words in lines if words[0] == "-a" and words[2] in names}


def becomes(*names: str) -> None:
    """Wait for this, and see that it stays so for as long as a check takes."""
    deadline = time.monotonic() + 40
    while served() != {*names}:
        assert time.monotonic() < deadline, (names, inside("lvs1", "ipvsadm", "-S", "-n"))
        time.sleep(0.2)


def answers_at_its_own_address(host: str, port: int) -> bool:
    return bool(asked("lvs1", ADDRESSES[host][0], port))


def test_whatever_breaks_the_path_of_clients_is_found(ears: Ears) -> None:
    every = "dr", "tun", "nat", "six"
    time.sleep(6)  # each check has been made
    becomes(*every)

    def breaking(fault: Callable[[], None], mending: Callable[[], None], broken: str, host: str, port: int) -> None:
        fault()
        becomes(*(name for name in every if name != broken))
        assert answers_at_its_own_address(host, port)
        mending()
        becomes(*every)

    breaking(
        lambda: batch("web1", [f"address delete {VIP}/32 dev lo"]),
        lambda: batch("web1", [f"address add {VIP}/32 dev lo"]),
        *("dr", "web1", 80),
    )
    breaking(lambda: ears.down("web1", VIP), lambda: ears.up("web1", VIP, 80), *("dr", "web1", 80))
    breaking(lambda: ears.down("web2", VIP), lambda: ears.up("web2", VIP, 81), *("tun", "web2", 81))
    lines = inside("web2", "ip", "-brief", "link", "show", "type", "ipip", "up").splitlines()
    tunnels = [line.partition("@")[0].split()[0] for line in lines]
    breaking(
        lambda: batch("web2", [f"link set {tunnel} down" for tunnel in tunnels]),
        lambda: batch("web2", [f"link set {tunnel} up" for tunnel in tunnels]),
        *("tun", "web2", 81),
    )
    breaking(
        lambda: batch("web1", [f"address delete {VIP6}/128 dev lo"]),
        lambda: batch("web1", [f"address add {VIP6}/128 dev lo nodad"]),
        *("six", "web1", 80),
    )
    ears.down("web3", ADDRESSES["web3"][0])
    becomes("dr", "tun", "six")


@pytest.mark.usefixtures("ears")
def test_a_director_that_has_the_vip_hears_answers_by_accept_local() -> None:
    time.sleep(6)
    becomes("dr", "tun", "nat", "six")
    set_sysctls("lvs1", {"net.ipv4.conf.eth0.accept_local": 0})
    becomes("nat", "six")
    # One that has not the VIP, as a backup, needs none.
    batch("lvs1", [f"address delete {VIP}/32 dev eth0"])
    becomes("dr", "tun", "nat", "six")


@pytest.mark.usefixtures("ears")
def test_no_more_is_in_the_table_than_the_services_for_checks() -> None:
    becomes("dr", "tun", "nat", "six")
    told = module("ipvs_info", inside=lambda: enter("lvs1"))["services"]
    assert sorted(each["port"] for each in told) == [80, 81, 82, 83]
    lines = inside("lvs1", "ipvsadm", "-S", "-n").splitlines()
    assert sum(line.startswith("-A") for line in lines) == 8
