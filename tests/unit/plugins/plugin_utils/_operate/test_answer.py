# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.answer import (
    BAD,
    TEXT,
    WELL,
    Answer,
    Line,
    duration,
    table,
    worst,
)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0 s"),
        (0.4, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (200.4, "3 min 20 s"),
        (7200, "2 h"),
        (90061, "1 d 1 h"),
        (86461, "1 d"),
    ],
)
def test_a_time_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_what_hosts_have_told_does_nothing_to_a_terminal() -> None:
    told = Answer(WELL, {}, [Line("ssh\x1b]0;owned\x07 \u202edaor\n  fix: rm", BAD)])
    assert told.shown(TEXT) == [Line("ssh\\x1b]0;owned\\x07 \\u202edaor\\n  fix: rm", BAD)]


def test_one_model_has_two_renderings() -> None:
    answer = Answer("degraded", {"clusters": []}, [Line("The cluster is degraded")])
    assert answer.shown("text") == [Line("The cluster is degraded")]
    (document,) = answer.shown("json")
    assert json.loads(document.text) == {"word": "degraded", "grade": 1, "clusters": []}


def test_the_worst_word_counts() -> None:
    assert worst(["healthy", "down", "degraded"]) == "down"
    assert worst([]) == "healthy"


def test_columns_stand_below_each_other() -> None:
    assert table([("NAME", "WEIGHT"), ("web1", "1"), ("longer", "10")], [1]) == [
        "NAME    WEIGHT",
        "web1         1",
        "longer      10",
    ]
