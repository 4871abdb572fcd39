# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the virtual-server table together with what is counted. Private to the collection.

The kernel's messages carry both. kernel.py reads the settings alone, which is all that a change needs, in less time.
"""

from __future__ import annotations

from .._netlink import ipvs
from . import statistics, wire
from .family import IpvsFamily
from .for_checks import is_for_checks
from .model import Destination, ServiceKey, Table, VirtualService
from .statistics import DestinationStatistics, ServiceStatistics, TableStatistics


class CountedTableReader:
    """The virtual-server table of this host's network namespace, with its statistics."""

    def __init__(self, family: IpvsFamily) -> None:
        self._family = family

    def read(self) -> tuple[Table, TableStatistics]:
        """Return the whole table and the statistics of all that is in it, from one dump.

        It is without the services that keepalived has for its own checks.
        """
        table: Table = {}
        counted: TableStatistics = {}
        for payload in self._family.dump(ipvs.GET_SERVICE, "read the virtual services"):
            key, service = wire.decode_service(payload)
            if is_for_checks(key):
                continue
            destinations = self._destinations(key)
            table[key] = VirtualService(service, tuple(destination for destination, _counted in destinations))
            counted[key] = ServiceStatistics(
                statistics.decode_service(payload),
                {destination.key: of_destination for destination, of_destination in destinations},
            )
        return table, counted

    def _destinations(self, key: ServiceKey) -> list[tuple[Destination, DestinationStatistics]]:
        payloads = self._family.dump(ipvs.GET_DEST, f"read the destinations of {key}", wire.identifying(key))
        return sorted(zip(wire.decode_destinations(payloads, key.family), map(statistics.decode_destination, payloads)))
