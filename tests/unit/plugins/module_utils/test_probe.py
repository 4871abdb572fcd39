# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._probe import Probe, outage_ms


def probes(answers: str) -> list[Probe]:
    """One probe every 20 ms: + was answered, - was not."""
    return [(number * 0.02, answer == "+") for number, answer in enumerate(answers)]


@pytest.mark.parametrize(
    ("answers", "outage"),
    [
        ("++++", 0),
        ("+-+", 40),
        ("++--+-+", 60),
        ("--+", 40),
        ("+--", 40),
        ("+", 0),
    ],
)
def test_the_longest_time_without_an_answer(answers: str, outage: int) -> None:
    assert outage_ms(probes(answers)) == outage
