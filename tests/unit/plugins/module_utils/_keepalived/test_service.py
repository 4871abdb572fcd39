# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether keepalived is there."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived import service


def test_keepalived_runs_where_its_main_process_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = tmp_path / "keepalived.pid", tmp_path / "keepalived" / "keepalived.pid"
    monkeypatch.setattr(service, "PID_FOLDERS", (str(old.parent), str(new.parent)))
    assert not service.runs()
    for content in ("", "no number\n", f"{2**22 + 1}\n", f"{os.getpid()}\n"):
        old.write_text(content)
        assert not service.runs()
    own_name = Path(f"/proc/{os.getpid()}/comm")
    before = own_name.read_text()
    new.parent.mkdir()
    new.write_text(f"{os.getpid()}\n")
    own_name.write_text("keepalived")
    try:
        assert service.runs()
        assert service.process_of("keepalived", os.getppid()) == os.getpid()
        assert service.process_of("keepalived", os.getpid()) is None
    finally:
        own_name.write_text(before)


def test_a_process_that_is_stopped_is_not_at_work() -> None:
    assert not service.at_work(None)
    with subprocess.Popen(["sleep", "60"]) as process:
        try:
            assert service.at_work(process.pid)
            process.send_signal(signal.SIGSTOP)
            deadline = time.monotonic() + 10
            while service.at_work(process.pid) and time.monotonic() < deadline:
                time.sleep(0.01)
            assert not service.at_work(process.pid)
        finally:
            process.kill()
    assert not service.at_work(process.pid)
