# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that answer modules with what a folder has for them, at once: what is left is the work of the controller."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from ansible.plugins.connection import ConnectionBase

DOCUMENTATION = """
name: recorded
short_description: Answers modules from files
description: The folder in RECORDED has a file for each module and host, or one for each module.
options: {}
"""
# How the text that Ansible sends names its module.
_MODULE = re.compile(rb"lvs[./]cluster[./]plugins[./]modules[./](\w+)")


class Connection(ConnectionBase):
    """Takes the text of a module, and gives what is recorded of its result."""

    transport = "recorded"
    has_pipelining = True

    def _connect(self) -> Connection:
        return self

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        super().exec_command(cmd, in_data, sudoable)
        found = _MODULE.search(in_data or b"")
        if found is None:
            return 1, b"", f"no module of the collection: {cmd}".encode()
        folder = Path(os.environ["RECORDED"]) / found[1].decode()
        paths = [folder / f"{name}.json" for name in (self._play_context.remote_addr, "any")]
        return 0, next(path for path in paths if path.exists()).read_bytes(), b""

    def put_file(self, in_path: str, out_path: str) -> Any:
        raise NotImplementedError

    def fetch_file(self, in_path: str, out_path: str) -> Any:
        raise NotImplementedError

    def close(self) -> None:
        pass
