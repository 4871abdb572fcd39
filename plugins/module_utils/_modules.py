# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a module of the kernel is loaded, found without a question that would load it. Private."""

from __future__ import annotations

import os

from ._files import read_text

LOADED = "/proc/modules"
ON_DISK = "/lib/modules/{release}/modules.dep"


def may_be_loaded(module: str) -> bool:
    """Say whether a module may be at work: not where it lies on disk, so that it is not built in, and is not loaded.

    Where the kernel's files are not there, as in a container, nobody can tell.
    """
    on_disk = any(
        f"/{module}.ko" in line.partition(":")[0] for line in _lines(ON_DISK.format(release=os.uname().release))
    )
    return not on_disk or any(line.split(" ", 1)[0] == module for line in _lines(LOADED))


def _lines(path: str) -> list[str]:
    return (read_text(path) or "").splitlines()
