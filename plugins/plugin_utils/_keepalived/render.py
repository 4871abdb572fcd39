# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The templates of keepalived.conf, filled in by plain Jinja2.

Not by Ansible's templar: a value that looks like a template is a value, and is never evaluated.
"""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from .data import Configuration
from .text import lines, word

ROLE_TEMPLATES = Path(__file__).resolve().parents[3] / "roles" / "director" / "templates"
# The table of contents, which includes the others.
FIRST = "keepalived.conf.j2"


def rendered(view: Configuration) -> str:
    """keepalived.conf without its first line."""
    names = {field.name: getattr(view, field.name) for field in fields(view)}
    return _environment().get_template(FIRST).render(names)


@lru_cache
def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(ROLE_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(word=word, lines=lines)
    return environment
