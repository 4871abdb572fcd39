# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbook doctor answers: from what it has registered on hosts to the findings, and their two renderings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from .._doctor.examined import Examined
from .._host_rules.candidate import Candidate
from .._host_rules.director_reports import DirectorReports
from .._host_rules.run import findings
from .._rules.finding import ERROR, Finding
from .._rules.table import CODES, subject_of
from .._values.cluster import Cluster
from .._values.clusters import Clusters
from .answer import BAD, DEGRADED, DOUBTFUL, DOWN, GOOD, HEADING, WELL, Answer, Line, counted
from .muting import Mute, Mutes, in_force, in_utc, on_directors, stamp, understood

Registered = Mapping[str, Any]
PAGE = "docs/rules.md"
# What examine.yml registers.
REGISTERED = ("examine_view", "examine_completed", "examine_report", "examine_compared")


def examined(
    cluster: Cluster,
    clusters: Clusters,
    views: Registered,
    completed: Registered,
    reports: Registered,
    compared: Registered,
) -> Examined:
    """Each by host: what the tasks of the playbook have registered, whether they have failed or not.

    completed: the views, with what hosts have reported.
    """
    hosts = [host for host in cluster.hosts if host in views]
    answered = {host: reports[host] for host in hosts if "hardware_addresses" in reports.get(host, {})}
    known = {host: completed[host] for host in answered if "network" in completed.get(host, {})}
    done = {host: compared[host]["parts"] for host in known if "parts" in compared.get(host, {})}
    failed = {
        host: reports if host not in answered else completed if host not in known else compared
        for host in hosts
        if host not in done
    }
    return Examined(
        cluster=cluster,
        views={**{host: views[host] for host in hosts}, **known},
        reports=answered,
        compared=done,
        unread={host: why_unread(results.get(host, {})) for host, results in failed.items()},
        elsewhere=tuple(other.name for other in clusters.every if other.name != cluster.name),
    )


def all_examined(clusters: Clusters, *registered: Registered) -> Iterator[Examined]:
    """The clusters that a run is for. registered: what each of the tasks in REGISTERED has, by host."""
    views, completed, reports, compared = registered
    for cluster in clusters.only(clusters.chosen).every:
        yield examined(cluster, clusters, views, completed, reports, compared)


def why_unread(result: Mapping[str, Any]) -> str:
    """Why a task has told nothing of a host, in one line."""
    return " ".join(str(result.get("msg") or "it does not answer").split())


class ClusterFindings(NamedTuple):
    """What is found in a cluster, the errors first.

    muted: the mutes that hold, by their codes. worse: those that would still hold had their code not become worse.
    """

    cluster: str
    every: Collection[Finding]
    muted: Mutes = MappingProxyType({})
    worse: Mutes = MappingProxyType({})

    @property
    def counting(self) -> list[Finding]:
        """All that is not muted."""
        return [each for each in self.every if each.code not in self.muted]

    @property
    def muted_findings(self) -> list[Finding]:
        return [each for each in self.every if each.code in self.muted]


def judged(cluster: str, found: Iterable[Finding], mutes: Mutes, now: float) -> ClusterFindings:
    """mutes: what operators have muted, whether that still holds or not. now: in seconds since 1970."""
    every = sorted(found, key=lambda each: (each.severity != ERROR, each.code, each.host))
    muted = in_force(every, mutes, now)
    worse = {code: mute for code, mute in mutes.items() if now < mute.until and code not in muted}
    return ClusterFindings(cluster, every, muted, worse)


def answer(clusters: Iterable[ClusterFindings]) -> Answer:
    """What is found in each cluster. What is muted is named, and does not count."""
    listed = [*clusters]
    model = {
        "clusters": [
            {"name": each.cluster, "findings": [entry(found, each.muted.get(found.code)) for found in each.every]}
            for each in listed
        ]
    }
    lines = [line for each in listed for line in _lines(each, len(listed) > 1)]
    return Answer(word_of(listed), model, lines)


def word_of(clusters: Iterable[ClusterFindings]) -> str:
    """Health, by what is not muted."""
    severities = {found.severity for each in clusters for found in each.counting}
    return DOWN if ERROR in severities else DEGRADED if severities else WELL


def found_in(subject: Examined) -> list[Finding]:
    """What the rules on running clusters find, and the rules on directors that a roll-out goes by too."""
    found = findings(subject, [subject.cluster])
    for host, report in subject.directors.items():
        view, others = subject.views[host], subject.elsewhere
        heard = DirectorReports(host, subject.cluster, subject.directors, report["interfaces"], others)
        candidate = Candidate(host, subject.cluster, report, view, is_set_up=True)
        found += [*findings(heard, [subject.cluster]), *findings(candidate, [subject.cluster])]
    return list(dict.fromkeys(found))


def mutes_of(subject: Examined, marks: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, Mute]:
    """What operators have muted in a cluster, as its directors have it. marks: what this run has written there."""
    written = [understood(entries) for host, entries in (marks or {}).items() if subject.cluster.is_director(host)]
    return written[0] if written else on_directors(subject.directors)


def entry(found: Finding, mute: Mute | None = None) -> dict[str, str]:
    """A finding for programs."""
    code = CODES[found.code]
    return {
        "code": found.code,
        "name": code.name,
        "severity": found.severity,
        "host": found.host,
        "observed": found.observed,
        "expected": found.text,
        "fix": found.fix,
        "playbook": by_playbook(found.code),
        "link": link_to(found.code),
        **({"muted_until": stamp(mute.until)} if mute else {}),
    }


def by_playbook(code: str) -> str:
    """The line by which a playbook mends what has this code, "" where none does."""
    return f"ansible-playbook lvs.cluster.fix -e code={code}" if CODES[code].mended_by else ""


def link_to(code: str) -> str:
    """The heading of the page that has the code."""
    kept = "".join(letter for letter in subject_of(code).lower() if letter.isalnum() or letter in " -")
    return f"{PAGE}#{kept.replace(' ', '-')}"


def _lines(cluster: ClusterFindings, several: bool) -> Iterator[Line]:
    if several:
        yield from (Line(f"Cluster {cluster.cluster}", HEADING), Line())
    for each in cluster.counting:
        tone = BAD if each.severity == ERROR else DOUBTFUL
        yield Line(f"{each.code} {CODES[each.code].name} ({each.severity}) {each.host}", tone)
        yield Line(f"  observed: {each.observed}")
        yield Line(f"  expected: {each.text}")
        if each.fix:
            yield Line(f"  fix:      {each.fix}")
        if by_playbook(each.code):
            yield Line(f"  or:       {by_playbook(each.code)}")
        yield Line(f"  see:      {link_to(each.code)}")
        yield Line()
    yield from _about_mutes(cluster)
    errors = sum(each.severity == ERROR for each in cluster.counting)
    if cluster.counting:
        tone = BAD if errors else DOUBTFUL
        yield Line(f"{counted(errors, 'error')}, {counted(len(cluster.counting) - errors, 'warning')}", tone)
    else:
        yield Line(f"No {'other ' if cluster.muted_findings else ''}problems were found", GOOD)


def _about_mutes(cluster: ClusterFindings) -> Iterator[Line]:
    """A line for each finding that is muted, which says if it is an error, and for each mute that no longer holds."""
    for each in cluster.muted_findings:
        until = in_utc(cluster.muted[each.code].until)
        is_error = " (an error)" if each.severity == ERROR else ""
        yield Line(f"muted until {until}: {each.code} {each.host}{is_error}", DOUBTFUL)
    for code, mute in sorted(cluster.worse.items()):
        yield Line(f"{code} was muted until {in_utc(mute.until)} but has become worse, so it is shown again", DOUBTFUL)
