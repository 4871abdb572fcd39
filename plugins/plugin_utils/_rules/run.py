# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a cluster to what its rules find."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from .._values.cluster import Cluster
from .._values.clusters import Clusters
from .._values.unknown import Unknown, is_known
from .finding import ADVICE, Finding
from .rule import Rule
from .table import BETWEEN_CLUSTERS, RULES


def findings(cluster: Cluster) -> list[Finding]:
    """What the rules find in one cluster, each once, without the advice that its owner has silenced."""
    silenced = dict(cluster.silenced) if is_known(cluster, "silenced") else {}
    return found_by(RULES, cluster, silenced)


def findings_between(clusters: Clusters) -> list[Finding]:
    """What the rules find in clusters that are right by themselves; advice where none of them silences it."""
    return found_by(BETWEEN_CLUSTERS, clusters, silenced_by(clusters.every))


def silenced_by(clusters: Iterable[Cluster]) -> set[str]:
    """The codes of the advice that the owner of one of the clusters does not want."""
    return {code for cluster in clusters for code, _reason in cluster.silenced}


def found_by(rules: Iterable[Rule], subject: object, silenced: Container[str]) -> list[Finding]:
    """What rules find in what they are asked about, each once."""
    found = dict.fromkeys(each for rule in rules for each in _of_rule(rule, subject))
    return [each for each in found if each.code not in silenced]


def advice_on(clusters: Clusters) -> list[str]:
    """What may not work as its owner thinks, with the name of its cluster where there are several."""
    several = len(clusters.every) > 1
    each = [
        f"{cluster.name}: {found}" if several else str(found)
        for cluster in clusters.only(clusters.chosen).every
        for found in findings(cluster)
        if found.severity == ADVICE
    ]
    return [*each, *(str(found) for found in findings_between(clusters) if found.severity == ADVICE)]


def _of_rule(rule: Rule, subject: object) -> Iterator[Finding]:
    """What one rule finds. Where it asks for what is unknown it has nothing to say of that item."""
    items = iter(rule.items(subject))
    while True:
        try:
            for item in items:
                for note in rule.check(*item):
                    yield rule.finding(note)
        except Unknown:
            continue
        return
