# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the lab itself can take, so that one test's accident is not the next one's."""

from __future__ import annotations

import os
import signal

import pytest

from ansible_collections.lvs.cluster.molecule.conftest import PROJECT, eventually
from ansible_collections.lvs.cluster.tests.doctor.conftest import HEALTHY, Examined


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_a_reset_starts_a_switch_that_has_ended(lab: Examined, how: signal.Signals) -> None:
    pidfile = PROJECT / "build" / "lab" / lab.name / "lan.switch.pid"
    os.kill(int(pidfile.read_text(encoding="utf-8")), how)
    lab.verb("reset", HEALTHY)
    eventually(lab.serves, 60)
    assert sum(lab.requests("http://192.0.2.198/", 6).values()) == 6
