# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._report.bundle import MARK
from ansible_collections.lvs.cluster.plugins.plugin_utils._whole_file import PRIVATE, PUBLIC, NotWritten, write

PACKED = b"\x1f\x8b" + MARK.encode()


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_bundle_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "b.tar.gz"
    assert write(str(path), PACKED, PRIVATE, MARK)
    assert (path.read_bytes(), mode(path)) == (PACKED, 0o600)
    assert not write(str(path), PACKED, PRIVATE, MARK)
    path.chmod(0o644)
    assert write(str(path), PACKED, PRIVATE, MARK)
    assert mode(path) == 0o600
    assert [*tmp_path.iterdir()] == [path]


def test_a_page_is_for_those_for_whom_the_user_s_files_are(tmp_path: Path) -> None:
    path, before = tmp_path / "page.html", os.umask(0o027)
    try:
        assert write(str(path), b"<!-- mark -->", PUBLIC, "mark")
        assert mode(path) == 0o640
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)


def test_it_takes_the_place_of_a_report_and_of_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "hosts.yml"
    path.write_text("all: {}\n", encoding="utf-8")
    with pytest.raises(NotWritten, match=r"hosts\.yml exists already and was not written by"):
        write(str(path), b"new mark", PUBLIC, "mark")
    with pytest.raises(NotWritten, match="was not written by"):
        write(str(path), PACKED, PRIVATE, MARK)
    assert path.read_text(encoding="utf-8") == "all: {}\n"
    path.write_bytes(gzip.compress(b"a backup"))
    with pytest.raises(NotWritten, match="was not written by"):
        write(str(path), PACKED, PRIVATE, MARK)
    path.write_bytes(b"old mark")
    assert write(str(path), b"new mark", PUBLIC, "mark")
    assert path.read_bytes() == b"new mark"


def test_what_cannot_be_written_is_said_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match=r"away/page\.html could not be written: No such file or directory\. Nothing"):
        write(str(tmp_path / "away" / "page.html"), b"x mark", PUBLIC, "mark")
    with pytest.raises(NotWritten, match=r"Is a directory\. Name another file"):
        write(str(tmp_path), b"x mark", PUBLIC, "mark")
    assert [*tmp_path.iterdir()] == []


def test_a_link_is_replaced_and_what_it_names_is_left_alone(tmp_path: Path) -> None:
    other, link = tmp_path / "other", tmp_path / "b.tar.gz"
    other.write_bytes(PACKED + b"old")
    link.symlink_to(other)
    assert write(str(link), PACKED, PRIVATE, MARK)
    assert (other.read_bytes(), link.is_symlink()) == (PACKED + b"old", False)
