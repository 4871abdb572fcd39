# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who was a director until now, and may go on as one beside those that remain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .._keepalived.neighbours import Former
from .._rules.rule import Note, error, seen


@dataclass(frozen=True)
class FormerDirectors:
    """left: those that the run cannot stop, each with its name in the inventory, "" where it has none."""

    left: Sequence[tuple[Former, str]]


def each_left(subject: FormerDirectors) -> Iterator[tuple[Former, str]]:
    yield from subject.left


@error("LVS753", "former-director", each=each_left)
def former_director(former: Former, host: str) -> Iterator[Note]:
    """A host that is no longer a director was one until now, may still run keepalived, and takes no part in the run.

    Let it take part, so that the run removes the cluster from it. Or make sure that it is down, and run again with
    `-e gone_directors=` and its name.
    """
    name = host or former.name or former.addresses[0]
    known = ", ".join(word for word in (former.name, *former.addresses) if word not in ("", name))
    come = f"Run lvs.cluster.site without a --limit that leaves {name} out"
    if not host:
        come = "Put it back into the inventory, but into no group of directors, and run lvs.cluster.site"
    yield seen(
        former.told_by,
        f"It has shared the VIPs with {name}{f' ({known})' if known else ''} until now, which is no longer a director",
        f"If keepalived still runs on {name}, two hosts can answer for the same VIP",
        f"{come}: the run removes the cluster from it. Or make sure that it is down, and run again with "
        f"-e gone_directors={name}. If it is a director whose address has changed, run the playbook for all directors",
    )
