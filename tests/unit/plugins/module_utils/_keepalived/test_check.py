# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived import check


def program(folder: Path, *lines: str) -> str:
    """Something that is asked in the place of keepalived."""
    path = folder / "program"
    version = '[ "$1" != --version ] || { echo "Keepalived v9.9.9 (01/02,2026)"; exit 0; }'
    path.write_text("\n".join(["#!/bin/sh", version, *lines, ""]), encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_what_it_finds_is_told_with_the_line_that_it_means(tmp_path: Path) -> None:
    assert check.fault(program(tmp_path, "exit 0"), "/x", "") == ""
    says = program(tmp_path, 'echo "/x: (Line 2) Unknown keyword" >&2', "exit 5")
    assert check.fault(says, "/x", "one {\n  two\n}\n").splitlines() == [
        f"{check.MEANINGS[5]}:",
        "  (Line 2) Unknown keyword    <- two",
    ]
    told = check.fault(program(tmp_path, "echo no; exit 3"), "/x", "")
    assert told == "keepalived could not test this configuration (exit status 3):\n  no"


def test_words_that_it_passes_over_are_told_though_it_says_that_all_is_well(tmp_path: Path) -> None:
    says = program(tmp_path, 'echo "(Line 2) Unknown keyword" >&2; echo "Configuration is using 1 kB"', "exit 0")
    assert check.fault(says, "/x", "one {\n  two\n}\n").splitlines() == [
        "keepalived (Keepalived v9.9.9 (01/02,2026)) does not know words of this configuration and would run without "
        "them:",
        "  (Line 2) Unknown keyword    <- two",
    ]


def test_its_version_is_what_it_says(tmp_path: Path) -> None:
    assert check.version(program(tmp_path, "exit 0")) == "9.9.9"
    other = tmp_path / "other"
    other.write_text('#!/bin/sh\necho "Keepalived v2.2.8 (04/04,2023), git commit v2.2.7-154-g292b299e+" >&2\n')
    other.chmod(0o755)
    assert check.version(str(other)) == "2.2.8"
    other.write_text("#!/bin/sh\necho something else\n")
    assert check.version(str(other)) is None
    assert check.version(str(tmp_path / "none")) is None


def test_a_crash_is_told_in_words(tmp_path: Path) -> None:
    told = check.fault(program(tmp_path, "echo begun", "kill -s SEGV $$; exit 7"), "/x", "")
    for words in (
        "signal 11 ended it (SIGSEGV, it used memory that it may not use)",
        "a bug of keepalived itself (Keepalived v9.9.9 (01/02,2026)): install a newer one",
        "\n  begun",
    ):
        assert words in told


def test_a_test_without_an_end_is_ended_with_all_that_it_has_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "_DEADLINE_S", 1)
    alive = tmp_path / "alive"
    told = check.fault(program(tmp_path, "echo begun", f"(sleep 1.5; touch {alive}) &", "wait"), "/x", "")
    assert "did not finish its test of this configuration within 1 s and was killed" in told
    assert told.endswith("\n  begun")
    time.sleep(1)
    assert not alive.exists()


def test_what_keepalived_leaves_unsaid_is_added(tmp_path: Path) -> None:
    says = "/x: (Line 1) realpath() error 2 (No such file or directory) for away"
    (line,) = check.fault(program(tmp_path, f"echo '{says}'", "exit 5"), "/x", "file /nowhere/away").splitlines()[1:]
    assert line == (
        "  (Line 1) realpath() error 2 (No such file or directory) for away (the folder of this file is not there, and "
        "keepalived tracks no file in it: make the folder)    <- file /nowhere/away"
    )
