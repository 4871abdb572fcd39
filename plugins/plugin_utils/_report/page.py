# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report as one HTML page, which loads nothing from elsewhere and has no script.

The template escapes whatever it is given; only the pictures come as markup, and svg.py makes them of elements.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from .._operate.answer import OF_WORDS, counted, worst
from .._operate.doctor import answer
from .._rules.finding import ERROR
from . import tables
from .about import About
from .drawn import drawn
from .layout import narrow, wide
from .palette import STYLE
from .subject import Subject
from .svg import inline
from .text import plain

_FOLDER = Path(__file__).resolve().parent
# So many are shown unfolded.
_REASONS, _FINDINGS, _CHANGES = 8, 12, 8


def page(subjects: Sequence[Subject], about: About, mark: str) -> str:
    """mark: the words at the beginning of the page."""
    clusters = [_cluster(subject, number) for number, subject in enumerate(subjects, start=1)]
    word = worst(subject.word for subject in subjects)
    return _template().render(
        style=Markup(STYLE),
        clusters=clusters,
        about=about,
        mark=mark,
        word=word,
        tone=OF_WORDS[word],
        title=", ".join(subject.status.name for subject in subjects),
    )


def _cluster(subject: Subject, number: int) -> dict[str, Any]:
    picture = drawn(subject)
    (told,) = answer([subject.findings]).model["clusters"]
    findings = told["findings"]
    counting = subject.findings.counting
    errors = sum(finding.severity == ERROR for finding in counting)
    return {
        "id": f"cluster-{number}",
        "name": subject.status.name,
        "word": subject.word,
        "tone": OF_WORDS[subject.word],
        "reasons": tables.folded(subject.status.reasons, most=_REASONS),
        "notes": tables.folded(subject.status.notes, most=_REASONS),
        "summary": picture.summary,
        "wide": Markup(inline(wide(picture), f"cluster-{number}-wide")),
        "narrow": Markup(inline(narrow(picture), f"cluster-{number}-narrow")),
        "findings": tables.folded(findings, most=_FINDINGS),
        "counts": f"{counted(errors, 'error')}, {counted(len(counting) - errors, 'warning')}",
        "services": tables.services(subject),
        "vips": tables.folded(tables.vips(subject), lambda row: row.where.needs_a_look),
        "hosts": tables.folded(tables.hosts(subject), lambda row: row.directs or row.state.needs_a_look),
        "drains": tables.folded(tables.drains(subject)),
        "changes": tables.folded(tables.changes(subject), most=_CHANGES),
        "without_history": tables.without_history(subject),
    }


@lru_cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["plain"] = plain
    return environment.get_template("page.html.j2")
