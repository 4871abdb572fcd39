# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a cluster to what its rules find."""

from __future__ import annotations

from collections.abc import Iterator

from .._values.cluster import Cluster
from .._values.clusters import Clusters
from .._values.unknown import Unknown, is_known
from .finding import ADVICE, Finding
from .rule import Rule
from .table import BETWEEN_CLUSTERS, RULES


def findings(cluster: Cluster) -> list[Finding]:
    """What the rules find in one cluster, each once, without the advice that its owner has silenced."""
    silenced = dict(cluster.silenced) if is_known(cluster, "silenced") else {}
    return [found for found in _unique(RULES, cluster) if found.code not in silenced]


def findings_between(clusters: Clusters) -> list[Finding]:
    """What the rules find in clusters that are right by themselves; advice where none of them silences it."""
    silenced = {code for cluster in clusters.every for code, _reason in cluster.silenced}
    return [found for found in _unique(BETWEEN_CLUSTERS, clusters) if found.code not in silenced]


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


def _unique(rules: tuple[Rule, ...], subject: Cluster | Clusters) -> list[Finding]:
    return list(dict.fromkeys(found for rule in rules for found in _of_rule(rule, subject)))


def _of_rule(rule: Rule, subject: Cluster | Clusters) -> Iterator[Finding]:
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
