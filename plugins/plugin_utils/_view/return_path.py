# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The return path of NAT: how a real server's answers, and nothing else, go back through the director."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ...module_utils._netlink.address import FAMILIES, family_of, is_link_local
from ...module_utils._network.model import MAIN_TABLE
from .._values.cluster import Cluster, Part
from .._values.service import THROUGH_GATEWAY
from .entries import Entry, Route, RoutingRule, Sysctl

# The routing table by which the answers of nat go back through the director, and the priority of its rules: before the
# main table (32766). A host with several gateways has a table for
# each; 5081 is a director's (MARKED_TABLE).
RETURN_TABLE = 5080
FURTHER_RETURN_TABLES = 5082
# A socket of UDP that listens on all addresses has none when the way of its answer is looked up. In IPv4 a rule can say
# so (fib4_rule_match() in net/ipv4/fib_rules.c), in IPv6 one with a source is not for it (fib6_rule_match()).
UNSPECIFIED: dict[str, dict[str, Any]] = {"ipv4": {"family": "ipv4", "source": "0.0.0.0"}, "ipv6": {"family": "ipv6"}}
# Gateway -> number of the routing table that leads there.
Tables = dict[str, int]


def return_tables(clusters: Iterable[Cluster], host: str) -> Tables:
    """The routing table of a host that leads to each of its gateways, whichever cluster has that."""
    servers = (part.server for cluster in clusters for part in cluster.parts_of(host))
    gateways = sorted({server.gateway for server in servers if server.gateway})
    tables: Tables = {}
    for family in FAMILIES:
        own = [gateway for gateway in gateways if family_of(gateway) == family]
        for number, gateway in enumerate(own):
            tables[gateway] = FURTHER_RETURN_TABLES + number - 1 if number else RETURN_TABLE
    return tables


def return_path(cluster: Cluster, parts: list[Part], tables: Tables) -> Iterator[Entry]:
    """parts: those to which packets come by nat. tables: those of return_tables()."""
    for part in parts:
        yield from _route(part, tables)
        yield from _rules(cluster, part, tables)
        yield from _ignoring_redirects(part)


def _route(part: Part, tables: Tables) -> Iterator[Route]:
    gateway = part.server.gateway
    if not gateway or part.service.nat_return not in THROUGH_GATEWAY:
        return
    # A link-local gateway is on the link of the real server's own address; the kernel cannot tell by itself.
    interface = f"[{part.server.address}]" if is_link_local(gateway) else None
    table = tables[gateway] if part.service.nat_return == "policy_route" else None
    yield Route("default", gateway=gateway, interface=interface, table=table)


def _rules(cluster: Cluster, part: Part, tables: Tables) -> Iterator[RoutingRule]:
    """What goes back through the director: this service's answers alone, or more, where its ports are not known.

    A director that checks a real server gets the answer directly: through another director it would have to pass that
    one's packet filter, which has not seen the request.
    """
    gateway, family = part.server.gateway, part.service.family
    if not gateway or part.service.nat_return != "policy_route":
        return
    from_here: dict[str, Any] = {"family": family, "source": part.server.address}
    for known in part.service.answers_of(part.server):
        answers = _in_a_routing_rule(known)
        unbound = answers.get("protocol") == "udp" and "source_port" in answers
        for origin in (from_here, UNSPECIFIED[family]) if unbound else (from_here,):
            yield RoutingRule(RETURN_TABLE, tables[gateway], **origin, **answers)
            for director in cluster.directors if len(cluster.directors) > 1 else ():
                for own in director.addresses_of(family):
                    yield RoutingRule(RETURN_TABLE - 1, MAIN_TABLE, destination=own, **origin)


def _in_a_routing_rule(answers: dict[str, Any]) -> dict[str, Any]:
    """The kernel refuses port 65535 there (fib_rule_port_range_valid() in net/fib_rules.h): then all ports go back."""
    last = str(answers.get("source_port", "")).rpartition("-")[2]
    return {name: value for name, value in answers.items() if name != "source_port" or last != "65535"}


def _ignoring_redirects(part: Part) -> Iterator[Sysctl]:
    """A director cannot be kept from sending IPv6 redirects (ip6_forward() in net/ipv6/ip6_output.c); a real server
    that accepted one would answer that client past the director (rt6_do_redirect() in net/ipv6/route.c).
    """
    if part.outside == "ipv6" and part.service.nat_return in THROUGH_GATEWAY:
        yield Sysctl(f"net.ipv6.conf.[{part.server.address}].accept_redirects", "0")
