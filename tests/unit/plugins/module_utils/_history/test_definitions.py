# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The definitions beside a history, on a real disk."""

from __future__ import annotations

import base64
import json
import os
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils import _places
from ansible_collections.lvs.cluster.plugins.module_utils._history import definitions, files
from ansible_collections.lvs.cluster.plugins.module_utils._history.definitions import keep, kept, unpacked
from ansible_collections.lvs.cluster.plugins.module_utils._history.text import written

from .samples import entry


@pytest.fixture(autouse=True)
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "lvs/history.jsonl"
    monkeypatch.setattr(_places, "HISTORY", str(path))
    return path


def digest(number: int) -> str:
    return f"{number:012x}"


def packed(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data)).decode()


def roll_out(number: int, **said: object) -> None:
    """As a module does that has changed something."""
    files.append(written(entry(origin={"definitions": {"lvs_directors": digest(number)}})))
    keep(unpacked(packed(json.dumps({"digest": digest(number), **said}).encode())))


def test_what_is_kept_is_read_back_and_for_root_alone(history: Path) -> None:
    before = os.umask(0)
    try:
        roll_out(1, cluster="shop")
    finally:
        os.umask(before)
    assert kept() == {digest(1): {"digest": digest(1), "cluster": "shop"}}
    assert history.with_name(f"definition-{digest(1)}.json").stat().st_mode & 0o777 == 0o600


def test_where_nothing_was_rolled_out_there_is_none(history: Path) -> None:
    assert kept() == {}
    assert not history.parent.exists()


def test_the_latest_stay_however_they_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(definitions, "LIMIT", 3)
    for number in (1, 2, 3, 1, 4):
        roll_out(number)
    assert {*kept()} == {digest(1), digest(3), digest(4)}


def test_one_that_the_history_no_longer_names_goes_with_the_next_one(history: Path) -> None:
    roll_out(1)
    history.unlink()
    roll_out(2)
    assert {*kept()} == {digest(2)}


def test_a_damaged_one_is_left_out_and_written_again_by_nobody_but_root(history: Path) -> None:
    roll_out(1)
    roll_out(2)
    history.with_name(f"definition-{digest(1)}.json").write_text('{"digest"')
    history.with_name(f"definition-{digest(3)}.json").write_text(json.dumps({"digest": digest(2)}))
    assert {*kept()} == {digest(2)}


def test_a_writer_that_was_killed_leaves_nothing_in_the_way(history: Path) -> None:
    roll_out(1)
    (history.parent / f"definition-{digest(2)}.json.new").write_text("torn")
    assert {*kept()} == {digest(1)}
    roll_out(2)
    assert {*kept()} == {digest(1), digest(2)}
    assert not [*history.parent.glob("*.new")]


def test_they_go_with_the_history(history: Path) -> None:
    roll_out(1)
    (history.parent / f"definition-{digest(2)}.json.new").write_text("torn")
    files.remove()
    assert not history.parent.exists()


def test_no_link_is_followed(history: Path, tmp_path: Path) -> None:
    files.append(written(entry()))
    (tmp_path / "shadow").write_text(json.dumps({"digest": digest(1)}))
    history.with_name(f"definition-{digest(1)}.json").symlink_to(tmp_path / "shadow")
    with pytest.raises(OSError, match="symbolic"):
        kept()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("no base 64", "no packed definition"),
        (packed(b"{")[:-6], "no packed definition"),
        (packed(b"[]"), "no digest"),
        (packed(b'{"digest": "../../etc/passwd"}'), "no digest"),
        (packed(b" " * (files.MAX_BYTES + 1)), "longer than"),
    ],
)
def test_what_is_no_definition_is_refused(data: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        unpacked(data)


@given(st.text())
def test_no_text_is_taken_for_one_by_accident(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        unpacked(text)
