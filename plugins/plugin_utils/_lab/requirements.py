# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab needs of the computer that it runs on, and the Debian packages that bring it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

from .machine import QEMU
from .report import LabError

PACKAGES = {
    QEMU: "qemu-system-x86",
    "qemu-img": "qemu-utils",
    "vde_switch": "vde2",
    "mmdebstrap": "mmdebstrap",
    "newuidmap": "uidmap",
    "fakeroot": "fakeroot",
    "mke2fs": "e2fsprogs",
    "cpio": "cpio",
    "ssh": "openssh-client",
    "/usr/share/keyrings/debian-archive-keyring.gpg": "debian-archive-keyring",
}
"""Program, or file -> the package that it is in."""
SPACE_GIB = 4


def surroundings() -> None:
    """Look for programs where Debian keeps those of root too, mke2fs for one, and use all processors.

    Mitogen binds whatever it starts to one processor, where all machines of a lab would be.
    """
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    os.sched_setaffinity(0, range(os.cpu_count() or 1))


def check(*directories: Path) -> None:
    """Raise LabError with all that is missing; `directories` are where the lab is going to write."""
    problems = []
    missing = {name: package for name, package in PACKAGES.items() if not (shutil.which(name) or Path(name).exists())}
    if missing:
        problems.append(f"not found: {', '.join(missing)}; apt-get install {' '.join(missing.values())}")
    if QEMU not in missing:
        kinds = subprocess.run([QEMU, "-netdev", "help"], capture_output=True, text=True, check=True).stdout.split()
        if "vde" not in kinds:
            problems.append(f"this {QEMU} was built without VDE networking; Debian's package {PACKAGES[QEMU]} has it")
    if platform.machine() != "x86_64":
        problems.append(f"the machines are x86_64, this computer is {platform.machine()}")
    for directory in directories:
        existing = next(path for path in (directory, *directory.parents) if path.exists())
        free = shutil.disk_usage(existing).free / 2**30
        if free < SPACE_GIB:
            problems.append(f"{directory}: needs {SPACE_GIB} GiB of disk space, has {free:.1f}")
    if problems:
        raise LabError("it cannot run here:\n" + "\n".join(f"- {problem}" for problem in problems))
