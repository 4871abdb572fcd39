# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run for some hosts of a cluster (--limit): what would need the others is refused, or left for later, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._values.cluster import Cluster
from .._values.real_server import UNTOUCHED

View = Mapping[str, Any]


@dataclass(frozen=True)
class Unaccepted:
    """What is said of a director whose new VIPs some real servers do not accept. refusals: where none of them does."""

    refusals: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()


def unaccepted(cluster: Cluster, host: str, table: Iterable[View], taking_part: Collection[str]) -> Unaccepted:
    """table: the virtual services that the director has. taking_part: the hosts of the run.

    One without a table may be set up anew, and what it is to send is accepted already. The same is so of a VIP that it
    knows.
    """
    table = [*table]
    known = {service.get("address") for service in table}  # one by firewall mark has none
    refusals, advice = [], []
    for vip in sorted({service.address for service in cluster.services if service.address} - known) if table else []:
        hosts = _hosts_with(cluster, vip)
        away = [each for each in hosts if each not in taking_part]
        if away and away == hosts:
            refusals.append(_refusal(host, vip, away))
        elif away:
            advice.append(
                f"{host} will send packets for the new address {vip} to {', '.join(away)} too, once a check finds a "
                "service there, and this run does not let them accept any. Run the playbook for them next, or drain "
                "them."
            )
    return Unaccepted(tuple(refusals), tuple(advice))


def _hosts_with(cluster: Cluster, vip: str) -> list[str]:
    servers = (server for service in cluster.services if service.address == vip for server in service.all_servers)
    return sorted({server.host for server in servers if server.host and server.forward in UNTOUCHED})


def _refusal(host: str, vip: str, away: Collection[str]) -> str:
    return (
        f"{host} would send packets for {vip}, which is new to it, to {', '.join(away)}, and no real server of that "
        "address takes part in this run to accept them. Run the playbook for them too: --limit "
        f"'{':'.join([host, *away])}'. Nothing was changed."
    )


@dataclass(frozen=True)
class Settling:
    """The last step of a real server. state: replaced, or merged where it must give up nothing yet. way_back: whether
    routes and rules back to the directors are set. later: what is left for another run.
    """

    state: str = "replaced"
    way_back: bool = True
    later: tuple[str, ...] = ()


def settling(host: str, directors: Iterable[str], set_up: Collection[str], network: View, plan: View) -> Settling:
    """directors: of all clusters that the host serves. set_up: those that this run has set up. network: what the host
    is to have. plan: what would change for that, as host_network has told before anything was changed.
    """
    missing = sorted({*directors} - {*set_up})
    if not missing:
        return Settling()
    # By a default route that leads nowhere the host would be cut off, also from who sets it up.
    risky = [route for route in network["routes"] if route.get("gateway") and not route.get("table")]
    new_routes = any(change["kind"] == "route" for change in (*plan["added"], *plan["changed"]))
    return Settling(
        state="merged",
        way_back=not risky,
        later=(
            *([_kept(host, plan["removed"], missing)] if plan["removed"] else []),
            *([_no_way_back(host, risky, missing)] if risky and new_routes else []),
        ),
    )


def _kept(host: str, removed: Iterable[View], missing: Iterable[str]) -> str:
    names = ", ".join(f"{change['kind']} {change['name']}" for change in removed)
    return (
        f"{host} keeps what the definition no longer has ({names}): {', '.join(missing)} did not take part in this "
        "run, and may send packets for it still. Run the playbook without --limit to give it up."
    )


def _no_way_back(host: str, routes: Iterable[View], missing: Iterable[str]) -> str:
    gateways = ", ".join(sorted({route["gateway"] for route in routes}))
    return (
        f"{host} does not get its route through {gateways} yet: {', '.join(missing)} did not take part in this run, "
        "and a route through a director that does not lead would cut the host off. Run the playbook without --limit."
    )
