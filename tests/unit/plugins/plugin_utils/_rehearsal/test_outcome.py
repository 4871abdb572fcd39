# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is judged of a step, and the page that says it."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal.outcome import (
    Outcome,
    Rehearsal,
    judged,
    told,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal.steps import Step

MACS = {"aa": "lvs1", "bb": "lvs2", "cc": "web1"}
DIRECTORS = ("lvs1", "lvs2")
BOOT = Outcome(Step("boot", "Boot 5 machines"), 41.2)
DRAIN = Step("drain", "Drain web1, and make it active again", "shop", "web1")


def seen(*holders: str, failed: int = 0, broken: int = 0, answered: int = 100) -> dict[str, Any]:
    held = [[mac, 10.0 * place, 10.0 * place + 9, 50] for place, mac in enumerate(holders)]
    return {
        "holders": {"192.0.2.198": held},
        "requests": {"shop": {"answered": answered, "failed": [[1.0, "refused"]] * failed, "longest": 0.1, "gap": 0.4}},
        "kept": {"shop": {"answered": 90, "failed": [[1.0, "reset"]] * broken, "longest": 0.1, "gap": 0.4}},
    }


def test_a_step_of_which_nobody_noticed_anything_has_passed() -> None:
    judgement = judged(DRAIN, seen("aa"), MACS, DIRECTORS)
    assert (judgement.problems, judgement.losses) == ([], [])


def test_lost_requests_are_told_and_are_no_failure_of_the_step() -> None:
    judgement = judged(DRAIN, seen("aa", failed=2), MACS, DIRECTORS)
    assert judgement.problems == []
    (loss,) = judgement.losses
    assert loss.startswith("shop: requests failed 2 times")
    may = Step("service_dies", "Stop", breaks={"requests": "", "connections": ""})
    assert judged(may, seen("aa", failed=2, broken=1), MACS, DIRECTORS).losses == []


def test_a_service_that_never_answered_and_two_hosts_that_answer_are_failures() -> None:
    assert judged(DRAIN, seen("aa", answered=0, failed=9), MACS, DIRECTORS).problems
    assert judged(DRAIN, seen("aa", "cc"), MACS, DIRECTORS).problems
    assert judged(DRAIN, seen("aa", "bb"), MACS, DIRECTORS).problems
    free = Step("change", "Change", moves=None)
    assert judged(free, seen("aa", "bb", "aa"), MACS, DIRECTORS).problems == []


def rehearsal(*outcomes: Outcome, planned: int = 0, **more: Any) -> Rehearsal:
    steps = [outcome.step for outcome in outcomes]
    steps += [DRAIN] * (planned - len(steps))
    return Rehearsal(steps, outcomes, ["Real servers are stand-ins"], "lvs-rehearsal", seconds=754.0, **more)


def test_the_page_has_a_line_for_each_step_and_says_what_is_not_as_on_the_site() -> None:
    answer = rehearsal(BOOT, Outcome(DRAIN, 38.0, seen=seen("aa"))).answer()
    assert [line.text for line in answer.lines] == [
        "   STEP                                  RESULT  TIME  REQUESTS  FAILED  LONGEST GAP  BROKEN  MOVES",
        "1  Boot 5 machines                       passed  41 s",
        "2  Drain web1, and make it active again  passed  38 s       100       0        0.4 s       0      0",
        "",
        "Not as on your hosts, or not rehearsed",
        "- Real servers are stand-ins",
        "",
        "All 2 steps passed. It took 12 min 34 s. Logs: lvs-rehearsal",
    ]
    assert (answer.word, answer.grade) == ("healthy", 0)


def test_the_document_has_the_same_in_numbers() -> None:
    document = json.loads(rehearsal(BOOT, Outcome(DRAIN, 38.0, seen=seen("aa", failed=1))).answer().document())
    assert "requests" not in document["steps"][0]
    assert document["steps"][1]["requests"] == 101
    assert document["steps"][1]["failed"] == 1
    assert document["notes"] == ["Real servers are stand-ins"]


def test_what_was_lost_makes_it_degraded_and_what_failed_down() -> None:
    lost = rehearsal(BOOT, Outcome(DRAIN, 1.0, losses=["shop: requests failed 2 times"], seen=seen("aa", failed=2)))
    assert lost.word == "degraded"
    assert "- 2. Drain web1, and make it active again: shop: requests failed 2 times" in lines(lost)
    assert lines(lost)[-1].startswith("All 2 steps were done; in 1 of them clients lost something.")
    failed = rehearsal(BOOT, Outcome(DRAIN, 1.0, problems=["lvs.cluster.drain failed"], losses=["more"]))
    assert failed.word == "down"
    assert lines(failed)[-1].startswith("1 of 2 steps failed.")


def test_a_rehearsal_that_was_interrupted_is_none_that_passed() -> None:
    half = rehearsal(BOOT, planned=4, stopped="It was interrupted")
    assert half.word == "down"
    assert "- It was interrupted" in lines(half)
    assert lines(half)[-1].startswith("The rehearsal ended after 1 of 4 steps.")
    assert half.answer().model["not_begun"] == [DRAIN.title] * 3


def lines(one: Rehearsal) -> list[str]:
    return [line.text for line in one.answer().lines]


def test_a_step_is_told_in_a_line_when_it_is_done() -> None:
    assert told(BOOT).text == "    passed after 41 s"
    line = told(Outcome(DRAIN, 38.0, losses=["x"], seen=seen("aa", failed=2))).text
    assert line == "    losses after 38 s: 2 of 102 requests failed, longest gap 0.4 s"
