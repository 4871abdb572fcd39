# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A director that joins a cluster in a run in which others take no part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .._rules.rule import Note, advice, seen, whole


@dataclass(frozen=True)
class Joining:
    """host: a director that no run has set up yet. apart: the other directors that take no part in this run."""

    host: str
    apart: Sequence[str]


@advice("LVS767", "drains-unknown", each=whole)
def drains_unknown(joining: Joining) -> Iterator[Note]:
    """A new director does not know which real servers are drained, since another director took no part in the run.

    Drain these real servers again: the playbook `lvs.cluster.drain` reaches all directors.
    """
    if joining.apart:
        others = ", ".join(joining.apart)
        yield seen(
            joining.host,
            f"It is new, and {others} did not take part in this run",
            f"Real servers that operators have drained on {others} will get connections from it",
            "Drain them again (lvs.cluster.drain reaches all directors), or remove the cluster from the new director "
            "and run the playbook without --limit",
        )
