# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Words of keepalived.conf that a release of keepalived does not know: it is not given a file with them.

Before 2.2.0 keepalived says so in its log, succeeds, and checks without a payload, for example.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived import check
from ansible_collections.lvs.cluster.tests.kernel.conftest import module

PROGRAM = check.find() or ""
VERSION = tuple(int(number) for number in (check.version(PROGRAM) or "0").split("."))
FIRST_WITH_PAYLOAD = (2, 2, 0)
CONFIGURATION = """\
virtual_server 192.0.2.198 53 {
    lvs_sched rr
    lvs_method DR
    protocol UDP
    real_server 192.0.2.21 53 {
        weight 1
        UDP_CHECK {
            payload 0000
        }
    }
}
"""


def put(path: Path, content: str) -> dict:
    return module("keepalived", path=str(path), content=content)


def test_a_payload_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "keepalived.conf"
    result = put(path, CONFIGURATION)
    if VERSION >= FIRST_WITH_PAYLOAD:
        assert result["changed"], result
        return
    words = [PROGRAM, "--config-test", "--use-file", str(path)]
    path.write_text(CONFIGURATION)
    assert subprocess.run(words, check=False, capture_output=True).returncode == 0  # all is well, it says
    path.unlink()
    assert result["failed"]
    assert "Unknown keyword 'payload'    <- payload 0000" in result["msg"]
    assert not path.exists()


@pytest.mark.parametrize("old", ["payload", "protocol", "weight"])
def test_a_word_that_no_release_knows_is_refused_by_all(tmp_path: Path, old: str) -> None:
    path = tmp_path / "keepalived.conf"
    result = put(path, CONFIGURATION.replace(old, "nonesuch"))
    assert result["failed"]
    assert "Unknown keyword 'nonesuch'" in result["msg"]
    assert not path.exists()
