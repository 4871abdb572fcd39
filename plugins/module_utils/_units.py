# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Units of systemd. Private to the collection."""

from __future__ import annotations

from ._programs import attempt, run

STARTED, ENABLED = "started", "enabled"


def is_enabled(unit: str) -> bool:
    """Return whether a unit starts at boot."""
    return attempt(["systemctl", "is-enabled", "--quiet", unit]).returncode == 0


def is_active(unit: str) -> bool:
    """Return whether a unit runs."""
    return attempt(["systemctl", "is-active", "--quiet", unit]).returncode == 0


def systemctl(verb: str, unit: str = "") -> None:
    """Have systemd start, stop, restart, enable or disable a unit, or read all again. ToolFailed where it does not."""
    run(["systemctl", verb, *([unit] if unit else [])])
