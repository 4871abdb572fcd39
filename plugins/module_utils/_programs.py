# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running the programs of this host. Private to the collection."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Sequence

# The PATH of one who is not root often lacks these.
SYSTEM_FOLDERS = ("/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin")


class ToolFailed(OSError):
    """A program has ended with an error; the text says which and what it said."""


def find(program: str) -> str:
    """Return a program's whole path, "" where this host does not have it."""
    folders = os.pathsep.join((os.environ.get("PATH", os.defpath), *SYSTEM_FOLDERS))
    return shutil.which(program, path=folders) or ""


def run(words: Sequence[str], text: str = "") -> str:
    """Run a program with a text on its standard input and return what it prints. ToolFailed where it fails."""
    done = attempt(words, text)
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).split())
        raise ToolFailed(f"{' '.join(words)} failed: {said or f'it ended with {done.returncode}'}")
    return done.stdout


def attempt(words: Sequence[str], text: str = "") -> subprocess.CompletedProcess[str]:
    """Run a program with a text on its standard input and return how it has ended."""
    return subprocess.run(
        [find(words[0]), *words[1:]],
        input=text,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "LC_ALL": "C"},
        check=False,
    )
