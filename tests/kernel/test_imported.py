# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configurations, and what an import has made of them (tests/imports/render.py): keepalived makes one table of both.

ipvsadm is the witness. No check has come to its end when it is asked: the real servers' network swallows all packets.
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.tests.kernel.namespaces import inside
from ansible_collections.lvs.cluster.tests.kernel.test_keepalived_takes import NAMESPACE, RENDERED, host

IMPORTS = sorted(path.parent for path in RENDERED.glob("imports/*/new.conf"))
SETTLED_S, LONGEST_S = 0.5, 20
pytestmark = pytest.mark.usefixtures("drained_folder")


def table(path: Path, director: str) -> list[str]:
    """What keepalived, with its checkers alone, makes of a configuration. Nothing may be listed in the end."""
    with host({"eth0": ["203.0.113.1/24"]}):
        inside(NAMESPACE, "ip", "route", "add", "default", "dev", "eth0")
        inside(NAMESPACE, "ip", "-6", "route", "add", "default", "dev", "eth0")
        command = ["keepalived", "--dont-fork", "--check", f"--use-file={path}", f"--config-id={director}"]
        pids = ["--pid=/run/imported.pid", "--checkers_pid=/run/imported-checkers.pid"]
        words = ["ip", "netns", "exec", NAMESPACE, *command, *pids]
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as keepalived:
            try:
                return settled()
            finally:
                keepalived.terminate()


def settled() -> list[str]:
    """The table, when it has stopped changing."""
    before, since, begin = "", time.monotonic(), time.monotonic()
    while not before or time.monotonic() - since < SETTLED_S:
        now = inside(NAMESPACE, "ipvsadm", "-S", "-n")
        if now != before:
            before, since = now, time.monotonic()
        if time.monotonic() - begin > LONGEST_S:
            break
        time.sleep(0.1)
    return sorted(before.splitlines())


def test_there_is_something_to_compare() -> None:
    assert IMPORTS


@pytest.mark.parametrize("folder", IMPORTS, ids=lambda folder: folder.name)
def test_the_table_is_the_same(folder: Path) -> None:
    director = (folder / "director").read_text(encoding="utf-8")
    old = table(folder / (folder / "main").read_text(encoding="utf-8"), director)
    new = table(folder / "new.conf", director)
    assert old
    assert new == old
