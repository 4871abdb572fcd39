# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._filter.model import Line, Rule
from ansible_collections.lvs.cluster.plugins.module_utils._filter.text import in_order, understand
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

UNMARKED = Rule("unmarked", "ipv4", mac="52:54:00:00:01:02")
MARK = Rule("mark", "ipv4", address="192.0.2.198", mark=1)
BALANCED = Rule("source_nat", "ipv4", address="192.0.2.198", protocol="tcp", to="192.0.2.2")
NETWORK = Rule("masquerade", "ipv4", source="198.51.100.0/24")


def written(rule: Rule) -> tuple[Line, ...]:
    """A rule as two lines."""
    return (Line("first", f"one {rule.mark}"), Line("second", f"two {rule.mark}"))


def guessed(line: Line) -> Rule | None:
    word, _space, mark = line.words.partition(" ")
    return MARK._replace(mark=int(mark)) if word == "two" else None


@given(st.data(), strategies.filter_rules())
def test_the_order_is_always_the_same(data: st.DataObject, rules: frozenset[Rule]) -> None:
    shuffled = data.draw(st.permutations(sorted(rules)))
    assert in_order(shuffled) == in_order(rules)


def test_exceptions_come_first() -> None:
    assert in_order([NETWORK, MARK, BALANCED, UNMARKED]) == [UNMARKED, BALANCED, NETWORK, MARK]


def test_the_mark_for_fewer_packets_comes_later_and_counts() -> None:
    tcp = MARK._replace(protocol="tcp")
    closer_and_closer = [MARK, tcp, tcp._replace(port="1-1023,8080", mark=0), tcp._replace(port="80", mark=3)]
    assert in_order(closer_and_closer[::-1]) == closer_and_closer


def test_marks_in_another_order_are_no_rules() -> None:
    def line(rule: Rule) -> Line:
        return Line("chain", f"{rule.port or 'all'}")

    everything, few = MARK._replace(protocol="tcp"), MARK._replace(protocol="tcp", port="80", mark=0)
    rules = {line(rule): rule for rule in (everything, few)}
    lines = [line(everything), line(few)]
    assert understand(lines, rules.get, lambda rule: [line(rule)]) == ({everything, few}, ())
    assert understand(lines[::-1], rules.get, lambda rule: [line(rule)]) == ({few}, (line(everything),))


def test_a_rule_is_there_only_whole() -> None:
    whole = list(written(MARK))
    assert understand(whole, guessed, written) == ({MARK}, ())
    assert understand(whole[1:], guessed, written) == (set(), (whole[1],))
    extra = Line("second", "two 7")
    assert understand([*whole, extra], guessed, written) == ({MARK}, (extra,))
