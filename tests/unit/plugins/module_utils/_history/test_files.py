# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a history, on a real disk."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils import _places
from ansible_collections.lvs.cluster.plugins.module_utils._history import files


@pytest.fixture(autouse=True)
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "lvs/history.jsonl"
    monkeypatch.setattr(_places, "HISTORY", str(path))
    return path


def test_nobody_else_may_read_it(history: Path) -> None:
    before = os.umask(0)
    try:
        files.append("one\n")
    finally:
        os.umask(before)
    assert (history.stat().st_mode & 0o777, history.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    history.chmod(0o644)
    history.parent.chmod(0o755)
    files.append("two\n")
    assert (history.stat().st_mode & 0o777, history.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert files.read() == "one\ntwo\n"


def test_where_nothing_was_written_there_is_nothing(history: Path) -> None:
    assert (files.read(), files.exists()) == ("", False)
    files.remove()
    assert not history.parent.exists()


@given(st.lists(st.text("abc", min_size=1, max_size=30), min_size=1))
def test_the_newest_lines_stay(tmp_path_factory: pytest.TempPathFactory, words: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_places, "HISTORY", str(tmp_path_factory.mktemp("log") / "lvs/history.jsonl"))
        patch.setattr(files, "MAX_BYTES", 64)
        for word in words:
            files.append(f"{word}\n")
        kept = files.read().splitlines()
        assert kept == words[len(words) - len(kept) :]
        # One file is full, or nothing has been left out.
        assert len(kept) == len(words) or sum(len(word) + 1 for word in kept) > 64 - 31
        assert all(path.stat().st_size <= 64 for path in Path(_places.HISTORY).parent.iterdir())


def test_many_writers_lose_nothing(history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 2000)  # two files have them all, and one takes the other's place once
    written = [f"{number:02} {'x' * 9}" for number in range(30)]
    children = [in_a_child(lambda: [files.append(f"{line}\n") for line in written]) for _child in range(8)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 8
    lines = files.read().splitlines()
    assert sorted(lines) == sorted(written * 8)
    assert history.with_name("history.jsonl.1").exists()


def in_a_child(act: Callable[[], object]) -> int:
    child = os.fork()
    if not child:
        try:
            act()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return child


@pytest.mark.parametrize("name", ["lvs", "lvs/history.jsonl"])
def test_no_link_is_followed(history: Path, tmp_path: Path, name: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    if name == "lvs":
        elsewhere.mkdir()
    else:
        elsewhere.write_text("of somebody else")
        history.parent.mkdir()
    (tmp_path / name).symlink_to(elsewhere)
    for act in (lambda: files.append("one\n"), files.read):
        with pytest.raises(OSError, match=r"symbolic|directory"):
            act()
    assert list(elsewhere.iterdir()) == [] if name == "lvs" else elsewhere.read_text() == "of somebody else"


def test_neither_a_pipe_nor_a_second_name_is_a_history(history: Path, tmp_path: Path) -> None:
    history.parent.mkdir()
    os.mkfifo(history)
    for act in (lambda: files.append("one\n"), files.read):
        with pytest.raises(OSError, match="not a regular file, or it has several links"):
            act()
    history.unlink()
    (tmp_path / "shadow").write_text("root:")
    os.link(tmp_path / "shadow", history)
    with pytest.raises(OSError, match="not a regular file, or it has several links"):
        files.append("one\n")
    assert (tmp_path / "shadow").read_text() == "root:"


def test_a_full_disk_leaves_what_was_there(history: Path) -> None:
    files.append("one\n")
    assert os.waitpid(in_a_child(lambda: grows_no_more(history.stat().st_size + 3)), 0)[1] == 0
    assert files.read() == "one\n"


def grows_no_more(size: int) -> None:
    """A limit stands for the full disk: a part of the line is written, and then no more."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    with pytest.raises(OSError, match="No space"):
        files.append("a long line\n")


def test_a_line_after_a_torn_one_stands_by_itself(history: Path) -> None:
    history.parent.mkdir()
    history.write_text("torn")
    files.append("whole\n")
    assert files.read() == "torn\nwhole\n"


def test_a_folder_of_somebody_else_is_refused(history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.append("one\n")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(OSError, match="belongs to another user"):
        files.append("two\n")


def test_a_writer_that_is_stuck_stops_nobody_for_long(history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "DEADLINE_S", 0.1)
    files.append("one\n")
    with files.folder(files.fcntl.LOCK_EX), pytest.raises(TimeoutError, match="another process has held its lock"):
        files.append("two\n")


def test_all_of_it_goes_and_nothing_of_others(history: Path) -> None:
    files.append("one\n")
    history.with_name("history.jsonl.1").write_text("zero\n")
    others = history.with_name("notes")
    others.touch()
    files.remove()
    assert [*history.parent.iterdir()] == [others]
    others.unlink()
    files.remove()
    assert not files.exists()
