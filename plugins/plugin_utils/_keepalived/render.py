# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The templates of keepalived.conf, the role's or an owner's, filled in by plain Jinja2.

Not by Ansible's templar: a value that looks like a template is a value, and is never evaluated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.environment import TemplateModule
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import missing

from .data import Configuration
from .text import lines, word

ROLE_TEMPLATES = Path(__file__).resolve().parents[3] / "roles" / "director" / "templates"
# The table of contents, and what it includes.
FIRST = "keepalived.conf.j2"
SECTIONS = tuple(f"keepalived/{name}.j2" for name in ("global_defs", "vrrp", "services", "checks"))


class TemplateMistake(Exception):
    """A template, or an owner's folder, cannot be used. The text says where, what is wrong, and what there is."""


def rendered(view: Configuration, own: str | None = None) -> str:
    """keepalived.conf without its first line. own: the folder of the owner's templates, which go before the role's."""
    names = {field.name: getattr(view, field.name) for field in fields(view)}
    try:
        return _environment(own).get_template(FIRST).render(names)
    except Exception as error:  # whatever a template of the owner's does
        raise _mistake(error, own) from error


def own_templates(named: str, beside: Iterable[str]) -> str:
    """An owner's folder, whose templates can be read. beside: the folders in which a relative path may begin."""
    path = Path(named).expanduser() if named.startswith("~/") else Path(named)
    places = list(dict.fromkeys(Path(folder) / path for folder in beside))
    found = next((place for place in places if place.is_dir()), None)
    if found is None:
        raise TemplateMistake(f"lvs_cluster.keepalived_templates: there is no folder {' or '.join(map(str, places))}.")
    replaced = [name for name in (FIRST, *SECTIONS) if (found / name).is_file()]
    if not replaced:
        raise TemplateMistake(
            f"lvs_cluster.keepalived_templates: {found} replaces no template of keepalived.conf: there is none of "
            f"{', '.join((FIRST, *SECTIONS))} in it. Copy the one that you want to change from {ROLE_TEMPLATES}."
        )
    for name in replaced:
        try:
            _environment(str(found)).get_template(name)
        except Exception as error:
            raise _mistake(error, str(found), f"{found / name}") from error
    return str(found)


@lru_cache
def _environment(own: str | None) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(_folders(own)),
        undefined=_Unknown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(word=word, lines=lines)
    return environment


def _folders(own: str | None) -> tuple[str, ...]:
    return (*([own] if own else []), str(ROLE_TEMPLATES))


class _Unknown(StrictUndefined):
    """A name that is not there: its error tells those that are."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        name, holder = self._undefined_name, self._undefined_obj
        if self._undefined_hint:
            return self._undefined_hint
        if holder is missing:
            return f"{name!r} is not defined; there are {_names(Configuration)}, and what the template itself names"
        if is_dataclass(holder):
            return f"{type(holder).__name__} has no {name!r}; it has {_names(holder)}"
        if isinstance(holder, TemplateModule):
            return f"{holder!r} has no macro {name!r}"
        return super()._undefined_message


def _names(view: Any) -> str:
    return ", ".join(field.name for field in fields(view))


def _mistake(error: Exception, own: str | None, file: str = FIRST) -> TemplateMistake:
    """What a template has made go wrong. file: where, unless the error knows better."""
    if isinstance(error, TemplateNotFound):
        what = f"there is no template {error.name!r} in {' or '.join(_folders(own))}"
    elif isinstance(error, TemplateError):
        what = str(error.message)
    else:
        what = f"{type(error).__name__}: {error}"
    return TemplateMistake(f"{_place(error, own) or file}: {what.rstrip('.')}.")


def _place(error: Exception, own: str | None) -> str:
    """File and line of the template in which an error came up; "" where it is in none."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or error.name}, line {error.lineno}"
    place, trace = "", error.__traceback__
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(_folders(own)):
            place = f"{file}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place
