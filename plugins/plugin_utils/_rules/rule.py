# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a rule is written: a function, and before it its code, its name and what it is asked about.

Its docstring has two paragraphs, what it means when the rule finds something, and what to do: docs/rules.md shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any, NamedTuple, TypeVar

from .finding import ADVICE, ERROR, Finding

# What mends a finding: the host is set up again by its role, as a run for that host alone does it.
ROLL_OUT = "roll-out"


class Note(NamedTuple):
    """What a rule has to say of one place in the definition, or of a host; see Finding."""

    path: str
    text: str
    fix: str = ""
    host: str = ""
    observed: str = ""
    extent: int = 1


def seen(host: str, observed: str, text: str, fix: str = "", extent: int = 1) -> Note:
    """What a rule has to say of a host."""
    return Note("", text, fix, host, observed, extent)


@dataclass(frozen=True)
class Code:
    """What a code stands for. name: what people call it. meaning, remedy: for somebody who looks it up.

    mended_by: what the playbook fix does about it, ROLL_OUT or "" for nothing. unmended: why nothing, as a sentence.
    """

    code: str
    severity: str
    name: str
    meaning: str
    remedy: str
    mended_by: str = ""
    unmended: str = ""


# All that a rule is asked about, one tuple of arguments after the other, out of a cluster, all clusters or what hosts
# report: a generator.
Items = Callable[[Any], Iterable[tuple[Any, ...]]]
Check = Callable[..., Iterator[Note]]
Subject = TypeVar("Subject")


def whole(subject: Subject) -> Iterator[tuple[Subject]]:
    """For a rule about all that it is asked about at once."""
    yield (subject,)


@dataclass(frozen=True)
class Rule:
    """A rule is asked about one item at a time."""

    code: Code
    items: Items
    check: Check

    def finding(self, note: Note) -> Finding:
        return Finding(self.code.code, self.code.severity, *note)


def error(code: str, name: str, each: Items, mended_by: str = "", unmended: str = "") -> Callable[[Check], Rule]:
    """What finds something that cannot work. mended_by, unmended: see Code."""
    return lambda check: _rule(ERROR, code, name, each, check, mended_by, unmended)


def advice(code: str, name: str, each: Items, mended_by: str = "", unmended: str = "") -> Callable[[Check], Rule]:
    """What finds something that may be wanted, but is doubtful. mended_by, unmended: see Code."""
    return lambda check: _rule(ADVICE, code, name, each, check, mended_by, unmended)


def _rule(severity: str, code: str, name: str, each: Items, check: Check, mended_by: str, unmended: str) -> Rule:
    meaning, _blank, remedy = (" ".join(part.split()) for part in cleandoc(check.__doc__ or "").partition("\n\n"))
    return Rule(Code(code, severity, name, meaning, remedy, mended_by, unmended), each, check)
