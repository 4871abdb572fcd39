# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who checks real servers, and balances: the one interface of all that can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from .._values.cluster import Cluster
from .._values.director import Director
from .._values.real_server import RealServer
from .._view.entries import FilterRule


class Checker(Protocol):
    """One way of keeping the table of services in step with what real servers can do.

    programs: what a director needs for it, by the names of files; the packages have the same. What the role does for
    it is in roles/director/tasks/checks, in a file of the same name.
    """

    programs: tuple[str, ...]

    def openings_on_director(self, cluster: Cluster, director: Director) -> Iterator[FilterRule]:
        """What a closed firewall of a director must let in, so that it hears real servers."""

    def openings_on_real_server(self, cluster: Cluster, servers: Iterable[RealServer]) -> Iterator[FilterRule]:
        """What a closed firewall of a real server must let in, so that directors can ask it."""
