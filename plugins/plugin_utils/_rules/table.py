# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of codes: every rule that there is, in the order of their codes.

A code stays what it is: that of a rule that is gone is not given to another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import ModuleType

from .._host_rules.themes import THEMES as THEMES_OF_HOSTS
from .._schema.sentences import nearest
from .._values.cluster import Cluster
from . import (
    bgp,
    clusters,
    directors,
    forwarding,
    hosts,
    identity,
    keepalived,
    marks,
    nat,
    ownership,
    packets,
    persistence,
    real_servers,
    scheduling,
    sorry,
    tunnels,
    vips,
    vrrp,
)
from .finding import ADVICE, ERROR, MISSING, VALUE
from .rule import Code, Note, Rule, error, whole

# By the first digits of a code. From 7 on it is what hosts report.
SUBJECTS = {
    "0": "The definition as a whole",
    "1": "Services",
    "2": "Real servers and forwarding",
    "3": "VIPs, VRRP and BGP",
    "4": "keepalived",
    "5": "Hosts and directors",
    "6": "Between clusters",
    "70": "On hosts: packages and the kernel",
    "71": "On hosts: who else sets the table of virtual services",
    "72": "On hosts: who else sets the table of virtual services",
    "73": "On hosts: how keepalived is started",
    "74": "On hosts: the packet filter",
    "75": "On hosts: others on the network",
    "76": "On hosts: runs for some hosts of a cluster",
    "77": "On hosts: releases of keepalived",
    "78": "On hosts: failovers",
    "79": "On hosts: no answer",
    "80": "On running clusters: who answers for VIPs",
    "81": "On running clusters: the network of hosts",
    "82": "On running clusters: VRRP and BGP",
    "83": "On running clusters: what is there after a reboot",
    "84": "On running clusters: the tables of virtual services",
    "85": "On running clusters: keepalived",
    "86": "On running clusters: synchronisation and limits",
    "87": "On running clusters: connections",
    "88": "On running clusters: the inventory and clocks",
    "89": "On running clusters: what could not be examined",
}
OF_A_VALUE = Code(
    VALUE,
    ERROR,
    "invalid-value",
    "A key is unknown or missing, or has a value that it cannot have.",
    "Do what the message says; the reference lists the keys and what they take.",
)
OF_A_MISSING_NAME = Code(
    MISSING,
    ERROR,
    "not-in-inventory",
    "The definition names a host or group that is not in the inventory, or a group without hosts.",
    "Correct the name, or add the host or group to the inventory.",
)


@error("LVS002", "silenced-code", each=whole)
def silenced_code(cluster: Cluster) -> Iterator[Note]:
    """`lvs_cluster.silenced` names something that is not the code of a warning.

    Write the code in brackets at the end of the warning. Errors cannot be silenced.
    """
    advised = {code.code: code.name for code in CODES.values() if code.severity == ADVICE}
    by_name = {name: code for code, name in advised.items()}
    for code, _reason in cluster.silenced:
        if code in advised:
            continue
        what = "is an error, which cannot be silenced" if code in CODES else "is not the code of a warning"
        hint = f"; did you mean {by_name[code]}?" if code in by_name else nearest(code, advised)
        yield Note(f"lvs_cluster.silenced.{code}", f"{what}{hint}")


def _rules(*modules: ModuleType) -> Iterator[Rule]:
    for module in modules:
        yield from (value for value in vars(module).values() if isinstance(value, Rule))
        yield from getattr(module, "OF_A_TABLE", ())


def subject_of(code: str) -> str:
    """What a code is about."""
    return next(subject for digits, subject in SUBJECTS.items() if code.startswith(f"LVS{digits}"))


def _in_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted(rules, key=lambda rule: rule.code.code))


THEMES = (
    *(
        identity,
        marks,
        packets,
        scheduling,
        persistence,
        real_servers,
        forwarding,
        tunnels,
        sorry,
        nat,
        vips,
        ownership,
    ),
    *(vrrp, bgp, keepalived, hosts, directors),
)
RULES = _in_order([silenced_code, *_rules(*THEMES)])
BETWEEN_CLUSTERS = _in_order(_rules(clusters))
# By what they are asked about.
ON_HOSTS = {subject: _in_order(_rules(*themes)) for subject, themes in THEMES_OF_HOSTS.items()}
EVERY = _in_order([*RULES, *BETWEEN_CLUSTERS, *(rule for rules in ON_HOSTS.values() for rule in rules)])
_ALL = (OF_A_VALUE, OF_A_MISSING_NAME, *(rule.code for rule in EVERY))
CODES = {code.code: code for code in sorted(_ALL, key=lambda code: code.code)}
