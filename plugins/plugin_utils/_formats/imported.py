# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an import has made of other people's files: the variables of an inventory, and the book about all statements."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .account import Account

Values = dict[str, Any]
# Host -> the lines of ipvsadm in which its table and that of the definition differ; None where the definition has
# problems, so that it makes no table.
Differences = dict[str, list[str] | None]


@dataclass(frozen=True)
class Source:
    """A file to import.

    director: the host of the inventory that it is for, and address: where Ansible reaches that; "" if unknown.
    """

    path: str
    director: str = ""
    address: str = ""

    @property
    def name(self) -> str:
        """How the files of the inventory name it."""
        return self.path.rpartition("/")[2]


def source_of(named: str) -> Source:
    """From PATH, or DIRECTOR=PATH."""
    director, sign, path = named.partition("=")
    return Source(path, director) if sign else Source(named)


@dataclass
class Imported:
    """directors: host -> its variables. cluster, services: lvs_cluster and lvs_services. real_servers: host -> its
    variables, of those that an inventory knows.

    mistakes: place, and what the files' own program would complain of. secrets: variable -> value; the definition has
    the variable alone.
    """

    book: Account
    directors: dict[str, Values] = field(default_factory=dict)
    cluster: Values = field(default_factory=dict)
    services: list[Values] = field(default_factory=list)
    mistakes: list[tuple[str, str]] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)
    real_servers: dict[str, Values] = field(default_factory=dict)


class NotUnderstood(Exception):
    """There is nothing to import. The text says which file, what is wrong and what to do."""
