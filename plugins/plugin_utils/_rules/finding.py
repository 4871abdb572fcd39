# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rule has found, in a definition or on a host: wrong, or doubtful. It has one shape, wherever it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ERROR = "error"
ADVICE = "advice"
# What a single value is refused for, while it is read.
VALUE = "LVS001"
MISSING = "LVS003"


@dataclass(frozen=True)
class Finding:
    """code: of its rule, and stable. severity: ERROR or ADVICE. path: where it stands, as in "lvs_services[2].port".

    text: what is wrong. fix: what to do about it, "" where the text says so already. Of a rule on hosts, host: which
    one, in place of the path, and observed: what has been seen there; the text is what that means for what is wanted.
    extent: how many things it is about, so that more of them are known to be worse.
    """

    code: str
    severity: str
    path: str
    text: str
    fix: str = ""
    host: str = ""
    observed: str = ""
    extent: int = 1

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names in host; some rules are about several hosts."""
        return tuple(self.host.split(", ")) if self.host else ()

    @property
    def sentence(self) -> str:
        """What has been seen, what is wrong and what to do."""
        first, *others = filter(None, (self.observed, self.text, self.fix))
        return "".join([first, *(f"{'. ' if part[0].isupper() else '; '}{part}" for part in others)])

    def __str__(self) -> str:
        place = self.path or self.host
        return f"{place}{': ' if place else ''}{self.sentence} [{self.code}]"


def errors_in(found: Iterable[Finding]) -> list[str]:
    return [str(each) for each in found if each.severity == ERROR]


def advice_in(found: Iterable[Finding]) -> list[str]:
    return [str(each) for each in found if each.severity == ADVICE]


class DefinitionError(Exception):
    """The definition cannot be used. problems: everything that is wrong with it."""

    def __init__(self, problems: Iterable[Finding]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def of_value(path: str, text: str, missing: bool = False) -> Finding:
    """What is wrong with a single value. missing: whether the inventory lacks the host or group that it names."""
    return Finding(MISSING if missing else VALUE, ERROR, path, text)
