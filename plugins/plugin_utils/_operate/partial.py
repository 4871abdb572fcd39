# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run for some hosts of a cluster (--limit): what needs the others is left for a later run, with the reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

View = Mapping[str, Any]


@dataclass(frozen=True)
class Settling:
    """The last step of a real server. state: replaced, or merged where it must not remove anything yet. way_back:
    whether routes and rules back to the directors are set. later: what is left for another run.
    """

    state: str = "replaced"
    way_back: bool = True
    later: tuple[str, ...] = ()


def settling(host: str, directors: Iterable[str], set_up: Collection[str], network: View, plan: View) -> Settling:
    """directors: of all clusters that the host serves. set_up: those that this run has set up. network: what the host
    is to have. plan: what would change for that, as host_network reported before anything was changed.
    """
    missing = sorted({*directors} - {*set_up})
    if not missing:
        return Settling()
    # A default route through a director that does not forward would cut the host off, even from Ansible.
    risky = [route for route in network["routes"] if route.get("gateway") and not route.get("table")]
    new_routes = any(change["kind"] == "route" for change in (*plan["added"], *plan["changed"]))
    return Settling(
        state="merged",
        way_back=not risky,
        later=(
            *([_kept(host, plan["removed"], missing)] if plan["removed"] else []),
            *([_no_return_path(host, risky, missing)] if risky and new_routes else []),
        ),
    )


def _kept(host: str, removed: Iterable[View], missing: Iterable[str]) -> str:
    names = ", ".join(f"{change['kind']} {change['name']}" for change in removed)
    return (
        f"{host} keeps what the definition no longer has ({names}): {', '.join(missing)} did not take part in this "
        "run, and may still send packets for it. Run the playbook without --limit to remove it."
    )


def _no_return_path(host: str, routes: Iterable[View], missing: Iterable[str]) -> str:
    gateways = ", ".join(sorted({route["gateway"] for route in routes}))
    return (
        f"{host} does not get its route through {gateways} yet: {', '.join(missing)} did not take part in this run, "
        "and a route through a director that does not forward would cut the host off. Run the playbook without --limit."
    )
