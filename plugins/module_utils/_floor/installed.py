# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The program that settles floors, on this host. Private to the collection."""

from __future__ import annotations

import compileall
import shutil
from glob import glob
from typing import Mapping, Optional

from .. import _installed
from .._files import Texts, write_texts
from .._places import FAILED, FLOOR_COMMAND, FLOOR_PROGRAM

_START = """#!{python} -I
# Written by lvs.cluster, as a whole.
import sys

sys.path.insert(0, "{folder}")
from lvs_cluster._floor.program import main

main()
"""


def differences(program: Optional[Mapping[str, str]]) -> Texts:
    """Return what is to be written, None for what is to go. program: path -> text of its files, None for no program."""
    found = {path: text for path, text in _installed.files_of(FLOOR_PROGRAM).items() if not path.endswith(".pyc")}
    wanted: Texts = dict.fromkeys(found)
    if program is not None:
        wanted.update(_installed.wanted_files(FLOOR_PROGRAM, program))
        wanted[FLOOR_COMMAND] = _START.format(python=_installed.interpreter(), folder=FLOOR_PROGRAM)
    return {path: text for path, text in wanted.items() if text != found.get(path)}


def failed_files() -> Texts:
    """Return the files of real servers that fail, as what goes when the cluster does."""
    return dict.fromkeys(sorted(glob(f"{FAILED}/*")))


def carry_out(changes: Texts, program: Optional[Mapping[str, str]]) -> None:
    """Write the files, or remove them."""
    write_texts(changes)
    if program is None:
        shutil.rmtree(FLOOR_PROGRAM, ignore_errors=True)
    elif changes:
        # Or else the first real server that fails would wait for it.
        compileall.compile_dir(FLOOR_PROGRAM, quiet=2)
