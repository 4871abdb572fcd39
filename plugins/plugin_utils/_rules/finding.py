# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rule has found: wrong, or doubtful. It has one shape, wherever it is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ERROR = "error"
ADVICE = "advice"
# What a single value is refused for, while it is read.
VALUE = "LVS001"


@dataclass(frozen=True)
class Finding:
    """code: of its rule, and stable. severity: ERROR or ADVICE. path: where it stands, as in "lvs_services[2].port".

    text: what is wrong. fix: what to do about it, "" where the text says so already.
    """

    code: str
    severity: str
    path: str
    text: str
    fix: str = ""

    @property
    def sentence(self) -> str:
        """What is wrong and what to do."""
        if not self.fix:
            return self.text
        return f"{self.text}{'. ' if self.fix[0].isupper() else '; '}{self.fix}"

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence} [{self.code}]"


class DefinitionError(Exception):
    """The definition cannot be used. problems: everything that is wrong with it."""

    def __init__(self, problems: Iterable[Finding]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def of_value(path: str, text: str) -> Finding:
    """What is wrong with a single value."""
    return Finding(VALUE, ERROR, path, text)
