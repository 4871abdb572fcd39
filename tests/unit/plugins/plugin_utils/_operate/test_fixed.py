# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.doctor import found_in, judged
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.fixed import answer
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.fixing import fixing
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import ERROR, Finding
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._doctor.clusters import (
    VIP,
    WELL,
    differing,
    planned,
)

BEFORE = differing("web1", "network", changed=True, **planned("address", f"{VIP}/32 on lo"))
FOUND = fixing([BEFORE], ["LVS811"]).found
NOW_WELL = [judged("shop", found_in(WELL), {}, 0)]
STILL = [judged(BEFORE.cluster.name, found_in(BEFORE), {}, 0)]


def test_what_is_mended_is_told_and_the_word_is_that_of_the_doctor() -> None:
    told = answer(["LVS811"], FOUND, NOW_WELL, check_mode=False)
    assert [line.text for line in told.lines] == [
        "LVS811 vip-missing web1: mended",
        "",
        "No problems were found",
    ]
    assert told.word == "healthy"
    assert told.model == {
        "not_found": [],
        "to_mend": [],
        "mended": [*FOUND],
        "unknown": [],
        "left": [],
        "clusters": [{"name": "shop", "findings": []}],
    }


def test_what_is_left_is_told_and_shown_as_the_doctor_shows_it() -> None:
    told = answer(["LVS811"], FOUND, STILL, check_mode=False)
    lines = [line.text for line in told.lines]
    assert lines[:3] == ["LVS811 vip-missing web1: still there, see below", "", "LVS811 vip-missing (error) web1"]
    assert (told.word, told.model["mended"], told.model["left"]) == ("down", [], [*FOUND])


def test_check_mode_tells_what_a_run_would_do() -> None:
    told = answer(["LVS811", "LVS833"], FOUND, STILL, check_mode=True)
    assert [line.text for line in told.lines][:2] == [
        "LVS833 not-at-boot was not found, so nothing was done about it",
        "LVS811 vip-missing web1: a run without --check would set the host up again",
    ]
    assert (told.model["to_mend"], told.model["mended"], told.model["left"]) == ([*FOUND], [], [])


def test_a_host_that_could_not_be_examined_again_is_not_called_mended() -> None:
    away = [judged("shop", [Finding("LVS891", ERROR, "", "Every host must be looked at", host="web1")], {}, 0)]
    told = answer(["LVS811"], FOUND, away, check_mode=False)
    assert told.lines[0].text.startswith("LVS811 vip-missing web1: set up again, but whether that has mended it is not")
    assert (told.model["mended"], told.model["unknown"]) == ([], [*FOUND])
