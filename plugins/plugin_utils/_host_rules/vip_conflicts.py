# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""New VIPs that are already in use: who has answered when the directors asked for them on the network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._rules.rule import Note, error, seen


@dataclass(frozen=True)
class Answers:
    """directors: of the cluster. reports: what host_network has returned on each host of this run.

    Those of directors have answers. A director may answer, since it may hold the VIP as part of the cluster. So may a
    real server that is about to stop answering: one that would go on has been refused already.
    """

    directors: Sequence[str]
    reports: Mapping[str, Mapping[str, Any]]


def foreign_answers(subject: Answers) -> Iterator[tuple[str, str, str]]:
    """Each director that was the first to get an answer, the VIP that it asked for and the MAC address that answered.

    While a director is missing from the reports, the answer may be its own.
    """
    if not all(director in subject.reports for director in subject.directors):
        return
    own = {mac for report in subject.reports.values() for mac in report.get("hardware_addresses", {}).values()}
    first: dict[tuple[str, str], str] = {}
    for director in subject.directors:
        for vip, macs in subject.reports[director].get("answers", {}).items():
            for mac in macs:
                first.setdefault((vip, mac), director)
    yield from ((director, vip, mac) for (vip, mac), director in sorted(first.items()) if mac not in own)


@error("LVS754", "vip-conflict", each=foreign_answers)
def vip_conflict(director: str, vip: str, mac: str) -> Iterator[Note]:
    """A host outside the cluster answers for a VIP that the run would add to the cluster.

    Remove the address from that host, or give the service another address.
    """
    yield seen(
        director,
        f"When it asked for {vip}, the host with the MAC address {mac} answered",
        "The VIP is in use already, by a host that is not in this cluster",
        "Remove the address from that host, or give the service another address",
    )
