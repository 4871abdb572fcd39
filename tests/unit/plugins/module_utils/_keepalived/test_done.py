# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._history.model import entry
from ansible_collections.lvs.cluster.plugins.module_utils._history.text import written
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.done import Look, done, look

SECRETS = st.text("abcXYZ_123", min_size=6, max_size=12).map(lambda word: f"Q{word}")
LINES = st.sampled_from(
    ["auth_pass {}", "  password {}", "# secret: {}", "smtp_password '{}'", "authentication {{\n{}\n}}"]
)


def options(folder: Path) -> dict[str, Any]:
    return {
        "path": f"{folder}/keepalived.conf",
        "drop_in": f"{folder}/lvs.conf",
        "hold_file": None,
        "drained_folder": f"{folder}/drained",
        "lent_seconds": 60,
    }


def test_what_stays_is_no_change(tmp_path: Path) -> None:
    here = look(options(tmp_path))
    assert done(options(tmp_path), here, here, {"let_go": [], "lent": []}) == {
        "changed": False,
        "diff": [],
        "commands": [],
    }


def test_all_that_a_call_has_done_is_told(tmp_path: Path) -> None:
    given = options(tmp_path)
    configuration = Path(given["path"])
    configuration.write_text("a\n")
    configuration.chmod(0o644)
    before = look(given)
    configuration.write_text("b\n")
    configuration.chmod(0o600)
    os.mkdir(given["drained_folder"])
    told = done(given, before, look(given), {"lent": [{"address": "192.0.2.198/32", "interface": "lo"}]})
    assert [(each["after_header"], each["before"], each["after"]) for each in told["diff"]] == [
        (given["path"], "a\n", "b\n")
    ]
    assert told["commands"] == [
        f"mkdir --parents {given['drained_folder']}",
        f"chmod 600 {given['path']}",
        "ip address add 192.0.2.198/32 dev lo valid_lft 60",
    ]


@given(st.lists(st.tuples(LINES, SECRETS), min_size=1), st.lists(st.tuples(LINES, SECRETS)))
def test_no_secret_of_a_configuration_survives(before: list[tuple[str, str]], after: list[tuple[str, str]]) -> None:
    texts = ["".join(f"{line.format(secret)}\n" for line, secret in lines) for lines in (before, after)]
    looks = [Look({"/etc/keepalived/keepalived.conf": text}, private=True, folder=True) for text in texts]
    told = done({"path": "/etc/keepalived/keepalived.conf"}, *looks, {})
    line = written(entry("2026-11-30T08:15:02Z", "keepalived", {}, {}, told, ""))
    assert not [secret for _line, secret in (*before, *after) if secret in line]
    assert ("/etc/keepalived/keepalived.conf" in line) == (texts[0] != texts[1])
