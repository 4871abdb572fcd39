# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nobody checks: the table is as the definition says, whatever real servers can do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .._values.cluster import Cluster
from .._values.director import Director
from .._values.real_server import RealServer
from .._view.entries import FilterRule


class Nobody:
    """The table is set by ipvs_services, and loaded at boot."""

    programs: tuple[str, ...] = ("ipvsadm",)

    def openings_on_director(self, cluster: Cluster, director: Director) -> Iterator[FilterRule]:
        yield from ()

    def openings_on_real_server(self, cluster: Cluster, servers: Iterable[RealServer]) -> Iterator[FilterRule]:
        yield from ()
