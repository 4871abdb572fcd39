# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The programs of this collection that run on a host by themselves: their files. Private to the collection."""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from typing import Any, Dict, List, Mapping

from ._files import Texts, file_diff, read_text

PYTHON = "/usr/bin/python3"


def files_of(folder: str) -> Texts:
    """Return the files of a program as they are now, wherever they are below its folder."""
    paths = (os.path.join(below, name) for below, _folders, names in os.walk(folder) for name in sorted(names))
    return {path: read_text(path) for path in paths}


def wanted_files(folder: str, program: Mapping[str, str]) -> Texts:
    """Return the files of a program as they are to be. program: path below the folder -> text."""
    return {f"{folder}/{name}": text for name, text in program.items()}


def interpreter() -> str:
    """Return the Python that runs this, by the name that stays when it is replaced by a newer one."""
    return PYTHON if os.path.realpath(PYTHON) == os.path.realpath(sys.executable) else sys.executable


def diffs(folder: str, changes: Texts) -> List[Dict[str, Any]]:
    """Return the differences for people: of the program which files are others, of all else how it differs."""
    program = {path: text for path, text in changes.items() if path.startswith(f"{folder}/")}
    listed = [file_diff(path, read_text(path), text) for path, text in changes.items() if path not in program]
    if program:
        before = "".join(_line(path, read_text(path)) for path in program)
        listed.append(file_diff(folder, before, "".join(_line(path, text) for path, text in program.items())))
    return listed


def _line(path: str, text: str | None) -> str:
    return "" if text is None else f"{sha256(text.encode()).hexdigest()[:16]}  {path}\n"
