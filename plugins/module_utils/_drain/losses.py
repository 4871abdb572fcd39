# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What services lose by a change of weights: their quorum, or their last real server. Pure. Private."""

from __future__ import annotations

from typing import Dict, Iterable, Iterator, Mapping, NamedTuple

from .._ipvs.model import ServiceKey, Table
from .._keepalived.managed import Quorum, RealServers
from .model import Selection


class LostQuorum(NamedTuple):
    """left: the sum of the weights that a service has then."""

    quorum: Quorum
    left: int

    @property
    def consequence(self) -> str:
        return self.quorum.consequence

    def __str__(self) -> str:
        quorum = self.quorum
        hysteresis = f", less its hysteresis of {quorum.hysteresis}" if quorum.hysteresis else ""
        return f"the remaining weights add up to {self.left}, which is below its quorum of {quorum.weight}{hysteresis}"


LostQuorums = Dict[ServiceKey, LostQuorum]


def lost_quorums(
    services: Iterable[ServiceKey],
    quorums: Mapping[ServiceKey, Quorum],
    managed: RealServers,
    before: Table,
    after: Table,
) -> LostQuorums:
    """Return which of the services lose their quorum. before, after: the table."""
    lost: LostQuorums = {}
    for key in services:
        quorum, left = quorums.get(key), _live_weight(key, managed, after)
        if quorum is not None and quorum.lost(_live_weight(key, managed, before), left):
            lost[key] = LostQuorum(quorum, left)
    return lost


def _live_weight(service: ServiceKey, managed: RealServers, table: Table) -> int:
    """Return what keepalived compares with the quorum: a real server that has failed its check has no weight."""
    return sum(there.weight for there in table[service].destinations if (service, there.key) in managed)


def has_others(service: ServiceKey, selection: Selection, table: Table) -> bool:
    """Return whether a real server that is not selected takes new connections of a service."""
    return any(there.weight for there in table[service].destinations if not selection.has((service, there.key)))


def dangers(services: Iterable[ServiceKey], without_others: Iterable[ServiceKey], lost: LostQuorums) -> Iterator[str]:
    """Yield what a call without force must not do, with what would come of it.

    without_others: those services that nobody would serve any more.
    """
    alone = {*without_others}
    for key in services:
        consequence = lost[key].consequence if key in lost else ""
        then = f"; {consequence}" if consequence else ""
        if key in alone:
            yield f"service {key}: this would leave it with no real server for new connections{then}"
        elif consequence:
            yield f"service {key}: {lost[key]}{then}"


def told(lost: LostQuorums) -> Iterator[str]:
    """Yield what has become of the services, for the caller."""
    for key, loss in sorted(lost.items()):
        then = f". With that, {loss.consequence}" if loss.consequence else ", which keepalived reports"
        yield f"service {key}: {loss}{then}"
