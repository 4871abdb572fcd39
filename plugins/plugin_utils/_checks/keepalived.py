# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""keepalived asks real servers whether they can serve, and takes those out of the table that cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ...module_utils._filter.model import ICMP
from ...module_utils._netlink.address import family_of
from .._schema.words import TCP_CHECKS, UDP_CHECKS
from .._values.cluster import Cluster
from .._values.director import Director
from .._values.health_check import BFD_PORT, HealthCheck
from .._values.real_server import UNTOUCHED, RealServer
from .._values.service import VirtualService
from .._view.entries import FilterRule

# What a real server is asked with, by the checks that ask it.
PROTOCOLS = {**dict.fromkeys(TCP_CHECKS, "tcp"), **dict.fromkeys((*UDP_CHECKS, "bfd"), "udp")}


class Keepalived:
    """The table is keepalived's."""

    programs: tuple[str, ...] = ("keepalived",)

    def openings_on_director(self, cluster: Cluster, director: Director) -> Iterator[FilterRule]:
        for service in cluster.services:
            for server in service.real_servers:
                if any(check.kind == "bfd" for check in server.checks):
                    yield FilterRule("accept", hook="input", protocol="udp", source=server.address, port=BFD_PORT)
                yield from _answers(service, server)

    def openings_on_real_server(self, cluster: Cluster, servers: Iterable[RealServer]) -> Iterator[FilterRule]:
        """The directors ask a real server at its own address, whichever way clients come to it."""
        for server in servers:
            for check in server.checks:
                # Through the path it is asked as clients ask, at the VIP or by nat.
                address = check["address"] or server.address
                if check.goes_through_path and server.forward in UNTOUCHED:
                    continue
                asked = _asked_with(check, server, family_of(address))
                for director in cluster.directors if asked else ():
                    for source in director.addresses_of(family_of(address)):
                        yield FilterRule("accept", hook="input", source=source, address=address, **asked)


def _answers(service: VirtualService, server: RealServer) -> Iterator[FilterRule]:
    """The answers to checks through the path: netfilter knows nothing of what IPVS has sent, so they count as new."""
    for check in server.checks:
        if not check.goes_through_path:
            continue
        protocol, port = PROTOCOLS[check.kind], check["port"] or server.port or service.port
        by_nat = server.forward not in UNTOUCHED
        sources = [server.address] if by_nat else [check["address"]] if check["address"] else service.named_addresses
        for source in sources:
            yield FilterRule("accept", hook="input", protocol=protocol, source=source, source_port=port)


def _asked_with(check: HealthCheck, server: RealServer, family: str) -> dict[str, Any]:
    """What the packets of a check are known by; nothing of one that asks somebody else, or by a way of its own."""
    if check.kind == "ping":
        return {"protocol": ICMP[family]}
    if check.kind not in PROTOCOLS:
        return {}
    port = BFD_PORT if check.kind == "bfd" else check["port"] or server.port
    return {"protocol": PROTOCOLS[check.kind], "port": port}
