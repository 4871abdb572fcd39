# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cases of the Linux kernel's own test of IPVS, set up by this collection's modules instead of ip and ipvsadm.

Linux, tools/testing/selftests/net/netfilter/ipvs.sh: a client sends 32 random bytes to a VIP, and what the real server
has received is compared with them. The client and the director are on one network, the director and the real server on
another; the real server has a leg in the client's network, too, by which it answers where the director is not the way
back. Each is a network namespace.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import run
from ansible_collections.lvs.cluster.tests.kernel.namespaces import (
    batch,
    inside,
    set_up,
)

CLIENT, DIRECTOR, REAL_SERVER = NAMESPACES = ("lvsclient", "lvsdirector", "lvsreal")
VIP, PORT = "203.0.113.110", 8080
GATEWAY = "198.51.100.1"  # the director, to the client
DIP, RIP = "192.0.2.1", "192.0.2.2"

LINKS = [
    f"link add todirector type veth peer name outside netns {DIRECTOR}",
    f"link add toreal type veth peer name outside netns {REAL_SERVER}",
    "link add bridge type bridge",
    "link set todirector master bridge up",
    "link set toreal master bridge up",
    "link set bridge up",
    "address add 198.51.100.2/24 dev bridge",
]
ENDS = {
    DIRECTOR: [
        f"link add inside type veth peer name inside netns {REAL_SERVER}",
        "link set lo up",
        "link set outside up",
        f"address add {GATEWAY}/24 dev outside",
        "link set inside up",
        f"address add {DIP}/24 dev inside",
    ],
    REAL_SERVER: [
        "link set lo up",
        "link set outside up",
        "address add 198.51.100.3/24 dev outside",
        "link set inside up",
        f"address add {RIP}/24 dev inside",
    ],
    CLIENT: [f"route add {VIP} via {GATEWAY} dev bridge"],
}

HOLD_THE_VIP = [{"address": VIP, "interface": "lo"}]
SILENT = {"net.ipv4.conf.all.arp_ignore": "1", "net.ipv4.conf.all.arp_announce": "2"}


def without_reverse_path_filter(*interfaces: str) -> dict[str, str]:
    return {f"net.ipv4.conf.{interface}.rp_filter": "0" for interface in ("all", *interfaces)}


@pytest.fixture
def network() -> Iterator[None]:
    for namespace in NAMESPACES:
        run("ip", "netns", "add", namespace)
    try:
        batch(CLIENT, LINKS)
        for namespace, lines in ENDS.items():
            batch(namespace, lines)
        yield
    finally:
        for namespace in NAMESPACES:
            run("ip", "netns", "delete", namespace)


def balance(forward: str) -> None:
    real_server = {"address": RIP, "port": PORT, "forward": forward, "weight": 1}
    service = {"address": VIP, "port": PORT, "scheduler": "rr", "destinations": [real_server]}
    set_up("ipvs_services", DIRECTOR, services=[service])


def arrives(received: Path) -> bool:
    """Send 32 random bytes from the client to the VIP; say whether they are what the real server has received."""
    sent = os.urandom(32)
    listen = ["socat", "-u", f"TCP4-LISTEN:{PORT},reuseaddr", f"CREATE:{received}"]
    with subprocess.Popen(["ip", "netns", "exec", REAL_SERVER, *listen]) as server:
        try:
            while f":{PORT} " not in inside(REAL_SERVER, "ss", "-Hltn"):
                time.sleep(0.1)
            send = ["socat", "-u", "STDIN", f"TCP4:{VIP}:{PORT},connect-timeout=2"]
            subprocess.run(["ip", "netns", "exec", CLIENT, *send], input=sent, check=True)
            server.wait(timeout=5)
        finally:
            server.kill()
    return received.read_bytes() == sent


@pytest.mark.usefixtures("network")
def test_direct_routing(tmp_path: Path) -> None:
    balance("dr")
    set_up("host_network", DIRECTOR, addresses=HOLD_THE_VIP, sysctls={"net.ipv4.ip_forward": "1"})
    sysctls = {**SILENT, **without_reverse_path_filter("inside")}
    set_up("host_network", REAL_SERVER, addresses=HOLD_THE_VIP, sysctls=sysctls)
    assert arrives(tmp_path / "received")


@pytest.mark.usefixtures("network")
def test_nat(tmp_path: Path) -> None:
    run("ip", "-n", REAL_SERVER, "link", "delete", "outside")
    balance("nat")
    set_up("host_network", DIRECTOR, addresses=HOLD_THE_VIP, sysctls={"net.ipv4.ip_forward": "1"})
    set_up("host_network", REAL_SERVER, routes=[{"destination": "default", "gateway": DIP}])
    assert arrives(tmp_path / "received")


@pytest.mark.usefixtures("network")
def test_tunnelling(tmp_path: Path) -> None:
    balance("tun")
    quiet = {"net.ipv4.ip_forward": "0", "net.ipv4.conf.all.send_redirects": "0"}
    set_up("host_network", DIRECTOR, addresses=HOLD_THE_VIP, sysctls=quiet)
    set_up(
        "host_network",
        REAL_SERVER,
        tunnels=[{"name": "lvs-ipip", "kind": "ipip", "local": RIP}],
        addresses=HOLD_THE_VIP,
        sysctls={**SILENT, **without_reverse_path_filter("inside", "lvs-ipip")},
    )
    assert arrives(tmp_path / "received")
