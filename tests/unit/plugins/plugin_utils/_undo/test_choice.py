# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which definition a cluster goes back to, by histories that are made up."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._undo.choice import (
    NoWayBack,
    RolledOut,
    choose,
    kept,
    rolled_out,
)

A, B, C = "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"


def entry(minute: int, digest: str, playbook: str | None = "lvs.cluster.site", cluster: str = "shop") -> dict[str, Any]:
    origin = {"user": "anna@desk", "playbook": playbook, "definitions": {cluster: digest}}
    return {"time": f"2026-11-30T08:{minute:02}:00Z", "module": "ipvs_services", "origin": origin}


def known(*entries: dict[str, Any]) -> tuple[RolledOut, ...]:
    """Every second entry is another host's."""
    return rolled_out(
        {"lvs1": {"entries": entries[::2]}, "lvs2": {"entries": entries[1::2]}, "lvs3": {"msg": "away"}}, "shop"
    )


def test_each_change_counts_once_whatever_hosts_tell_of_it() -> None:
    told = known(entry(1, A), entry(2, A), entry(3, B), entry(4, B), entry(5, A))
    assert [(each.digest, each.since[14:16]) for each in told] == [(A, "01"), (B, "03"), (A, "05")]
    assert {each.by for each in told} == {"anna@desk"}


@pytest.mark.parametrize("verb", ["activate", "drain", "failover", "metrics", "remove", "rolling"])
def test_other_verbs_roll_nothing_out(verb: str) -> None:
    assert [each.digest for each in known(entry(1, A), entry(2, B, f"lvs.cluster.{verb}"))] == [A]


def test_other_clusters_and_lines_without_a_playbook_do_not_count() -> None:
    by_hand = {**entry(3, B), "origin": {"user": "ben@desk", "definitions": None}}
    assert [each.digest for each in known(entry(1, A), entry(2, B, cluster="mail"), by_hand)] == [A]


def test_the_roles_by_themselves_count() -> None:
    assert [each.digest for each in known(entry(1, A), entry(2, B, "our.yml"))] == [A, B]


def test_by_default_it_is_the_one_before_the_last_change() -> None:
    choice = choose(known(entry(1, A), entry(2, B), entry(3, C)), {A, B, C})
    assert (choice.to.digest, choice.in_force.digest) == (B, C)
    assert choice.undone_since == choice.in_force.since


def test_a_second_undo_takes_the_first_one_back() -> None:
    assert choose(known(entry(1, A), entry(2, B), entry(3, A)), {A, B}).to.digest == B


@pytest.mark.parametrize(
    ("before", "digest"), [("2026-11-30T08:02:00Z", A), ("2026-11-30T08:02:01Z", B), ("2026-12-01T00:00:00Z", C)]
)
def test_it_is_the_one_that_was_in_force_at_a_moment(before: str, digest: str) -> None:
    choice = choose(known(entry(1, A), entry(2, B), entry(3, C)), {A, B, C}, before=before)
    assert choice.to.digest == digest
    assert (choice.undone_since == "") == (digest == C)


def test_it_is_the_one_that_is_named_as_it_was_rolled_out_last() -> None:
    choice = choose(known(entry(1, A), entry(2, B), entry(3, A), entry(4, C)), {A, B, C}, digest=A)
    assert choice.to.since == "2026-11-30T08:03:00Z"


@pytest.mark.parametrize(
    ("entries", "there", "asked", "words"),
    [
        ([], {A}, {}, "names a roll-out of this cluster"),
        ([entry(1, A)], {A}, {}, f"name one definition alone, {A}, in force since 2026-11-30 08:01:00 UTC"),
        ([entry(1, A), entry(2, B)], {B}, {}, rf"was kept by no director that could be read\. Kept are: {B} "),
        ([entry(1, A), entry(2, B)], set(), {}, "No other one was kept either"),
        ([entry(1, A), entry(2, B)], {A, B}, {"digest": C}, f"No history names the definition {C}; they name {A}, {B}"),
        (
            [entry(5, A), entry(6, B)],
            {A, B},
            {"before": "2026-11-30T08:05:00Z"},
            f"the histories begin with {A} at 2026-11-30 08:05:00 UTC",
        ),
    ],
)
def test_why_there_is_no_way_back(
    entries: list[dict[str, Any]], there: set[str], asked: dict[str, str], words: str
) -> None:
    with pytest.raises(NoWayBack, match=words):
        choose(known(*entries), there, **asked)


def test_what_was_kept_of_another_cluster_is_left_out() -> None:
    reports = {
        "lvs1": {"definitions": {A: {"name": "shop"}, B: {"name": "mail"}}},
        "web1": {"definitions": {}},
        "lvs2": {"msg": "away"},
    }
    assert {*kept(reports, "shop")} == {A}
