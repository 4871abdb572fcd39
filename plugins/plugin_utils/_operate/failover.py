# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who hands the VIPs over, who may take them, and whether they have been taken: from what the directors report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._schema.sentences import nearest
from .._values.cluster import Cluster
from .._values.vrrp import STANDBY
from .readiness import names_of
from .rollout import without_prefix

FROM, TO, BACK, OTHER = "from", "to", "back", "other"


@dataclass(frozen=True)
class Standing:
    """What a director has reported. held: the VIPs that it has. in_standby: whether it has been set to take none.

    runs: whether keepalived runs there.
    """

    held: frozenset[str] = frozenset()
    in_standby: bool = False
    runs: bool = True


def standing_of(told: Mapping[str, Any]) -> Standing:
    """told: what host_info has returned on a director."""
    held = frozenset(map(without_prefix, told["held"]))
    return Standing(held, STANDBY in names_of(told["files"]), told["keepalived_runs"])


@dataclass(frozen=True)
class Wish:
    """What the operator asks for. director: which one, None for the one that has the VIPs, or for all that come back.

    comes_back: whether directors in standby are to take VIPs again. probe: address and port to try, if named.
    drill: whether the one that hands over comes back at the end.
    """

    director: str | None = None
    comes_back: bool = False
    probe: tuple[str, int] | None = None
    drill: bool = False

    @property
    def seconds(self) -> int:
        """How long to probe: there, or there and back again."""
        return 40 if self.drill else 15


@dataclass(frozen=True)
class Choice:
    """parts: host -> FROM, TO, BACK or OTHER. moving: the VIPs that are to move. probe: to what clients' connections
    are tried, and for how many seconds. returning: who may have VIPs again at the end. refusal: why nothing is done,
    empty where something is.
    """

    parts: Mapping[str, str]
    moving: tuple[str, ...] = ()
    probe: tuple[str, int] | None = None
    refusal: str = ""
    seconds: int = 15
    returning: tuple[str, ...] = ()


def choose(cluster: Cluster, standings: Mapping[str, Standing], wish: Wish, silent: Collection[str] = ()) -> Choice:
    """standings: of the directors that take part. silent: those that were to take part and have not answered."""
    parts = {**_parts(cluster, standings, wish), **dict.fromkeys(silent, OTHER)}
    moving = {vip for host, part in parts.items() if part == FROM for vip in standings[host].held}
    probe = wish.probe or _endpoint(cluster, moving)
    refusal = (
        _no_cluster_to_move(cluster)
        or _not_there(cluster, standings, wish, silent)
        or _nothing_to_probe(probe, wish)
        or _nobody(parts, standings)
    )
    returning = tuple(host for host, part in parts.items() if part == BACK or (wish.drill and part == FROM))
    message = f"Nothing was done{refusal}" if refusal else ""
    return Choice(parts, tuple(sorted(moving)), probe, message, wish.seconds, returning)


def stuck(host: str, held: Collection[str] | None) -> str:
    """What to say where a director is in standby, but has not given up its VIPs. held: None where that is unknown."""
    still = f"still has {', '.join(sorted(held))}" if held else "has not reported that it gave them up"
    return (
        f"{host} was to hand over its VIPs, but {still}. It stays in standby, and takes no VIP until you run: "
        f"ansible-playbook lvs.cluster.failover -e state=active -e director={host}. To see why, look on {host}: "
        "journalctl -u keepalived."
    )


def not_one(clusters: Iterable[str]) -> str:
    """Why nothing is done where the run is for several clusters."""
    return (
        f"Nothing was done. This inventory has the clusters {', '.join(clusters)}; say which one you mean: "
        "-e lvs_cluster_name=NAME"
    )


def lost(moving: Iterable[str], standings: Iterable[Standing]) -> tuple[str, ...]:
    """The VIPs that no director has taken. standings: of those that might have."""
    taken = frozenset().union(*(standing.held for standing in standings))
    return tuple(sorted({*moving} - taken))


def _parts(cluster: Cluster, standings: Mapping[str, Standing], wish: Wish) -> dict[str, str]:
    if wish.comes_back:
        return {host: BACK if wish.director in (None, host) else OTHER for host in standings}
    vips = {vip.address for vip in cluster.held_vips}
    return {
        host: FROM if (host == wish.director if wish.director else standing.held >= vips) else TO
        for host, standing in standings.items()
    }


def _endpoint(cluster: Cluster, moving: Collection[str]) -> tuple[str, int] | None:
    """The first TCP service at an address, of those that move if there is one."""
    endpoints = [
        (service.address, service.port)
        for service in cluster.services
        if service.address and service.port and service.protocol == "tcp"
    ]
    return next((endpoint for endpoint in endpoints if endpoint[0] in moving), next(iter(endpoints), None))


def _no_cluster_to_move(cluster: Cluster) -> str:
    if cluster.moves_vips and len(cluster.directors) > 1:
        return ""
    directors = ", ".join(director.host for director in cluster.directors)
    return (
        ". VIPs move between directors only with the engine keepalived and at least two directors; here "
        f"the engine is {cluster.engine}, and the directors are {directors}."
    )


def _not_there(cluster: Cluster, standings: Mapping[str, Standing], wish: Wish, silent: Collection[str]) -> str:
    """Why a run needs a director that is not there. To come back, a director does not need the others."""
    if wish.director and not cluster.is_director(wish.director):
        close = nearest(wish.director, [director.host for director in cluster.directors])
        return f". {wish.director} is not a director of the cluster {cluster.name}{close}"
    if wish.director and wish.director not in standings:
        return f". {wish.director} did not answer, or --limit leaves it out."
    if silent and not (wish.comes_back and standings):
        listed, left_out = ", ".join(sorted(silent)), ":".join(f"!{host}" for host in sorted(silent))
        return (
            f". {listed} did not answer, so it is not known which director has which VIP; to go on without, use "
            f"--limit 'all:{left_out}'"
        )
    return ""


def _nothing_to_probe(probe: tuple[str, int] | None, wish: Wish) -> str:
    if probe or wish.comes_back:
        return ""
    return (
        ". The definition has no TCP service with an address that could be probed; name one: "
        "-e address=VIP -e port=PORT."
    )


def _nobody(parts: Mapping[str, str], standings: Mapping[str, Standing]) -> str:
    """Why no director hands over, or none would take the VIPs."""
    if not {FROM, BACK} & {*parts.values()}:
        return ". No director has all VIPs; name the one that hands over: -e director=HOST."
    others = [host for host, part in parts.items() if part == TO]
    standby = [host for host in others if standings[host].in_standby]
    stopped = [host for host in others if not standings[host].runs]
    if BACK in parts.values() or {*others} - {*standby, *stopped}:
        return ""
    return (
        ": no other director would take the VIPs. In standby, until -e state=active brings them back: "
        f"{', '.join(standby) or 'none'}. Without a running keepalived: {', '.join(stopped) or 'none'}."
    )
