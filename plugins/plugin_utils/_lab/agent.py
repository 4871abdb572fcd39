# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands in a guest through the QEMU guest agent: no network, no login, nothing to encrypt.

An SSH login costs an emulated processor more than a second; this costs next to nothing, and it reaches a machine whose
network a test has broken. The protocol is JSON lines over a virtio serial port (QEMU, docs/interop/qemu-ga-ref).
"""

from __future__ import annotations

import base64
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedRWPair
from pathlib import Path
from typing import Any

from .report import LabError


def run(port: Path, script: str, timeout_s: float) -> str:
    """Run a shell script as root in the guest whose agent is behind the Unix socket `port`; return what it printed.

    A guest that is still booting answers when its agent has started. A script that fails raises LabError.
    """
    deadline = time.monotonic() + timeout_s
    with _stream(port, timeout_s) as stream:
        text = base64.b64encode(script.encode()).decode()
        shell = {"path": "/bin/sh", "arg": ["-es"], "capture-output": True, "input-data": text}
        process = _call(stream, "guest-exec", **shell)["pid"]
        while not (status := _call(stream, "guest-exec-status", pid=process))["exited"]:
            if time.monotonic() > deadline:
                raise LabError(f"not finished within {timeout_s:.0f} s: {script.strip()}")
            time.sleep(0.05)
    output, complaints = (base64.b64decode(status.get(key, "")).decode() for key in ("out-data", "err-data"))
    if status.get("exitcode") != 0:
        raise LabError(f"a command in the guest failed: {output}{complaints}".strip())
    return output


def power_off(port: Path, timeout_s: float) -> None:
    """Have the guest behind `port` shut down in good order. Its agent is gone before this has ended."""
    with _stream(port, timeout_s) as stream:
        _call(stream, "guest-exec", path="/bin/systemctl", arg=["poweroff"])


@contextmanager
def _stream(port: Path, timeout_s: float) -> Iterator[BufferedRWPair]:
    """The line to an agent, when it has said that it listens."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(timeout_s)
        try:
            connection.connect(str(port))
            stream = connection.makefile("rwb")
            # What a predecessor has left in the line is skipped: only the answer to this call bears this number.
            number = int.from_bytes(os.urandom(4), "big")
            _send(stream, b"\xff", "guest-sync-delimited", id=number)
            while _receive(stream).get("return") != number:
                pass
            yield stream
        except OSError as error:
            raise LabError(f"no answer from the guest agent: {error}") from error


def _call(stream: BufferedRWPair, command: str, **arguments: object) -> Any:
    _send(stream, b"", command, **arguments)
    answer = _receive(stream)
    if "error" in answer:
        raise LabError(f"the guest agent refuses {command}: {answer['error']['desc']}")
    return answer["return"]


def _send(stream: BufferedRWPair, prefix: bytes, command: str, **arguments: object) -> None:
    stream.write(prefix + json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
    stream.flush()


def _receive(stream: BufferedRWPair) -> dict[str, Any]:
    line = stream.readline()
    if not line:
        raise ConnectionError("QEMU has closed the connection")
    answer: dict[str, Any] = json.loads(line.rpartition(b"\xff")[2])
    return answer
