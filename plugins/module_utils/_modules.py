# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kernel's release, and its modules: loaded, or found loaded without a question that would load one. Private."""

from __future__ import annotations

import os
import subprocess

from ._files import read_text

LOADED = "/proc/modules"
ON_DISK = "/lib/modules/{release}/modules.dep"


def may_be_loaded(module: str) -> bool:
    """Say whether a module may be at work: not where it lies on disk, so that it is not built in, and is not loaded.

    Where the kernel's files are not there, as in a container, nobody can tell.
    """
    on_disk = any(
        f"/{module}.ko" in line.partition(":")[0] for line in _lines(ON_DISK.format(release=kernel_release()))
    )
    return not on_disk or any(line.split(" ", 1)[0] == module for line in _lines(LOADED))


def kernel_release() -> str:
    """Return the release of the running kernel, such as 6.1.0-28-cloud-amd64."""
    return os.uname().release


def modprobe(*words: str) -> str:
    """Run modprobe with these words, and return why it failed, "" where it did not."""
    try:
        done = subprocess.run(("modprobe", *words), capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "this host has no modprobe (package kmod)"
    said = " ".join((done.stderr or done.stdout).split())
    return (said or f"modprobe ended with {done.returncode}") if done.returncode else ""


def _lines(path: str) -> list[str]:
    return (read_text(path) or "").splitlines()
