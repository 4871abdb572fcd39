# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that a part of a run cannot do without, and that have not answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .._rules.rule import Note, error, seen, whole


@dataclass(frozen=True)
class Silent:
    """hosts: those that have not answered. consequence: what that means for the run, a sentence.

    were_directors: whether they are former directors, which must be down before a run can do without them.
    """

    hosts: Sequence[str]
    consequence: str
    were_directors: bool = False


@error("LVS791", "no-answer", each=whole)
def no_answer(silent: Silent) -> Iterator[Note]:
    """A host that must take part in the run could not be reached, or a task failed there.

    Fix that and run the playbook again, or leave the host out with --limit. A former director must be down before a
    run can do without it: `-e gone_directors=` says so.
    """
    if silent.hosts:
        them = "it" if len(silent.hosts) == 1 else "them"
        yield seen(
            ", ".join(silent.hosts),
            "No answer, or a task has failed there, as shown above",
            silent.consequence.rstrip("."),
            f"Fix that and run the playbook again, or {_without(silent, them)}",
        )


def _without(silent: Silent, them: str) -> str:
    if silent.were_directors:
        # Left out by --limit it would still stop the run: it may be up, and take the VIPs.
        they_are = "it is" if them == "it" else "they are"
        return f"make sure that {they_are} down, and say so: -e gone_directors={','.join(silent.hosts)}"
    left_out = ":".join(["all", *(f"!{host}" for host in silent.hosts)])
    return f"leave {them} out: --limit '{left_out}'"
