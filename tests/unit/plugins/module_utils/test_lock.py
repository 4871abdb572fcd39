# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils import _lock


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(_lock, "PATH", str(tmp_path / "lock"))
    return tmp_path / "lock"


def test_the_second_waits_for_the_first() -> None:
    done: list[str] = []
    begun = Event()

    def second() -> None:
        begun.set()
        with _lock.alone():
            done.append("second")

    thread = Thread(target=second)
    with _lock.alone():
        thread.start()
        begun.wait()
        thread.join(timeout=0.3)
        done.append("first")
    thread.join()
    assert done == ["first", "second"]


def test_who_waits_too_long_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_lock, "DEADLINE_S", 0)
    with _lock.alone(), pytest.raises(TimeoutError, match=f"fuser {path}"), _lock.alone():
        pass
    with _lock.alone():  # given back
        assert path.stat().st_mode & 0o777 == 0o600


def test_who_may_not_write_there_is_not_held_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_lock, "PATH", "/nonexistent/lock")
    with _lock.alone(), _lock.alone():
        pass
