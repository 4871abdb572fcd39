# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""New VIPs that are already in use: who has answered when the directors asked for them on the network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Reports = Mapping[str, Mapping[str, Any]]


def vip_conflicts(directors: Sequence[str], reports: Reports) -> list[str]:
    """A sentence for each VIP for which a host outside the cluster answers.

    reports: what host_network has returned on each host of this run; directors report answers. A director may answer,
    since it may hold the VIP as part of the cluster. So may a real server that is about to stop answering: one that
    would go on has been refused already. While a director is missing from the reports, the answer may be its own.
    """
    if not all(director in reports for director in directors):
        return []
    hosts = {
        hardware_address: host
        for host, report in reports.items()
        for hardware_address in report.get("hardware_addresses", {}).values()
    }
    heard: dict[tuple[str, str], str] = {}
    for director in directors:
        for address, hardware_addresses in reports[director].get("answers", {}).items():
            for hardware_address in hardware_addresses:
                heard.setdefault((address, hardware_address), director)
    return list(_sentences(heard, hosts))


def _sentences(heard: Mapping[tuple[str, str], str], hosts: Mapping[str, str]) -> Iterator[str]:
    for (address, hardware_address), director in sorted(heard.items()):
        if hardware_address not in hosts:
            yield (
                f"{address} is in use already: when {director} asked for it, the host with the MAC address "
                f"{hardware_address} answered, which is not in this cluster. Remove the address from that host, or "
                "give the service another address."
            )
