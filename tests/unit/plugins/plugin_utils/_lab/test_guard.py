# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A lab ends with whoever has it, however that ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._lab import processes
from ansible_collections.lvs.cluster.plugins.plugin_utils._lab.guard import guarded

OWNER = f"""
import signal, sys, time
from pathlib import Path
from {guarded.__module__} import guarded
signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores it
with guarded(Path(sys.argv[1])):
    print("guarded", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Path]:
    """The directory of a lab that has a process, which looks like a switch."""
    directory = tmp_path / "lab"
    directory.mkdir()
    program = "import time; print('ready', flush=True); time.sleep(60)"
    words = ["vde_switch", "-c", program, "--pidfile", str(directory / "lan.switch.pid")]
    with subprocess.Popen(words, executable=sys.executable, stdout=subprocess.PIPE) as switch:
        assert switch.stdout is not None
        switch.stdout.readline()
        yield directory
        switch.kill()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_lab_is_taken_away_when_its_owner_is_killed(lab: Path, how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(lab)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"guarded\n"
        assert processes.find(lab)
        owner.send_signal(how)
        owner.wait(30)
    deadline = time.monotonic() + 30
    while lab.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not lab.exists()
    assert processes.find(lab) == {}


def test_it_is_gone_when_the_block_ends_and_stays_while_it_runs(lab: Path) -> None:
    with guarded(lab):
        assert lab.exists()
    assert not lab.exists()
