# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who hands the VIPs over, who may take them, and whether they have been taken: from what the directors report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ...module_utils._places import STANDBY
from .._host_rules.handover import Handover
from .._host_rules.run import findings
from .._rules.finding import errors_in
from .._values.cluster import Cluster
from .._values.vip import without_prefix

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
    return Standing(held, STANDBY in told["files"], told["keepalived_runs"])


@dataclass(frozen=True)
class Wish:
    """What the operator asks for. director: which one, None for the one that has the VIPs, or for all that come back.

    comes_back: whether directors in standby are to take VIPs again. probe: address and port to try, None for each that
    is not named.
    drill: whether the one that hands over comes back at the end. probed: whether something has to be probed meanwhile.
    """

    director: str | None = None
    comes_back: bool = False
    probe: tuple[str | None, int | None] = (None, None)
    drill: bool = False
    probed: bool = True

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
    probe = _endpoint(cluster, moving, *wish.probe)
    found = errors_in(
        findings(_handover(cluster, standings, wish, silent, parts, bool(probe) or not wish.probed), [cluster])
    )
    returning = tuple(host for host, part in parts.items() if part == BACK or (wish.drill and part == FROM))
    refusal = f"Nothing was done. {found[0]}" if found else ""  # what comes after the first may follow from it
    return Choice(parts, tuple(sorted(moving)), probe, refusal, wish.seconds, returning)


def _handover(
    cluster: Cluster,
    standings: Mapping[str, Standing],
    wish: Wish,
    silent: Collection[str],
    parts: Mapping[str, str],
    has_probe: bool,
) -> Handover:
    takers = [host for host, part in parts.items() if part == TO]
    return Handover(
        cluster,
        wish.director,
        wish.comes_back,
        answered=[*standings],
        silent=silent,
        has_probe=has_probe,
        has_giver=not {FROM, BACK}.isdisjoint(parts.values()),
        takers=takers,
        standby=[host for host in takers if standings[host].in_standby],
        stopped=[host for host in takers if not standings[host].runs],
    )


@dataclass(frozen=True)
class Turns:
    """In which order directors step aside, and which of them are in standby already."""

    hosts: tuple[str, ...]
    in_standby: tuple[str, ...]


def turns(standings: Mapping[str, Standing]) -> Turns:
    """Those that have the fewest VIPs first, so that VIPs move as seldom as possible."""
    order = sorted(standings, key=lambda host: (len(standings[host].held), host))
    return Turns(tuple(order), tuple(host for host in order if standings[host].in_standby))


def lost(moving: Iterable[str], standings: Iterable[Standing]) -> tuple[str, ...]:
    """The VIPs that no director has taken. standings: of those that might have."""
    taken = frozenset().union(*(standing.held for standing in standings))
    return tuple(sorted({*moving} - taken))


def _parts(cluster: Cluster, standings: Mapping[str, Standing], wish: Wish) -> dict[str, str]:
    if wish.comes_back:
        return {host: BACK if wish.director in (None, host) else OTHER for host in standings}
    vips = {vip.address for vip in cluster.held_vips}
    givers = {host for host, standing in standings.items() if standing.held >= vips and not cluster.announces}
    if wish.director:
        givers = {wish.director}
    return {host: FROM if host in givers else TO for host in standings}


def _endpoint(
    cluster: Cluster, moving: Collection[str], address: str | None, port: int | None
) -> tuple[str, int] | None:
    """What is named, completed by the first TCP service at an address that it fits, of those that move if there is one.

    A port that no service has is tried at the address of the first one.
    """
    if address and port:
        return address, port
    endpoints = [
        (service.address, service.port)
        for service in cluster.services
        if service.address and service.port and service.protocol == "tcp" and address in (None, service.address)
    ]
    endpoints.sort(key=lambda endpoint: (port not in (None, endpoint[1]), endpoint[0] not in moving))
    return next(((there, port or own) for there, own in endpoints), None)
