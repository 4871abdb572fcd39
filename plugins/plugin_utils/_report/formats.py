# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report in each of its formats. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .about import About
from .dot import dot
from .drawn import drawn
from .layout import wide
from .mermaid import mermaid
from .page import page
from .subject import Subject
from .svg import alone

# Every file of a report has these words at its beginning; a file without them is not overwritten.
MARK = "Written by lvs.cluster.report"

FORMATS: Mapping[str, Callable[[Sequence[Subject], About], str]] = {
    "html": lambda subjects, about: page(subjects, about, MARK),
    "svg": lambda subjects, _about: f"<!-- {MARK} -->\n{alone([wide(drawn(subject)) for subject in subjects])}",
    "mermaid": lambda subjects, _about: f"%% {MARK}\n{mermaid([*map(drawn, subjects)])}",
    "dot": lambda subjects, _about: f"// {MARK}\n{dot([*map(drawn, subjects)])}",
}
