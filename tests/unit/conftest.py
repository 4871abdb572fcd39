# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The property tests: few examples, since a table is a large one, the same in every run, and without a clock.

The profile pythons is for a look at a Python, once the laws have been tried on another.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

for name, examples in {"unit": 25, "pythons": 5}.items():
    settings.register_profile(
        name, max_examples=examples, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
    )
settings.load_profile("unit")
