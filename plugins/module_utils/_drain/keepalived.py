# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""keepalived as the owner of weights: it watches files, and changes the table by what they say. Private."""

from __future__ import annotations

import time
from typing import Callable, Collection, Mapping, NamedTuple

from .._change import Change, Plan
from .._files import Texts
from .._ipvs.model import ServiceKey, Table, find_destination
from .._keepalived.managed import Quorum, RealServers

WriteTexts = Callable[[Texts], None]
# keepalived sees a file at once; an emulated machine is slower.
DEADLINE_S = 15.0
_POLL_S = 0.1


class Keepalived(NamedTuple):
    """The other owner. managed: what it has. quorums: what each service of it needs. write: writes the files that it
    watches. runs: whether it is there.
    """

    managed: RealServers
    quorums: Mapping[ServiceKey, Quorum]
    write: WriteTexts
    runs: Callable[[], bool]


def watched_in(folder: str, real_servers: RealServers) -> RealServers:
    """Return those real servers whose weight keepalived takes from files in this folder."""
    prefix = f"{folder}/"
    return {pair: value for pair, value in real_servers.items() if any(path.startswith(prefix) for path in value.files)}


def left_undone(changes: Plan, read: Callable[[], Table], losing: Collection[ServiceKey]) -> Plan:
    """Return those of the changes that keepalived has not carried out in time. losing: services without a quorum."""
    deadline = time.monotonic() + DEADLINE_S
    left = changes
    while left and time.monotonic() < deadline:
        time.sleep(_POLL_S)
        table = read()
        left = tuple(change for change in left if not _carried_out(change, table, losing))
    return left


def _carried_out(change: Change, table: Table, losing: Collection[ServiceKey]) -> bool:
    there = find_destination(table, change.key)
    return there == change.after or (there is None and change.key[0] in losing)
