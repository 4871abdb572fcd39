# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which definition a cluster goes back to, by the histories of its hosts. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from .._operate.history import entries_of, moment

Facts = Mapping[str, Any]

# What sets nothing up by the definition that it reads.
_OTHER_VERBS = ("activate", "drain", "failover", "metrics", "remove", "rolling")
_ROLLS_NOTHING_OUT = {f"lvs.cluster.{verb}" for verb in _OTHER_VERBS}


class NoWayBack(Exception):
    """There is no definition to go back to. The text says why, and what can be done."""


class RolledOut(NamedTuple):
    """A definition that was rolled out: digest, the moment from which it was in force, and by whom."""

    digest: str
    since: str
    by: str


class Choice(NamedTuple):
    """to: what the cluster goes back to. known: all that were rolled out, in order of time; the last is in force."""

    to: RolledOut
    known: tuple[RolledOut, ...]

    @property
    def in_force(self) -> RolledOut:
        return self.known[-1]

    @property
    def undone_since(self) -> str:
        """The moment at which the other definition was no longer in force; "" where it still is."""
        following = [later.since for earlier, later in pairwise(self.known) if earlier == self.to]
        return following[-1] if following else ""


def rolled_out(reports: Mapping[str, Facts], cluster: str) -> tuple[RolledOut, ...]:
    """The definitions of a cluster, one for each change. reports: host -> what history_info has returned."""
    found: list[RolledOut] = []
    for entry in entries_of(reports):
        for digest in _digests(entry, cluster):
            if not found or found[-1].digest != digest:
                found.append(RolledOut(digest, entry["time"], str(entry["origin"].get("user") or "")))
    return tuple(found)


def kept(reports: Mapping[str, Facts], cluster: str) -> dict[str, Facts]:
    """Digest -> what directors have kept of the definitions of a cluster."""
    return {
        digest: document
        for report in reports.values()
        for digest, document in report.get("definitions", {}).items()
        if document.get("name") == cluster
    }


def choose(
    known: tuple[RolledOut, ...], kept: Collection[str], digest: str | None = None, before: str | None = None
) -> Choice:
    """NoWayBack where there is none. kept: the digests of definitions that directors have kept.

    digest: the one that is asked for. before: the moment at which the one was in force that is asked for, as the
    history has it. Without both, the one before the last change.
    """
    if not known:
        raise NoWayBack(
            "No history that could be read names a roll-out of this cluster, so nothing is known to go back to."
        )
    to = _named(known, digest) if digest else _in_force_at(known, before) if before else _last_but_one(known)
    if to.digest not in kept:
        raise NoWayBack(
            f"The definition {to.digest}, in force from {moment(to.since)} on, was kept by no director that could be "
            f"read. {_others(known, kept)}."
        )
    return Choice(to, known)


def _digests(entry: Facts, cluster: str) -> Iterator[str]:
    origin = entry["origin"]
    definitions = origin.get("definitions")
    if origin.get("playbook") not in _ROLLS_NOTHING_OUT and isinstance(definitions, Mapping) and cluster in definitions:
        yield str(definitions[cluster])


def _last_but_one(known: tuple[RolledOut, ...]) -> RolledOut:
    if len(known) == 1:
        only = known[0]
        raise NoWayBack(
            f"The histories name one definition alone, {only.digest}, in force since {moment(only.since)}: there is "
            "none before it."
        )
    return known[-2]


def _in_force_at(known: tuple[RolledOut, ...], before: str) -> RolledOut:
    found = [each for each in known if each.since < before]
    if not found:
        raise NoWayBack(
            f"Nothing is known of the definition that was in force at {moment(before)}: the histories begin with "
            f"{known[0].digest} at {moment(known[0].since)}."
        )
    return found[-1]


def _named(known: tuple[RolledOut, ...], digest: str) -> RolledOut:
    found = [each for each in known if each.digest == digest]
    if not found:
        names = ", ".join(dict.fromkeys(each.digest for each in known))
        raise NoWayBack(f"No history names the definition {digest}; they name {names}.")
    return found[-1]


def _others(known: Iterable[RolledOut], kept: Collection[str]) -> str:
    there = [*dict.fromkeys(each.digest for each in known if each.digest in kept)]
    return f"Kept are: {', '.join(there)} (-e definition=DIGEST)" if there else "No other one was kept either"
