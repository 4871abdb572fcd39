# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real servers that left the definition, where a director that takes no part may still send packets to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .._rules.rule import Note, advice, seen, whole


@dataclass(frozen=True)
class Released:
    """addresses: of the real servers to which the directors of this run no longer send packets.

    apart: the other directors of the cluster.
    """

    addresses: Sequence[str]
    apart: Sequence[str]


@advice("LVS765", "still-in-use", each=whole)
def still_in_use(left: Released) -> Iterator[Note]:
    """Real servers are no longer in the definition, and a director that took no part may still send packets to them.

    Run the playbook without --limit to remove the cluster from them.
    """
    if left.addresses and left.apart:
        yield seen(
            ", ".join(left.addresses),
            "no longer in the definition, but left as they are",
            f"{', '.join(left.apart)} did not take part in this run and may still send packets there",
            "Run the playbook without --limit to remove the cluster from them",
        )
