# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of every scenario share: the hosts of the scenario's lab, by ssh."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import testinfra
from testinfra.host import Host

PROJECT = Path(__file__).resolve().parents[1]


class Lab:
    """host("web1") is that machine, as root."""

    def __init__(self, name: str) -> None:
        self._ssh_config = PROJECT / "build" / "lab" / name / "ssh_config"
        self._hosts: dict[str, Host] = {}

    def host(self, name: str) -> Host:
        if name not in self._hosts:
            spec = f"ssh://root@{name}?ssh_config={self._ssh_config}&controlpersist=60"
            self._hosts[name] = testinfra.get_host(spec)
        return self._hosts[name]

    def output(self, name: str, command: str) -> str:
        """What a command prints that must succeed."""
        return self.host(name).check_output(command)

    @contextmanager
    def frames(self, name: str, expression: str, count: int) -> Iterator[list[str]]:
        """What tcpdump sees on a host while the block runs: the first frames that match, one line each, afterwards.

        TimeoutExpired where there are fewer.
        """
        tcpdump = ["tcpdump", "-i", "eth1", "-nnetl", "-c", str(count), shlex.quote(expression)]
        ssh = ["ssh", "-F", str(self._ssh_config), "-l", "root", name, *tcpdump]
        lines: list[str] = []
        with subprocess.Popen(ssh, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                if not any("listening on" in line for line in process.stderr):
                    raise AssertionError(f"tcpdump did not start on {name}")
                yield lines
                lines.extend(process.communicate(timeout=20)[0].splitlines())
            finally:
                process.kill()

    def mac(self, name: str) -> str:
        return self.output(name, "cat /sys/class/net/eth1/address").strip()


@pytest.fixture(scope="session")
def lab() -> Lab:
    return Lab(os.environ["MOLECULE_SCENARIO_NAME"])
