# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.doctor import found_in
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.muting import (
    Mute,
    in_force,
    in_utc,
    muting,
    on_directors,
    stamp,
    written_in,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import ADVICE, ERROR, Finding
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._doctor.clusters import differing

NOW = 1796090400.0
HOUR = 3600
MTU, VIP = "LVS814", "LVS811"


def found(code: str, *hosts: str, severity: str = ADVICE) -> list[Finding]:
    return [Finding(code, severity, "", "It must", host=host, observed="It is") for host in hosts]


def told(**mutes: Mute) -> dict[str, Any]:
    """What host_info returns on a director that has these."""
    return {"muted": json.dumps({code: mute.entry() for code, mute in mutes.items()})}


MUTED = Mute(NOW + HOUR, ADVICE, 2, frozenset({"web1", "web2"}))
hosts = st.frozensets(st.sampled_from(["lvs1", "lvs2", "web1", "web2", "web3"]), min_size=1)
mutes = st.builds(
    Mute,
    until=st.integers(0, 2**33),
    severity=st.sampled_from([ADVICE, ERROR]),
    count=st.integers(1, 9),
    hosts=hosts,
)
tables = st.dictionaries(st.sampled_from([MTU, VIP, "LVS845"]), mutes)
findings = st.lists(
    st.builds(
        lambda code, each, severity: Finding(code, severity, "", "x", host=", ".join(sorted(each)), observed="y"),
        st.sampled_from([MTU, VIP, "LVS845"]),
        hosts,
        st.sampled_from([ADVICE, ERROR]),
    )
)


@given(tables)
def test_what_is_written_is_read_again(table: dict[str, Mute]) -> None:
    assert written_in(told(**table)["muted"]) == table


@given(st.lists(tables, max_size=4), st.randoms())
def test_the_longest_counts_whichever_director_is_asked_first(each: list[dict[str, Mute]], random: Any) -> None:
    reports = [(f"lvs{number}", told(**table)) for number, table in enumerate(each)]
    merged = on_directors(dict(reports))
    assert {code: mute.until for code, mute in merged.items()} == {
        code: max(table[code].until for table in each if code in table) for table in each for code in table
    }
    random.shuffle(reports)
    assert on_directors(dict(reports)) == merged


@given(findings, tables, st.integers(1, 30 * 24 * HOUR))
def test_what_was_just_muted_is_muted_until_then(every: list[Finding], before: dict[str, Mute], seconds: int) -> None:
    codes = sorted({each.code for each in every})
    choice = muting({"shop": (every, before)}, codes, seconds, NOW)
    assert choice.problems == ()
    table = choice.mutes["shop"]
    assert {*codes} <= {*in_force(every, table, NOW + seconds - 1)}
    assert not {*codes} & {*in_force(every, table, NOW + seconds)}
    # What else was muted stays, and what is over goes.
    assert {code: table.get(code) for code in before if code not in codes} == {
        code: mute if mute.until > NOW else None for code, mute in before.items() if code not in codes
    }
    assert not {*codes} & {*muting({"shop": (every, table)}, codes, 0, NOW).mutes["shop"]}


@given(findings, findings)
def test_more_than_was_muted_is_shown(every: list[Finding], more: list[Finding]) -> None:
    codes = sorted({each.code for each in every})
    table = muting({"shop": (every, {})}, codes, HOUR, NOW).mutes["shop"]
    worse = {each.code for each in more if each.code in codes}
    assert {*in_force([*every, *more], table, NOW)} == {*codes} - worse


@pytest.mark.parametrize(
    ("now", "every", "holds"),
    [
        (NOW, found(MTU, "web1", "web2"), True),
        (NOW, found(MTU, "web2"), True),
        (NOW, [], True),
        (NOW + HOUR, found(MTU, "web1"), False),
        (NOW, found(MTU, "web1", "web1", "web2"), False),
        (NOW, found(MTU, "web3"), False),
        (NOW, found(MTU, "web1", severity=ERROR), False),
        (NOW, found(MTU, "web1") + found(VIP, "web3", severity=ERROR), True),
    ],
)
def test_it_ends_with_its_time_or_when_it_gets_worse(now: float, every: list[Finding], holds: bool) -> None:
    assert (MTU in in_force(every, {MTU: MUTED}, now)) is holds


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "{",
        "[]",
        '{"LVS814": 1}',
        '{"LVS814": {"until": "soon", "severity": "advice", "count": 1, "hosts": []}}',
        '{"LVS814": {"until": NaN, "severity": "advice", "count": 1, "hosts": []}}',
        '{"LVS814": {"until": 1e300, "severity": "advice", "count": 1, "hosts": []}}',
        '{"LVS814": {"until": 1, "severity": "grave", "count": 1, "hosts": []}}',
        '{"LVS814": {"until": 1, "severity": "advice", "count": null, "hosts": []}}',
        '{"LVS814": {"until": 1, "severity": "advice", "count": 1, "hosts": [7]}}',
    ],
)
def test_what_is_not_as_it_is_written_does_not_count(text: str | None) -> None:
    assert written_in(text) == {}


def test_what_is_not_found_is_not_muted_and_a_mute_can_be_ended_all_the_same() -> None:
    clusters = {"shop": (found(VIP, "web1"), {MTU: MUTED})}
    assert muting(clusters, [MTU, VIP], HOUR, NOW).problems == (
        "LVS814 mtu-smaller was not found, so there is nothing to mute",
    )
    assert muting(clusters, [MTU], 0, NOW).mutes == {"shop": {}}
    assert muting(clusters, ["LVS8111"], 0, NOW).problems == ("LVS8111 is not a known code; did you mean LVS811?",)
    assert muting({}, [MTU], 0, NOW).problems == ("No director has answered, and the directors keep what is muted",)


def test_of_several_clusters_those_have_it_in_which_it_is_found() -> None:
    clusters = {"mail": ([], {}), "shop": (found(MTU, "web1", "lvs1, lvs2"), {})}
    assert muting(clusters, [MTU], HOUR, NOW + 0.7).mutes == {
        "mail": {},
        "shop": {MTU: Mute(NOW + HOUR, ADVICE, 2, frozenset({"web1", "lvs1", "lvs2"}))},
    }


def test_a_time_is_told_in_utc() -> None:
    assert (in_utc(NOW), stamp(NOW)) == ("2026-12-01 02:00 UTC", "2026-12-01T02:00:00Z")


def test_one_finding_that_is_about_more_than_before_is_worse() -> None:
    entries = [{"kind": "destination", "name": f"tcp 192.0.2.198:80 -> 192.0.2.{number}:80"} for number in (21, 22)]
    one, both = (
        [
            each
            for each in found_in(
                differing("lvs1", "services", plan={"added": added, "changed": [], "removed": []}, commands=["ipvsadm"])
            )
            if each.code == "LVS841"
        ]
        for added in (entries[:1], entries)
    )
    (mutes,) = muting({"shop": (one, {})}, ["LVS841"], HOUR, NOW).mutes.values()
    assert (len(one), len(both)) == (1, 1)
    assert ({*in_force(one, mutes, NOW)}, in_force(both, mutes, NOW)) == ({"LVS841"}, {})
