# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given

from ansible_collections.lvs.cluster.plugins.module_utils._filter import arptables
from ansible_collections.lvs.cluster.plugins.module_utils._filter.model import Rule, parse_rules
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

RULES = parse_rules([{"kind": "silence", "address": "192.0.2.198", "instead": "192.0.2.21"}])
LISTED = """\
Chain INPUT (policy ACCEPT)
-j LVS-INPUT

Chain OUTPUT (policy ACCEPT)
-j LVS-OUTPUT
-j GUARD

Chain GUARD (1 references)
-j DROP -d 203.0.113.9 --opcode 1

Chain LVS-INPUT (1 references)
-j DROP -d 192.0.2.198 --opcode 1

Chain LVS-OUTPUT (1 references)
-j mangle -s 192.0.2.198 --mangle-ip-s 192.0.2.21
"""


@given(strategies.filter_rules())
def test_what_is_written_reads_as_the_same_rules(rules: frozenset[Rule]) -> None:
    silent = {rule for rule in rules if rule.kind == "silence"}
    read = arptables.read_ruleset("\n".join(arptables.script(silent)))
    assert (read.rules, read.strays) == (silent, frozenset())


@pytest.mark.parametrize(
    "text",
    [
        LISTED,
        LISTED.replace("\n", " \n"),
        LISTED.replace("--opcode 1", "--opcode Request"),
        LISTED.replace(" -d ", " -i * -o * -d "),
        LISTED.replace(" -s 192.0.2.198", " -s 192.0.2.198 --h-length 6 --h-type 1 --proto-type 0x800"),
    ],
)
def test_what_arptables_lists_is_understood(text: str) -> None:
    read = arptables.read_ruleset(text)
    assert (read.rules, read.strays) == (RULES, frozenset())
    assert arptables.script(RULES, now=read) == []


def test_what_is_new_comes_before_what_is_old_goes() -> None:
    now = arptables.read_ruleset(LISTED)
    other = parse_rules([{"kind": "silence", "address": "192.0.2.199", "instead": "192.0.2.21"}])
    assert arptables.script(other, now=now) == [
        "-A LVS-INPUT -d 192.0.2.199 --opcode 1 -j DROP",
        "-A LVS-OUTPUT -s 192.0.2.199 -j mangle --mangle-ip-s 192.0.2.21",
        "-D LVS-INPUT -d 192.0.2.198 --opcode 1 -j DROP",
        "-D LVS-OUTPUT -s 192.0.2.198 -j mangle --mangle-ip-s 192.0.2.21",
    ]


def test_everything_is_taken_away() -> None:
    assert arptables.script((), now=arptables.read_ruleset(LISTED)) == [
        "-D LVS-INPUT -d 192.0.2.198 --opcode 1 -j DROP",
        "-D LVS-OUTPUT -s 192.0.2.198 -j mangle --mangle-ip-s 192.0.2.21",
        "-D INPUT -j LVS-INPUT",
        "-F LVS-INPUT",
        "-X LVS-INPUT",
        "-D OUTPUT -j LVS-OUTPUT",
        "-F LVS-OUTPUT",
        "-X LVS-OUTPUT",
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("-d 192.0.2.198 --opcode 1", "-d 192.0.2.198 --opcode 2"),
        ("--mangle-ip-s", "--mangle-ip-d"),
        ("-j LVS-INPUT\n", "-j GUARD\n"),
    ],
)
def test_half_a_rule_is_a_stray(before: str, after: str) -> None:
    read = arptables.read_ruleset(LISTED.replace(before, after))
    assert read.rules == frozenset()
    assert len(read.strays) == 2
    assert {line.place for line in read.lines} == {"LVS-INPUT", "LVS-OUTPUT"}
