# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The packets for whose ways hosts ask their kernels, as host_info takes them (`ways`). None of them is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .._values.cluster import Cluster, Part
from .._values.service import THROUGH_GATEWAY

# Stands for clients that are elsewhere: who they are is not known here. By RFC 5737 and RFC 3849, no host has these.
A_CLIENT = {"ipv4": "203.0.113.1", "ipv6": "2001:db8:ffff::1"}

Packet = dict[str, Any]


def asked_ways(host: str, clusters: Iterable[Cluster]) -> list[Packet]:
    """Those of one host: to real servers, where it is a director, and answers of nat."""
    packets = (
        packet
        for cluster in clusters
        for packet in (*(_to_real_servers(cluster) if cluster.is_director(host) else ()), *_answers(cluster, host))
    )
    return [*{tuple(packet.items()): packet for packet in packets}.values()]


def answers_by_gateway(part: Part) -> bool:
    """Whether a real server must send its answers to a director, at an address that the definition knows."""
    return part.server.forward == "nat" and part.service.nat_return in THROUGH_GATEWAY and bool(part.server.gateway)


def answer_of(part: Part) -> Packet:
    """An answer of a real server to a client that is elsewhere."""
    known = next(iter(part.service.answers_of(part.server)), {})
    port = str(known.get("source_port", "")).partition("-")[0]
    return {
        "to": A_CLIENT[part.outside],
        "source": part.server.address,
        **({"protocol": known["protocol"]} if "protocol" in known else {}),
        **({"source_port": int(port)} if port else {}),
    }


def _to_real_servers(cluster: Cluster) -> Iterator[Packet]:
    for address in sorted({server.address for service in cluster.services for server in service.real_servers}):
        yield {"to": address}


def _answers(cluster: Cluster, host: str) -> Iterator[Packet]:
    """One for each service."""
    yield from (answer_of(part) for part in cluster.parts_of(host) if answers_by_gateway(part))
