# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given

from ansible_collections.lvs.cluster.plugins.module_utils._change import ADD, REMOVE, InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._filter.model import (
    ARPTABLES,
    IPTABLES,
    NFTABLES,
    Choice,
    Filter,
    Opening,
    Placed,
    Rule,
    Stray,
    parse_rules,
)
from ansible_collections.lvs.cluster.plugins.module_utils._filter.plan import carried_out, desired_filter, plan
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

NOTHING = Filter(frozenset(), frozenset(), frozenset(), {})
CLOSED = frozenset({Opening("inet", "filter", "input", "input", ""), Opening("ip", "guard", "first", "input", "")})
NFT = Choice(NFTABLES, NFTABLES)
MARK = Rule("mark", "ipv4", address="192.0.2.198", mark=1)
SILENCE = Rule("silence", "ipv4", address="192.0.2.198", instead="192.0.2.21")
ACCEPT = parse_rules([{"kind": "accept", "hook": "input", "protocol": "tcp", "port": ["80"]}])
STRAY = Stray(NFTABLES, "ip lvs chain extra", 0, "ip daddr 192.0.2.1 drop")


def holding(tool: str, *rules: Rule) -> Filter:
    return NOTHING._replace(rules=frozenset(Placed(tool, rule) for rule in rules))


def kept(filters: Filter) -> set[tuple[str, Rule]]:
    return {tuple(placed) for placed in filters.rules}


@given(strategies.filter_rules(), strategies.filter_rules(), strategies.choices, strategies.choices)
def test_the_laws_of_a_plan(wanted: frozenset[Rule], earlier: frozenset[Rule], choice: Choice, before: Choice) -> None:
    start = NOTHING._replace(openings=CLOSED, strays=frozenset({STRAY}))
    observed = desired_filter("replaced", earlier, start, frozenset(), before)._replace(strays=start.strays)
    for state in ("merged", "replaced", "deleted"):
        desired = desired_filter(state, wanted, observed, earlier, choice)
        changes = plan(desired, observed)
        assert plan(observed, observed) == ()
        reached = carried_out(changes, observed)
        assert reached == desired
        assert plan(desired_filter(state, wanted, reached, frozenset(), choice), reached) == ()
        assert carried_out(plan(observed, reached), reached) == observed


def test_merged_keeps_own_rules_and_replaces_what_contradicts() -> None:
    observed = holding(NFTABLES, MARK, SILENCE)
    other = MARK._replace(mark=2)
    desired = desired_filter("merged", frozenset({other}), observed, frozenset(), NFT)
    assert kept(desired) == {(NFTABLES, other), (NFTABLES, SILENCE)}
    assert [change.action for change in plan(desired, observed)] == [ADD, REMOVE]


def test_merged_puts_back_what_the_files_list() -> None:
    desired = desired_filter("merged", frozenset({MARK}), NOTHING, frozenset({SILENCE}), NFT)
    assert kept(desired) == {(NFTABLES, MARK), (NFTABLES, SILENCE)}


def test_rules_move_to_another_tool() -> None:
    observed = holding(NFTABLES, MARK, SILENCE)
    desired = desired_filter("deleted", frozenset(), observed, frozenset(), Choice(IPTABLES, ARPTABLES))
    assert kept(desired) == {(IPTABLES, MARK), (ARPTABLES, SILENCE)}


@pytest.mark.parametrize("state", ["merged", "replaced", "deleted"])
def test_strays_go(state: str) -> None:
    observed = NOTHING._replace(strays=frozenset({STRAY}))
    (change,) = plan(desired_filter(state, frozenset(), observed, frozenset(), NFT), observed)
    assert (change.action, change.kind, change.key) == (REMOVE, "stray", STRAY)


def test_an_opening_needs_something_closed() -> None:
    assert kept(desired_filter("replaced", ACCEPT, NOTHING, frozenset(), NFT)) == set()
    observed = NOTHING._replace(openings=frozenset({Opening("ip", "guard", "first", "input", "")}))
    (placed,) = desired_filter("replaced", ACCEPT, observed, frozenset(), NFT).rules
    assert placed.rule.family == "ipv4"
    iptables = desired_filter("replaced", ACCEPT, NOTHING, frozenset(), Choice(IPTABLES, NFTABLES))
    assert kept(iptables) == {(IPTABLES, rule) for rule in ACCEPT}


def test_an_opening_that_cannot_be_made_is_refused() -> None:
    refused = Opening("inet", "firewalld", "filter_INPUT", "input", "table inet firewalld belongs to firewalld")
    observed = NOTHING._replace(openings=frozenset({refused}))
    with pytest.raises(InvalidInput, match="rules: accept at input: table inet firewalld belongs to firewalld"):
        desired_filter("merged", ACCEPT, observed, frozenset(), NFT)
    assert kept(desired_filter("merged", frozenset({MARK}), observed, frozenset(), NFT)) == {(NFTABLES, MARK)}
