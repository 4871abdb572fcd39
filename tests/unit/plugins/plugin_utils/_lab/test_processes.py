# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import platform
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._lab import processes
from ansible_collections.lvs.cluster.plugins.plugin_utils._lab.report import LabError


@pytest.fixture
def switch(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that looks like a switch of the lab in `tmp_path`/lab."""
    pidfile = tmp_path / "lab" / "lan.switch.pid"
    program = "import time; print('ready', flush=True); time.sleep(60)"
    arguments = ["vde_switch", "-c", program, "--pidfile", str(pidfile)]
    with subprocess.Popen(arguments, executable=sys.executable, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_a_process_is_found_without_its_pid_file(switch: subprocess.Popen[bytes], tmp_path: Path) -> None:
    assert processes.find(tmp_path / "lab") == {"lan.switch.pid": switch.pid}
    assert processes.directories(tmp_path) == {tmp_path / "lab"}


@pytest.mark.usefixtures("switch")
def test_a_process_of_another_lab_is_not_found(tmp_path: Path) -> None:
    assert processes.find(tmp_path / "la") == {}
    assert processes.find(tmp_path) == {}


def test_a_program_that_is_none_of_a_labs_is_not_found(tmp_path: Path) -> None:
    program = "import time; print('ready', flush=True); time.sleep(60)"
    arguments = [sys.executable, "-c", program, "--pidfile", str(tmp_path / "lan.switch.pid")]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert processes.find(tmp_path) == {}
        process.kill()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_end(switch: subprocess.Popen[bytes], tmp_path: Path, how: signal.Signals) -> None:
    processes.end(switch.pid, how)
    assert switch.wait(timeout=5) == -how
    assert processes.find(tmp_path / "lab") == {}


def test_long_turns(switch: subprocess.Popen[bytes]) -> None:
    processes.take_long_turns(switch.pid)
    assert os.sched_getscheduler(switch.pid) == os.SCHED_BATCH
    linux = tuple(map(int, platform.release().split(".")[:2]))
    if linux >= (6, 12):  # kernel/sched/debug.c, proc_sched_show_task
        shown = Path(f"/proc/{switch.pid}/sched").read_text()
        assert re.search(r"^se\.slice +: +20000000$", shown, re.MULTILINE), shown


def test_end_of_a_process_that_is_gone(switch: subprocess.Popen[bytes]) -> None:
    switch.kill()
    switch.wait()
    processes.end(switch.pid)


def test_end_leaves_a_process_of_somebody_else_alone() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        processes.end(process.pid)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.2)
        process.kill()


def test_a_program_that_fails_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"sh failed with exit status 3:\n  \| no space"):
        processes.run(tmp_path, ["sh", "-c", "echo no space >&2; exit 3"], timeout_s=10)


def test_a_program_that_hangs_is_ended(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="sleep has not finished within 0 s"):
        processes.run(tmp_path, ["sleep", "60"], timeout_s=0.1)
