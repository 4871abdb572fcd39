# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a director's own packet filter would drop of the cluster's packets."""

from __future__ import annotations

from collections.abc import Iterator

from ...module_utils._filter.model import FIREWALLD, IPTABLES, UFW
from ...module_utils._netlink.address import family_of
from .._rules.rule import Note, advice, seen
from .candidate import Candidate, Facts


def closed_chains(candidate: Candidate) -> Iterator[tuple[str, Facts, Facts]]:
    """Each chain that drops what its rules do not accept, and the view of the director, until that is set up.

    Of one that is, status tells what does not come through.
    """
    if candidate.cluster is not None and not candidate.is_set_up:
        for chain in candidate.report["closed"]:
            yield candidate.host, chain, candidate.view


@advice("LVS741", "closed-firewall", each=closed_chains)
def closed_firewall(host: str, chain: Facts, view: Facts) -> Iterator[Note]:
    """A director's own packet filter drops what its rules do not accept, and the cluster's packets pass through it.

    Accept them in your own rules, or set `lvs_cluster.open_firewall: true`.
    """
    if any(rule["kind"] == "accept" for rule in view["filter"]["rules"]):
        return  # open_firewall lets all of it pass
    passing = dict.fromkeys(words for hook, family, words in _passing(view) if _at(chain, hook, family))
    if passing:
        keeper = chain["tool"]
        tool = f", with lvs_cluster.firewall: {keeper}, which keeps that chain" if keeper in _NAMED else ""
        yield seen(
            host,
            f"The chain {chain['chain']} of the host's own packet filter drops whatever its rules do not accept",
            f"The cluster needs {' and '.join(passing)}",
            f"Make sure that the rules accept that, or set lvs_cluster.open_firewall: true{tool}",
        )


@advice("LVS742", "opened-beside-firewalld", each=closed_chains)
def opened_beside_firewalld(host: str, chain: Facts, view: Facts) -> Iterator[Note]:
    """`open_firewall` would open firewalld with another tool: that works until firewalld is reloaded, or not at all.

    Set `firewall`, or `lvs_firewall` of the host, to `firewalld`.
    """
    opened = any(rule["kind"] == "accept" and rule.get("hook") == chain["hook"] for rule in view["filter"]["rules"])
    if opened and chain["tool"] == FIREWALLD and view["filter"].get("firewall") != FIREWALLD:
        yield seen(
            host,
            f"firewalld keeps the chain {chain['chain']}: what another tool opens there is gone when firewalld is "
            "reloaded or started again",
            "Set lvs_cluster.firewall: firewalld, or lvs_firewall: firewalld for this host",
        )


# Those in which nothing opens unless they are asked for.
_NAMED = (IPTABLES, FIREWALLD, UFW)


def _at(chain: Facts, hook: str, family: str) -> bool:
    return chain["hook"] == hook and chain["family"] in ("inet", {"ipv4": "ip", "ipv6": "ip6"}[family])


def _passing(view: Facts) -> Iterator[tuple[str, str, str]]:
    """The hook and the family of what has to pass, and what it is."""
    for family in ("ipv4", "ipv6"):
        services = [service for service in view["services"] if _family(service) == family]
        if services:
            yield "input", family, "all that clients send to the services"
        if any(router["family"] == family for router in view["virtual_routers"]) and len(view["cluster_directors"]) > 1:
            yield "input", family, "what the other directors advertise (VRRP; without it each of them takes the VIPs)"
        if any(server["forward"] == "nat" for service in services for server in service["destinations"]):
            yield "forward", family, "all answers of real servers by NAT"


def _family(service: Facts) -> str:
    return service.get("family") or family_of(service["address"])
