# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A pair of interfaces with a cable between them, for the tests of host_network, and what ip tells of the host."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ansible_collections.lvs.cluster.tests.kernel.conftest import run

NEAR, FAR, PEER = "lvsnear", "lvsfar", "lvs-peer"
DIP, GATEWAY = "198.51.100.2", "198.51.100.3"
DIP6, GATEWAY6 = "2001:db8:51::2", "2001:db8:51::3"
# What the kernel loads with the first tunnel of a kind, and with the first listener.
MODULES = ("ipip", "sit", "ip_gre", "ip6_tunnel", "ip6_gre", "fou", "fou6")


@contextmanager
def peer() -> Iterator[None]:
    """The near interface on this host, the far one in a network namespace, an address of each family on both."""
    batch([f"netns add {PEER}", f"link add {NEAR} type veth peer name {FAR} netns {PEER}"])
    try:
        # The far end first, so that the near one has a carrier at once.
        batch(["link set lo up", *_up(FAR, GATEWAY, GATEWAY6)], "-n", PEER)
        batch(_up(NEAR, DIP, DIP6))
        yield
    finally:
        batch([f"link delete {NEAR}", f"netns delete {PEER}"])


def _up(interface: str, address: str, address6: str) -> list[str]:
    return [
        f"link set {interface} up",
        f"address add {address}/24 dev {interface}",
        f"address add {address6}/64 dev {interface} nodad",
    ]


def batch(lines: list[str], *options: str) -> str:
    """What ip prints for several commands. A process for each costs an emulated machine a tenth of a second."""
    return run("ip", *options, "-batch", "-", stdin="".join(f"{line}\n" for line in lines))


def told(*words: str) -> Any:
    """What ip tells as JSON; it prints nothing where there is nothing."""
    return json.loads(run("ip", "-json", *words) or "[]")


def snapshot() -> set[str]:
    """All of this host's network that the module can change, as ip tells it; without indexes and counters.

    Without link-local addresses too, and what comes of them: those of a tunnel are other ones each time. Needs the
    kernel module fou.
    """
    lines = []
    for link in told("address"):
        name = link["ifname"]
        lines.append(f"link {name} {link['link_type']} {link.get('address')} {'UP' in link['flags']}")
        for info in link["addr_info"]:
            lines.append(f"address {info['local']}/{info['prefixlen']} {name} {info.get('label')}")
    lines += batch(["fou show", "route show table all", "rule show"], "-4").splitlines()
    lines += [f"-6 {line}" for line in batch(["route show table all", "rule show"], "-6").splitlines()]
    return {line.strip() for line in lines if "fe80:" not in line}
