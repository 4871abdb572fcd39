# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where in the data a value stands, and what is wrong there."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: "lvs_services[2].port". missing: whether the inventory lacks a named host or group."""

    path: str
    text: str
    missing: bool = False

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


class Refused(Exception):
    """The value cannot be used. What is wrong with it has been noted."""


@dataclass(frozen=True)
class Place:
    """Where in the data a value stands, and the list in which problems are noted."""

    path: str
    problems: list[Problem] = field(default_factory=list)

    def key(self, name: object) -> Place:
        return Place(f"{self.path}.{name}", self.problems)

    def item(self, index: int | str) -> Place:
        return Place(f"{self.path}[{index}]", self.problems)

    def note(self, text: str) -> None:
        self.problems.append(Problem(self.path, text))

    def note_missing(self, text: str) -> None:
        """Note that the inventory does not have the host or group that is named here."""
        self.problems.append(Problem(self.path, text, missing=True))

    def refused(self, text: str) -> Refused:
        """Note the problem; the exception is for the caller to raise."""
        self.note(text)
        return Refused()
