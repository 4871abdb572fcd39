# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long to look: "fixed" takes the same examples in every run, "random" new ones, and keeps those that fail."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

FAILED = Path(__file__).resolve().parents[2] / "build" / "fuzz"

settings.register_profile(
    "fixed", max_examples=200, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.register_profile(
    "random",
    max_examples=500,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=DirectoryBasedExampleDatabase(FAILED),
    print_blob=True,
)
settings.load_profile("fixed")
