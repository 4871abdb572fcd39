# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which hosts the playbook fix sets up again: those with findings of the codes that were asked for, where that is safe.

A host is set up by the roles, as in a run for some hosts of a cluster. Nothing that would move a VIP is done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .._doctor.examined import Examined, Facts, stopped
from .._rules.finding import Finding
from .._rules.rule import ROLL_OUT
from .._rules.table import CODES
from .codes import unknown_codes
from .director_state import state_of
from .doctor import entry, found_in

# The groups of the run: hosts that are set up again, all that take part, and directors that take part as they are.
DIRECTORS, REAL_SERVERS = "lvs_cluster_mended_directors", "lvs_cluster_mended_realservers"
TAKING_PART, SETTLED = "lvs_cluster_taking_part", "lvs_cluster_settled_directors"
_OF_OTHERS = "What does not belong to the cluster is not changed."


@dataclass(frozen=True)
class Fixing:
    """directors, real_servers: the hosts to set up again. as_defined: those of the rest that differ in nothing.

    settled: the directors among these. found: the findings that have one of the codes, and those on the hosts to set up
    that a roll-out mends; for programs, with the cluster. problems: why nothing is done.
    """

    directors: tuple[str, ...] = ()
    real_servers: tuple[str, ...] = ()
    as_defined: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    found: tuple[Mapping[str, str], ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def gathered(self) -> list[dict[str, Any]]:
        """Host and groups, for add_host."""
        groups: dict[str, list[str]] = {}
        for name, hosts in (
            (DIRECTORS, self.directors),
            (REAL_SERVERS, self.real_servers),
            (SETTLED, self.settled),
            (TAKING_PART, (*self.directors, *self.real_servers, *self.as_defined)),
        ):
            for host in hosts:
                groups.setdefault(host, []).append(name)
        return [{"host": host, "groups": names} for host, names in groups.items()]


def fixing(clusters: Iterable[Examined], codes: Collection[str]) -> Fixing:
    """clusters: all that the run is for. codes: what the operator wants mended."""
    found = [(subject, found_in(subject)) for subject in clusters]
    chosen = [
        (subject, _concerned(subject, [each for each in every if each.code in codes])) for subject, every in found
    ]
    problems = (
        unknown_codes(codes)
        or [*_refusals(codes, [each for _subject, every in found for each in every])]
        or [sentence for subject, hosts in chosen for sentence in _moves(subject, sorted(hosts))]
    )
    if problems:
        return Fixing(problems=tuple(problems))
    hosts = {host for _subject, own in chosen for host in own}
    directors = {host for subject, _own in chosen for host in subject.cluster.director_hosts}
    differing = {host for subject, _own in chosen for host in subject.cluster.hosts if not is_as_defined(subject, host)}
    as_defined = {host for subject, _own in chosen for host in subject.cluster.hosts} - hosts - differing
    return Fixing(
        directors=tuple(sorted(hosts & directors)),
        real_servers=tuple(sorted(hosts - directors)),
        as_defined=tuple(sorted(as_defined)),
        settled=tuple(sorted(as_defined & directors)),
        found=tuple(
            {"cluster": subject.cluster.name, **entry(each)}
            for subject, every in found
            for each in every
            if each.code in codes or (CODES[each.code].mended_by and not hosts.isdisjoint(each.hosts))
        ),
    )


def is_as_defined(subject: Examined, host: str) -> bool:
    """Whether a roll-out would change nothing there, now and at boot, as far as the host was compared."""
    parts = subject.compared.get(host, {})
    words = ("changed", "refused", "unread", "not_read")
    idle = host in subject.directors and subject.cluster.uses_keepalived and stopped(subject.directors[host])
    return bool(parts) and not idle and not any(part.get(word) for part in parts.values() for word in words)


def _refusals(codes: Collection[str], found: Collection[Finding]) -> Iterator[str]:
    """Of the codes that are found, those that no roll-out of a host mends: the reason, and what a person can do."""
    for code in codes:
        here = [each for each in found if each.code == code]
        if here and CODES[code].mended_by != ROLL_OUT:
            yield f"{code} {CODES[code].name} is not mended by this playbook. {CODES[code].unmended or _OF_OTHERS}"
            yield from (f"  {each.host}: {each.fix or CODES[code].remedy}" for each in here)


def _concerned(subject: Examined, found: Collection[Finding]) -> set[str]:
    """The hosts to set up. A director that is a real server too has to know its peers, so all of them take part."""
    hosts = {host for each in found for host in each.hosts} & {*subject.cluster.hosts}
    with_peers = [host for host in hosts if subject.cluster.is_director(host) and subject.cluster.peers_of(host)]
    return hosts | {*(subject.cluster.director_hosts if with_peers else ())}


def _moves(subject: Examined, hosts: Collection[str]) -> Iterator[str]:
    """A sentence for each director that cannot be set up without moving VIPs: a person must decide when."""
    if not subject.cluster.moves_vips:
        return
    for host in hosts:
        report = subject.directors.get(host)
        if report is not None and _begins_anew(subject, host, report):
            yield from (
                f"Setting up {host} would move {', '.join(vips)} from {holder} to {taker}. When that is acceptable, "
                f"run: ansible-playbook lvs.cluster.site --limit {host}"
                for vips, holder, taker in _moving(subject, host)
            )


def _begins_anew(subject: Examined, host: str, report: Facts) -> bool:
    """Whether keepalived starts there, reads another configuration, or may take VIPs that it must not take now."""
    part = subject.compared.get(host, {}).get("configuration", {})
    return bool(stopped(report) or part.get("changed") or part.get("not_read") or state_of(report).barred)


def _moving(subject: Examined, host: str) -> Iterator[tuple[list[str], str, str]]:
    """VIPs, who has them, and who will once the host follows the definition, as the others do already."""
    states = {name: state_of(report) for name, report in subject.directors.items()}
    may_take = {
        name
        for name, state in states.items()
        if not state.in_standby and (name == host or not (state.barred or stopped(subject.directors[name])))
    }
    for instance in subject.cluster.instances:
        priorities = dict(instance.priorities)
        best = max(may_take & {*priorities}, key=lambda name: priorities[name], default=None)
        for holder, state in states.items():
            vips = [vip for vip in instance.vips if vip in state.held]
            is_taken = best is not None and priorities.get(holder, 0) < priorities[best]
            if vips and best and is_taken and host in (holder, best) and instance["preempt"] is not False:
                yield vips, holder, best
