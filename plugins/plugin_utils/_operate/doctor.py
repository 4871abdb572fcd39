# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbook doctor answers: from what it has registered on hosts to the findings, and their two renderings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .._doctor.examined import Examined
from .._host_rules.candidate import Candidate
from .._host_rules.director_reports import DirectorReports
from .._host_rules.run import findings
from .._rules.finding import ERROR, Finding
from .._rules.table import CODES, subject_of
from .._values.cluster import Cluster
from .._values.clusters import Clusters
from .answer import BAD, DEGRADED, DOUBTFUL, DOWN, GOOD, HEADING, WELL, Answer, Line, counted

Registered = Mapping[str, Any]
PAGE = "docs/rules.md"


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
        unread={host: _why(results.get(host, {})) for host, results in failed.items()},
        elsewhere=tuple(other.name for other in clusters.every if other.name != cluster.name),
    )


def _why(result: Mapping[str, Any]) -> str:
    return " ".join(str(result.get("msg") or "it does not answer").split())


def answer(clusters: Iterable[tuple[str, Iterable[Finding]]]) -> Answer:
    """What is found in each cluster, by its name: the errors first."""
    listed = [
        (name, sorted(found, key=lambda each: (each.severity != ERROR, each.code, each.host)))
        for name, found in clusters
    ]
    severities = {each.severity for _name, found in listed for each in found}
    word = DOWN if ERROR in severities else DEGRADED if severities else WELL
    model = {"clusters": [{"name": name, "findings": [*map(_entry, found)]} for name, found in listed]}
    lines = [line for name, found in listed for line in _lines(name if len(listed) > 1 else "", found)]
    return Answer(word, model, lines)


def found_in(subject: Examined) -> list[Finding]:
    """What the rules on clusters that run find, and those on directors that a roll-out asks too."""
    found = findings(subject, [subject.cluster])
    for host, report in subject.directors.items():
        view, others = subject.views[host], subject.elsewhere
        heard = DirectorReports(host, subject.cluster, subject.directors, report["interfaces"], others)
        candidate = Candidate(host, subject.cluster, report, view, is_set_up=True)
        found += [*findings(heard, [subject.cluster]), *findings(candidate, [subject.cluster])]
    return list(dict.fromkeys(found))


def _entry(found: Finding) -> dict[str, str]:
    code = CODES[found.code]
    return {
        "code": found.code,
        "name": code.name,
        "severity": found.severity,
        "host": found.host,
        "observed": found.observed,
        "expected": found.text,
        "fix": found.fix,
        "link": _link(found),
    }


def _link(found: Finding) -> str:
    """The heading of the page that has the code."""
    kept = "".join(letter for letter in subject_of(found.code).lower() if letter.isalnum() or letter in " -")
    return f"{PAGE}#{kept.replace(' ', '-')}"


def _lines(cluster: str, found: Iterable[Finding]) -> Iterator[Line]:
    listed = [*found]
    if cluster:
        yield from (Line(f"Cluster {cluster}", HEADING), Line())
    for each in listed:
        tone = BAD if each.severity == ERROR else DOUBTFUL
        yield Line(f"{each.code} {CODES[each.code].name} ({each.severity}) {each.host}", tone)
        yield Line(f"  observed: {each.observed}")
        yield Line(f"  expected: {each.text}")
        if each.fix:
            yield Line(f"  fix:      {each.fix}")
        yield Line(f"  see:      {_link(each)}")
        yield Line()
    errors = sum(each.severity == ERROR for each in listed)
    if listed:
        tone = BAD if errors else DOUBTFUL
        yield Line(f"{counted(errors, 'error')}, {counted(len(listed) - errors, 'warning')}", tone)
    else:
        yield Line("Nothing was found to be wrong", GOOD)
