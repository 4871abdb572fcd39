# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What counts as a breach of a law, and what does not."""

from __future__ import annotations

from typing import Any

from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal import laws

HOSTS = {"aa": "lvs1", "bb": "lvs2", "cc": "web1"}
DIRECTORS = ("lvs1", "lvs2")


def held(*said: str) -> dict[str, Any]:
    answers = [[hardware, float(second), second + 0.9, 5] for second, hardware in enumerate(said)]
    return {"holders": {"192.0.2.198": answers}}


def breaches(report: dict[str, Any], moves: int = 0) -> list[str]:
    return [*laws.one_holder(report, HOSTS, DIRECTORS, moves)]


def test_one_director_may_hold_a_vip_all_the_time_and_hand_it_over_where_the_change_is_about_that() -> None:
    assert breaches(held("aa")) == []
    assert breaches(held("aa", "bb"), moves=1) == []


def test_two_directors_that_answer_are_a_breach() -> None:
    (one,) = breaches(held("aa", "bb"))
    assert one.startswith("192.0.2.198 went from one host to another 1 times: lvs1 0.0-0.9 s, lvs2")
    (more,) = breaches(held("aa", "bb", "aa", "bb"), moves=1)
    assert "3 times" in more


def test_both_may_answer_for_a_moment_when_one_takes_the_vips_back() -> None:
    answers = [["bb", 0.0, 5.0, 50], ["aa", 5.1, 5.1, 1], ["bb", 5.11, 5.11, 1], ["aa", 5.2, 9.0, 40]]
    assert breaches({"holders": {"192.0.2.198": answers}}, moves=1) == []
    later = [*answers[:2], ["bb", 5.5, 5.5, 1], ["aa", 5.6, 9.0, 40]]
    assert len(breaches({"holders": {"192.0.2.198": later}}, moves=1)) == 1
    stranger = [answers[0], ["cc", 5.1, 5.1, 1], answers[3]]
    assert breaches({"holders": {"192.0.2.198": stranger}}, moves=1) == ["web1 answered for 192.0.2.198"]


def test_nobody_and_a_host_that_is_no_director_are_breaches() -> None:
    assert breaches(held()) == ["nobody answered for 192.0.2.198"]
    assert breaches(held("cc")) == ["web1 answered for 192.0.2.198"]
    assert breaches(held("dd")) == ["dd answered for 192.0.2.198"]


def report(**kinds: dict[str, Any]) -> dict[str, Any]:
    return {"requests": {}, "kept": {}, **kinds}


def test_what_fails_is_a_breach_unless_the_change_cannot_do_without() -> None:
    fine = {"shop": {"answered": 9, "failed": [], "longest": 0.1}}
    bad = {"shop": {"answered": 9, "failed": [[1.0, "TimeoutError()"]], "longest": 5.0}}
    assert [*laws.served(report(requests=fine, kept=fine), {})] == []
    assert [*laws.served(report(requests=bad), {})] == [
        "shop: requests failed 1 times: [[1.0, 'TimeoutError()']]",
    ]
    assert [*laws.served(report(requests=fine, kept=bad), {"connections": "why"})] == []
    assert len([*laws.served(report(requests=bad, kept=bad), {"connections": "why"})]) == 1


def test_a_service_that_never_answered_is_a_breach_whatever_the_change_breaks() -> None:
    silent = {"shop": {"answered": 0, "failed": [], "longest": 0.0}}
    assert len([*laws.served(report(requests=silent), {"requests": "why"})]) == 1


def test_the_recap_of_a_second_run_must_count_no_change() -> None:
    output = "lvs1    : ok=33   changed=2    unreachable=0\nweb1 : ok=9 changed=0    unreachable=0\n"
    assert laws.changed_by_host(output) == {"lvs1": 2, "web1": 0}
    assert [*laws.nothing_changed({"lvs1": 2, "web1": 0})] == ["the second run changed lvs1"]
