# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person reads: the steps with their times, and the one error that a verb ends with."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class LabError(Exception):
    """What was wanted, what is, what to do: the text is for a person."""


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print `what` and, when the step is done, how long it took."""
    print(what, end=" ... ", flush=True)
    start = time.monotonic()
    yield
    print(f"{time.monotonic() - start:.1f} s", flush=True)
