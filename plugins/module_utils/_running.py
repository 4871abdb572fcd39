# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What runs this host: its operating system, whether systemd does, and SELinux. Private to the collection."""

from __future__ import annotations

import os
from typing import Dict, Mapping

from ._files import read_text
from ._systems import parse_os_release

# The first that is there counts: os-release(5).
OS_RELEASE = ("/etc/os-release", "/usr/lib/os-release")
# sd_booted(3)
SYSTEMD = "/run/systemd/system"
SELINUX = "/sys/fs/selinux"


def read_os_release() -> Mapping[str, str]:
    """Return the variables by which the operating system is known; none where it says none."""
    texts = (read_text(path) for path in OS_RELEASE)
    return parse_os_release(next((text for text in texts if text is not None), ""))


def systemd_runs() -> bool:
    """Say whether systemd has started this host, and starts its units."""
    return os.path.isdir(SYSTEMD)


def read_selinux(boolean: str) -> Dict[str, bool]:
    """Return whether SELinux is enforced, and whether a boolean is on: so too where this host does not know it."""
    value = (read_text(f"{SELINUX}/booleans/{boolean}") or "1").split()
    return {"enforced": (read_text(f"{SELINUX}/enforce") or "0").strip() == "1", boolean: value[:1] != ["0"]}
