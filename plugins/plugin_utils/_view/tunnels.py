# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tunnels at their end on a real server: what unpacks them, what their packets look like, what fits in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .._values.cluster import Cluster, Part
from .entries import Entry, FilterRule, Listener, Tunnel

# (family outside, family inside) -> the kind of device that unpacks ipip and gue
DEVICES = {("ipv4", "ipv4"): "ipip", ("ipv4", "ipv6"): "sit", ("ipv6", "ipv4"): "ip6tnl", ("ipv6", "ipv6"): "ip6tnl"}
GRE_DEVICES = {"ipv4": "gre", "ipv6": "ip6gre"}
# What is inside, by the number that the header outside has for it.
TUNNEL_PROTOCOLS = {"ipv4": "4", "ipv6": "41"}
GRE_PROTOCOL = "47"
# Bytes: the headers of IP and of TCP together, and what a tunnel puts before them.
TCP_HEADERS = {"ipv4": 40, "ipv6": 60}
OUTER_HEADER = {"ipv4": 20, "ipv6": 40}
TUNNEL_HEADER = {
    ("ipip", "nocsum"): 0,
    ("gre", "nocsum"): 4,
    ("gre", "csum"): 8,
    # UDP's header and GUE's own; remote checksum offload adds an option of 4 bytes and private flags of 4.
    ("gue", "nocsum"): 12,
    ("gue", "csum"): 12,
    ("gue", "remcsum"): 20,
}

# (kind, the host's own address) -> the name of the device
Devices = dict[tuple[str, str], str]


def devices_of(parts: Iterable[Part]) -> Devices:
    """The devices of a host: lvs-KIND, with a number from the second address on."""
    names: Devices = {}
    count: dict[str, int] = {}
    for kind, address in sorted({device_key(part) for part in parts}):
        count[kind] = count.get(kind, 0) + 1
        names[kind, address] = f"lvs-{kind}" if count[kind] == 1 else f"lvs-{kind}{count[kind]}"
    return names


def device_key(part: Part) -> tuple[str, str]:
    gre = part.server.tunnel_type == "gre"
    kind = GRE_DEVICES[part.outside] if gre else DEVICES[part.outside, part.service.family]
    return kind, part.server.address


def ends(parts: Iterable[Part], devices: Devices) -> Iterator[Entry]:
    """The devices, and the ports at which GUE arrives."""
    for part in parts:
        kind, address = device_key(part)
        checksum = kind in GRE_DEVICES.values() and part.server.tunnel_checksum == "csum"
        yield Tunnel(devices[kind, address], kind, address, checksum or None)
        if part.server.tunnel_type == "gue":
            yield Listener(part.server.tunnel_port, part.outside)


def clamps(cluster: Cluster, parts: Iterable[Part]) -> Iterator[FilterRule]:
    """What a client sends must fit into the tunnel: the real server tells it the size, where TCP lets it."""
    sizes: dict[str, int] = {}
    for part in parts:
        server = part.server
        tunnel = OUTER_HEADER[part.outside] + TUNNEL_HEADER[server.tunnel_type, server.tunnel_checksum]
        size = cluster.mtu - tunnel - TCP_HEADERS[part.service.family]
        for vip in cluster.vips_of(part.service):
            if part.service.protocol in ("tcp", None):
                sizes[vip.address] = min(size, sizes.get(vip.address, size))
    for address, size in sizes.items():
        yield FilterRule("clamp", address=address, mss=size)


def packed(part: Part) -> dict[str, Any]:
    """What tells the packets of a tunnel."""
    if part.server.tunnel_type == "gue":
        return {"protocol": "udp", "port": part.server.tunnel_port}
    if part.server.tunnel_type == "gre":
        return {"protocol": GRE_PROTOCOL}
    return {"protocol": TUNNEL_PROTOCOLS[part.service.family]}
