# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a host differs in what announces its VIPs; the other parts are compared on a real kernel."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils import _compare
from ansible_collections.lvs.cluster.plugins.module_utils._announcer import installed
from ansible_collections.lvs.cluster.plugins.module_utils._compare import compared

VIP = {"address": "192.0.2.198/32", "services": [{"address": "192.0.2.198", "port": 80, "protocol": "tcp"}]}
DEFINED: Dict[str, Any] = {
    "vips": [{**VIP, "services": [{**VIP["services"][0], "quorum": 1, "hysteresis": 0, "sorry_servers": []}]}],  # type: ignore[dict-item]
    "announce_while": "all",
    "checked": True,
    "on_standby": False,
    "program": {"__main__.py": "main()\n"},
}
NOTHING: Dict[str, Any] = {"announcer": {}, "bgp": {"prefixes": []}}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the announcer reads; all that it has on a host is in one folder."""
    for name in ("ANNOUNCER_PROGRAM", "ANNOUNCER_CACHE", "ANNOUNCER_SERVICE", "ANNOUNCER_FILE"):
        monkeypatch.setattr(installed, name, str(tmp_path / name.lower()))
    path = tmp_path / "announcer_file"
    monkeypatch.setattr(_compare, "_TO_GO", {"announcer": str(path), "bgp": str(tmp_path / "bgp")})
    monkeypatch.setattr(installed._units, "is_enabled", lambda _unit: True)
    monkeypatch.setattr(installed._units, "is_active", lambda _unit: True)
    return path


@pytest.mark.usefixtures("file")
def test_what_nobody_wants_and_nobody_has_is_no_part() -> None:
    assert compared(NOTHING) == {}


def test_what_is_there_and_as_wanted_does_not_differ(file: Path) -> None:
    installed.write_texts(installed.differences({**DEFINED, "state": "present"}))
    assert file.exists()
    (part,) = compared({**NOTHING, "announcer": DEFINED}).values()
    assert (part["changed"], part["diff"], part["steps"], part["commands"]) == (False, [], [], [])


def test_what_differs_is_told_and_not_written(file: Path) -> None:
    part = compared({**NOTHING, "announcer": DEFINED})["announcer"]
    assert part["changed"]
    assert str(file) in [diff["after_header"] for diff in part["diff"]]
    assert {"kind": "file", "name": str(file)} in part["plan"]["changed"]
    (step,) = part["steps"]
    assert step["commands"][-1].startswith("systemctl restart ")
    assert not file.exists()


def test_what_is_there_and_not_wanted_is_to_go(file: Path) -> None:
    installed.write_texts(installed.differences({**DEFINED, "state": "present"}))
    part = compared(NOTHING)["announcer"]
    assert part["changed"]
    assert part["commands"][0].startswith("systemctl stop ")
    assert file.exists()
