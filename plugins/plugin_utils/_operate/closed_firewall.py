# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a director's own packet filter would drop of the cluster's packets: facts in, sentences out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...module_utils._netlink.address import family_of

View = Mapping[str, Any]


def closed_firewall(closed: Iterable[View], view: View) -> list[str]:
    """What a roll-out says of a director. closed: as host_info returns it. view: as resolve returns it."""
    if any(rule["kind"] == "accept" for rule in view["filter"]["rules"]):
        return []  # open_firewall lets all of it pass
    sentences = []
    for chain in closed:
        passing = [words for hook, family, words in _passing(view) if _at(chain, hook, family)]
        if passing:
            sentences.append(_sentence(chain, passing))
    return sentences


def _at(chain: View, hook: str, family: str) -> bool:
    return chain["hook"] == hook and chain["family"] in ("inet", {"ipv4": "ip", "ipv6": "ip6"}[family])


def _passing(view: View) -> Iterator[tuple[str, str, str]]:
    """The hook and the family of what has to pass, and what it is."""
    for family in ("ipv4", "ipv6"):
        services = [service for service in view["services"] if _family(service) == family]
        if services:
            yield "input", family, "all that clients send to the services"
        if any(router["family"] == family for router in view["virtual_routers"]) and len(view["cluster_directors"]) > 1:
            yield "input", family, "what the other directors advertise (VRRP; without it each of them takes the VIPs)"
        if any(server["forward"] == "nat" for service in services for server in service["destinations"]):
            yield "forward", family, "all answers of real servers by NAT"


def _family(service: View) -> str:
    return service.get("family") or family_of(service["address"])


def _sentence(chain: View, passing: Iterable[str]) -> str:
    tool = ", with lvs_cluster.firewall: iptables, which keeps that chain" if chain["tool"] == "iptables" else ""
    return (
        f"The chain {chain['chain']} of the host's own packet filter drops whatever its rules do not accept. Make "
        f"sure that they accept {' and '.join(dict.fromkeys(passing))}, or set lvs_cluster.open_firewall: true{tool}"
    )
