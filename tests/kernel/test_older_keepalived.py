# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What older releases of keepalived do, and newer ones do not: LVS773 and LVS776 in the table of known faults.

Before 2.2.0 keepalived passes over words that it does not know, so that it checks without a payload, for example: it is
not given a file with them. And a real server that a file drains keeps weight 1.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived import check
from ansible_collections.lvs.cluster.tests.kernel.conftest import eventually, ipvsadm, module

PROGRAM = check.find() or ""
VERSION = tuple(int(number) for number in (check.version(PROGRAM) or "0").split("."))
NEWER = (2, 2, 0)
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
    if VERSION >= NEWER:
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


@pytest.mark.usefixtures("kernel")
def test_a_file_drains(tmp_path: Path) -> None:
    (tmp_path / "drained").write_text("-1000000\n")
    path = tmp_path / "keepalived.conf"
    checked = CONFIGURATION.replace(
        "UDP_CHECK {\n            payload 0000", "FILE_CHECK {\n            track_file drained"
    )
    path.write_text(f"track_file drained {{\n    file {tmp_path}/drained\n}}\n{checked}")
    pids = [f"{option}={tmp_path}/{option.strip('-')}" for option in ("--pid", "--checkers_pid")]
    words = [PROGRAM, "--dont-fork", "--log-console", "--check", "--use-file", str(path), *pids]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as keepalived:
        try:
            eventually(lambda: any("192.0.2.21" in line for line in ipvsadm("-S", "-n")))
            weight = "-w 0" if VERSION >= NEWER else "-w 1"
            eventually(lambda: any(line.endswith(weight) for line in ipvsadm("-S", "-n")), lambda: ipvsadm("-S", "-n"))
        finally:
            keepalived.terminate()
