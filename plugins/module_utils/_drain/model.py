# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which real servers a call is about, what is wanted of them, and where that is kept. Pure. Private."""

from __future__ import annotations

from typing import FrozenSet, Mapping, NamedTuple, Optional, Tuple

from .._ipvs.model import Pair, ServiceKey


class Selection(NamedTuple):
    """Which destinations are meant. port: None for every one. services: empty for all."""

    addresses: Tuple[str, ...]
    port: Optional[int] = None
    services: Tuple[ServiceKey, ...] = ()

    @property
    def everywhere(self) -> bool:
        return self.port is None and not self.services

    def has(self, pair: Pair) -> bool:
        service, destination = pair
        return (
            destination.address in self.addresses
            and self.port in (None, destination.port)
            and (not self.services or service in self.services)
        )


class Goal(NamedTuple):
    """What is wanted. weight: None for the one of the definition. force: even if a service has nothing left then.

    temporary: only for a while, so that what operators have said before is kept, and comes back. share: percent of the
    weight for a slow start, None for all of it. continued: the names of those whose slow start goes on, if nobody has
    said anything else of them since; None where it begins.
    """

    drained: bool
    weight: Optional[int] = None
    force: bool = False
    temporary: bool = False
    share: Optional[int] = None
    continued: Optional[FrozenSet[str]] = None


class Files(NamedTuple):
    """Where the state is kept. boot_file: of the rules that ipvs_services writes. texts: of the files in the folder."""

    boot_file: str
    folder: str
    texts: Mapping[str, str]
