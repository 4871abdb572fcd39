# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written down of a call, and when nothing is: through an AnsibleModule as Ansible makes it."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils import basic
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils import _places
from ansible_collections.lvs.cluster.plugins.module_utils._history import files
from ansible_collections.lvs.cluster.plugins.module_utils._history.call import write_down
from ansible_collections.lvs.cluster.plugins.module_utils._history.options import ORIGIN
from ansible_collections.lvs.cluster.plugins.module_utils._history.read import history as read_back
from ansible_collections.lvs.cluster.plugins.module_utils._history.read import latest

ORIGIN_SAID = {"user": "anna@desk", "playbook": "site.yml", "definitions": {"lvs_directors": "8c0d5f1e4a3b"}}


@pytest.fixture(autouse=True)
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "lvs/history.jsonl"
    monkeypatch.setattr(_places, "HISTORY", str(path))
    # What a result is printed by: needed since ansible-core 2.19.
    monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
    return path


def module(check: bool = False, **options: Any) -> Any:
    given = {**options, "_ansible_check_mode": check, "_ansible_module_name": "lvs.cluster.numbers"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": given}).encode())
        spec = {"password": {"type": "str", "no_log": True}, **ORIGIN}
        return basic.AnsibleModule(argument_spec=spec, supports_check_mode=True)


def test_a_change_is_there_to_be_read() -> None:
    write_down(module(origin=ORIGIN_SAID), {"changed": True, "commands": ["add a"]})
    (entry,) = read_back("1h", None)["entries"]
    assert (entry["module"], entry["commands"], entry["origin"]) == ("numbers", ["add a"], ORIGIN_SAID)


def test_without_a_controller_there_is_no_origin() -> None:
    write_down(module(), {"changed": True, "commands": ["add a"]})
    assert read_back(None, 1)["entries"][0]["origin"] == {}


@pytest.mark.parametrize(("check", "changed"), [(True, True), (False, False), (True, False)])
def test_no_file_is_opened_where_nothing_has_changed(
    history: Path, monkeypatch: pytest.MonkeyPatch, check: bool, changed: bool
) -> None:
    monkeypatch.setattr(files.os, "open", lambda *_words, **_options: pytest.fail("a file was opened"))
    write_down(module(check), {"changed": changed, "commands": ["add a"]})
    assert not history.parent.exists()


def test_what_cannot_be_written_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_places, "HISTORY", "/proc/lvs/history.jsonl")
    changing, warnings = module(), []
    monkeypatch.setattr(changing, "warn", warnings.append)
    write_down(changing, {"changed": True})
    (warning,) = warnings
    assert warning.startswith("The change was made, but it could not be written to /proc/lvs/history.jsonl: ")


@given(st.text("abcXYZ_123", min_size=6, max_size=12))
def test_no_secret_option_survives(secret: str) -> None:
    said = f"set auth {secret} now"
    diff = {"before_header": "/etc/x", "after_header": "/etc/x", "before": "", "after": f"{said}\n"}
    plan = {"added": [{"name": said, "after": {"secret": secret}}]}
    result = {"changed": True, "plan": plan, "commands": [said], "diff": [diff]}
    files.remove()
    write_down(module(password=secret), result, f"refused: {said}")
    text = Path(_places.HISTORY).read_text(encoding="utf-8")
    assert secret not in text
    assert "refused: set auth" in text


def test_the_definition_that_is_rolled_out_is_kept_and_shown_nowhere(history: Path) -> None:
    document = {"digest": "8c0d5f1e4a3b", "lvs_services": [{"name": "shop"}]}
    packed = base64.b64encode(zlib.compress(json.dumps(document).encode())).decode()
    said = {**ORIGIN_SAID, "definition": packed}
    write_down(module(check=True, origin=said), {"changed": True})
    write_down(module(origin=said), {"changed": False})
    assert not history.parent.exists()
    changing = module(origin=said)
    write_down(changing, {"changed": True, "commands": ["add a"]})
    told = read_back(None, None, definitions=True)
    assert told["definitions"] == {"8c0d5f1e4a3b": document}
    assert told["entries"][0]["origin"] == ORIGIN_SAID
    assert packed in changing.no_log_values


def test_a_definition_that_cannot_be_kept_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    changing, warnings = module(origin={**ORIGIN_SAID, "definition": "x"}), []
    monkeypatch.setattr(changing, "warn", warnings.append)
    write_down(changing, {"changed": True})
    (warning,) = warnings
    assert warning.startswith("The change was made, but its definition could not be kept for lvs.cluster.undo: ")
    assert len(read_back(None, None)["entries"]) == 1


def test_the_latest_are_read_in_short_and_a_history_that_cannot_be_read_is_no_failure(
    history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    diff = {"before_header": "/etc/x", "after_header": "/etc/x", "before": "", "after": "a\n"}
    for number in range(3):
        write_down(module(), {"changed": True, "commands": [f"add {number}"], "plan": {"added": ["a"]}, "diff": [diff]})
    told = latest(2)
    assert [entry["commands"] for entry in told["entries"]] == [["add 1"], ["add 2"]]
    assert {(len(entry["plan"]), len(entry["diff"])) for entry in told["entries"]} == {(0, 0)}
    assert told["unread"] == ""
    history.unlink()
    history.mkdir()
    assert latest(2)["entries"] == []
    assert "not a regular file" in latest(2)["unread"]
