# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._lab.data_file import load
from ansible_collections.lvs.cluster.plugins.plugin_utils._lab.lab import (
    in_parallel,
    private_directory,
    sockets_directory,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._lab.report import LabError


def test_a_socket_has_a_short_path_however_deep_the_checkout_is() -> None:
    sockets = sockets_directory(Path("/" + "a-long-name/" * 30 + "build/lab/default"))
    longest = f"{sockets}/ssh-{'0' * 40}.{'0' * 16}"  # OpenSSH binds its ControlPath under a temporary name at first
    assert len(longest) < 108


def test_two_labs_have_two_directories_of_sockets() -> None:
    assert sockets_directory(Path("/build/lab/one")) != sockets_directory(Path("/build/lab/two"))


def test_a_private_directory_is_made_and_found_again(tmp_path: Path) -> None:
    for _time in range(2):
        private_directory(tmp_path / "sockets")
    assert (tmp_path / "sockets").stat().st_mode & 0o777 == 0o700


def test_a_directory_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    with pytest.raises(LabError, match="mode 0700"):
        private_directory(tmp_path / "open")


def test_a_link_to_a_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(LabError, match="mode 0700"):
        private_directory(tmp_path / "link")


def test_all_failures_of_a_parallel_call_are_told() -> None:
    def fail_for_odd(number: int) -> None:
        if number % 2:
            raise LabError(f"number {number} failed")

    with pytest.raises(LabError, match=r"^number 1 failed\nnumber 3 failed$"):
        in_parallel(fail_for_odd, range(5))


def test_a_description_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=f"{tmp_path}/lab.toml"):
        load(tmp_path, tmp_path / "lab.toml", "lab")


def test_a_release_of_the_environment_is_kept_with_the_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "lab.toml"
    source.write_text('segments = ["lan"]\n[hosts.a]\naddresses.lan = ["192.0.2.1/24"]\n')
    monkeypatch.setenv("LAB_RELEASE", "trixie")
    started = load(tmp_path, source, "lab")
    source.write_text(started.text)
    monkeypatch.delenv("LAB_RELEASE")
    assert load(tmp_path, source, "lab").description.releases == started.description.releases == ["trixie"]
    monkeypatch.setenv("LAB_EVERY_RELEASE", "bullseye")
    assert load(tmp_path, source, "lab").description.releases == ["bullseye"]
