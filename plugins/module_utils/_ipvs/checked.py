# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keepalived's checks may have made of the defined table, and what nobody but a hand can have. Pure. Private.

keepalived never reads the table: it sends what changes by its own knowledge (ipwrapper.c), takes a service or a real
server that is there already for its own as it is, and never corrects what somebody else has set. So the table is
compared with the definition here, and of the differences stays what a check explains.
"""

from __future__ import annotations

from typing import Dict, FrozenSet, Iterator, Mapping, NamedTuple, Optional

from .._keepalived.managed import Managed, RealServers, SorryServers, managed, sorry_servers
from .._keepalived.text import is_own
from .._places import FAILED
from .model import Destination, DestinationKey, ServiceKey, Table, VirtualService


class Checks(NamedTuple):
    """What keepalived checks.

    running: its real servers now, none where it does not run. coming: those of its next start or reload. sorry: the
    sorry servers of both. former: services that this collection's own file has had and the next has not. folder: that
    of the operator's drains, which are no checks. The files of FAILED only take out.
    """

    running: RealServers
    coming: RealServers
    sorry: SorryServers
    former: FrozenSet[ServiceKey]
    folder: str

    def sets_weight(self, real_server: Managed) -> bool:
        """Return whether the weight is what a script or a file of the owner says."""
        ours = (f"{self.folder}/", f"{FAILED}/")
        return real_server.dynamic or any(not path.startswith(ours) for path in real_server.files)


def checks_of(before: Optional[str], coming: str, runs: bool, folder: str) -> Checks:
    """Return what keepalived checks. before: its configuration as it is, coming: as it will be, both as text."""
    now, then = sorry_servers(before or ""), sorry_servers(coming)
    sorry: Dict[ServiceKey, FrozenSet[DestinationKey]] = dict(then)
    for key, servers in now.items() if runs else ():
        sorry[key] = servers | sorry.get(key, frozenset())
    former = frozenset(now.keys() - then.keys()) if before and is_own(before) else frozenset()
    return Checks(managed(before or "") if runs else {}, managed(coming), sorry, former, folder)


def as_checked(desired: Table, observed: Table, checks: Checks) -> Table:
    """Return the desired table with what keepalived's checks have made of it.

    desired: by the definition and the operator's drains. What is no matter of keepalived's is as it is there.
    """
    ours = {key for key, _destination in checks.coming}
    return {
        key: _checked(key, value, observed.get(key), checks) if key in ours else value for key, value in desired.items()
    }


def _checked(key: ServiceKey, wanted: VirtualService, now: Optional[VirtualService], checks: Checks) -> VirtualService:
    there = {destination.key: destination for destination in now.destinations} if now else {}
    defined = {destination.key for destination in wanted.destinations}
    destinations = [
        *_defined(key, wanted, now, there, checks),
        *(there[name] for name in there.keys() - defined if _is_keepalived_s(key, name, checks)),
    ]
    return wanted._replace(destinations=tuple(sorted(destinations)))


def _defined(
    key: ServiceKey,
    wanted: VirtualService,
    now: Optional[VirtualService],
    there: Mapping[DestinationKey, Destination],
    checks: Checks,
) -> Iterator[Destination]:
    """Yield those destinations of the definition that are to be there."""
    lost = any(there[name].weight for name in checks.sorry.get(key, frozenset()) if name in there)
    for destination in wanted.destinations:
        pair = key, destination.key
        running, coming = checks.running.get(pair), checks.coming.get(pair)
        found = there.get(destination.key)
        if found is None:
            # A check has taken it out, or has not let it in yet. A service that is gone took it along unasked.
            if not (running and now) and not (coming and coming.alpha and not running):
                yield destination
        elif running and checks.sets_weight(running):
            yield destination._replace(weight=found.weight)
        elif running and found.weight == 0 and (running.inhibited or lost):
            yield destination._replace(weight=0)
        else:
            yield destination


def _is_keepalived_s(key: ServiceKey, name: DestinationKey, checks: Checks) -> bool:
    """Return whether keepalived may have a destination in the table that the definition has no word for."""
    return name in checks.sorry.get(key, frozenset()) or (key, name) in checks.coming
