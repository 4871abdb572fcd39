# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tells a director to take no VIP, and what is muted, as a module run writes and removes it."""

from __future__ import annotations

import json
from pathlib import Path

from ansible_collections.lvs.cluster.tests.kernel.conftest import module

STANDBY, MUTED = Path("/etc/lvs/standby"), Path("/etc/lvs/muted")
MUTE = {"LVS814": {"until": 1796090400, "severity": "advice", "count": 1, "hosts": ["web1"]}}


def test_a_director_stands_aside_and_comes_back(drained_folder: Path) -> None:
    assert module("director_marks", check=True, standby=True)["changed"]
    assert not STANDBY.exists()
    result = module("director_marks", standby=True)
    assert (result["changed"], result["paths"], STANDBY.read_text()) == (True, [str(STANDBY)], "-254\n")
    assert not module("director_marks", standby=True, held=False)["changed"]
    module("director_marks", standby=False)
    assert [path.name for path in drained_folder.parent.iterdir()] == ["drained"]


def test_what_is_muted_is_read_again_and_is_for_root_alone(drained_folder: Path) -> None:
    assert module("director_marks", check=True, muted=MUTE)["changed"]
    assert not MUTED.exists()
    assert module("director_marks", muted=MUTE)["paths"] == [str(MUTED)]
    assert MUTED.stat().st_mode & 0o777 == 0o600
    assert json.loads(module("host_info")["muted"]) == MUTE
    assert not module("director_marks", muted=MUTE, standby=False)["changed"]
    assert module("director_marks", muted={})["changed"]
    assert [path.name for path in drained_folder.parent.iterdir()] == ["drained"]


def test_a_former_director_keeps_nothing(drained_folder: Path) -> None:
    (drained_folder / "192.0.2.21").write_text("-1000000\n")
    module("director_marks", standby=True, held=True, muted=MUTE)
    everything = {"standby": False, "held": False, "forget_drains": True, "muted": {}}
    assert len(module("director_marks", check=True, **everything)["diff"]) == 4
    assert module("director_marks", **everything)["changed"]
    assert not drained_folder.parent.exists()
    assert not module("director_marks", **everything)["changed"]
    drained_folder.mkdir(parents=True)  # for the fixture
