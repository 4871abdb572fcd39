# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ipvsadm as a witness that can be asked very often: it runs once, for each start costs an emulated machine 50 ms.

`ipvsadm -R` takes every command from its standard input, not only those that add.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable

END, END_PREFIX = "-L --timeout", "Timeout (tcp tcpfin udp)"


class Ipvsadm:
    """A running `ipvsadm -R`. Use it in a with statement."""

    def __enter__(self) -> Ipvsadm:
        # It writes into a pipe: without stdbuf its words would stay in its buffer.
        self._process = subprocess.Popen(
            ["stdbuf", "--output=L", "ipvsadm", "-R"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=10)

    def __call__(self, *commands: str) -> list[str]:
        """Let it carry out some commands, such as "-S -n"; return the lines that it prints."""
        self._process.stdin.write("".join(f"{command}\n" for command in [*commands, END]))
        self._process.stdin.flush()
        lines = []
        for line in self._process.stdout:
            if line.startswith(END_PREFIX):
                return lines
            lines.append(line.rstrip())
        raise AssertionError(f"ipvsadm gave up: {lines}")

    def load(self, lines: Iterable[str]) -> None:
        """Make the table what these lines say; ipvsadm has nothing to say to that."""
        if said := self("-C", *lines):
            raise AssertionError(f"ipvsadm does not take it: {said}")

    def saved(self) -> list[str]:
        """The lines of `ipvsadm -S -n`."""
        return self("-S -n")

    def listed(self, option: str) -> dict[str, list[list[str]]]:
        """What `ipvsadm -L -n OPTION` shows: each service's line, and the words of each of its real servers' lines."""
        services: dict[str, list[list[str]]] = {}
        service = ""
        for line in self(f"-L -n {option}")[3:]:
            words = line.split()
            if words[0] == "->":
                services[service].append(words[1:])
            else:
                service = " ".join(words)
                services[service] = []
        return {service: sorted(rows) for service, rows in services.items()}
