# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that were read on hosts, as plain data that a task returns, and an import that reads them later. Pure.

Such a file is called HOST:PATH.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .files import Files
from .imported import Source

Texts = dict[str, str | None]


@dataclass
class Recording:
    """Files that pass on what others have, and remember it. found: folder and pattern, and the paths that fit."""

    files: Files
    texts: Texts = field(default_factory=dict)
    found: list[tuple[str, str, list[str]]] = field(default_factory=list)

    def read(self, path: str) -> str | None:
        if path not in self.texts:
            self.texts[path] = self.files.read(path)
        return self.texts[path]

    def fault(self, path: str) -> str:
        return self.files.fault(path)

    def matching(self, pattern: str, folder: str) -> list[str]:
        paths = self.files.matching(pattern, folder)
        self.found.append((folder, pattern, paths))
        return paths


@dataclass
class Recorded:
    """reads: host -> what read_configuration has returned there."""

    reads: Mapping[str, Mapping[str, Any]]

    @property
    def sources(self) -> list[Source]:
        """The files of each host."""
        files = [(host, told, path) for host, told in self.reads.items() for path in told["paths"]]
        return [Source(f"{host}:{path}", host, told["address"]) for host, told, path in files]

    @property
    def placed(self) -> dict[str, list[dict[str, Any]]]:
        """Host -> its addresses, each with prefix, interface and label."""
        return {host: [*told["placed"]] for host, told in self.reads.items()}

    @property
    def tables(self) -> dict[str, list[str]]:
        """Host -> its table of virtual services, as ipvsadm saves it."""
        return {host: [*told["rules"]] for host, told in self.reads.items()}

    def read(self, path: str) -> str | None:
        host, _sign, bare = path.partition(":")
        text: str | None = self.reads[host]["texts"].get(bare)
        return text

    def fault(self, path: str) -> str:
        host, _sign, bare = path.partition(":")
        return str(self.reads[host]["faults"].get(bare, "nobody has read it"))

    def matching(self, pattern: str, folder: str) -> list[str]:
        host, _sign, bare = folder.partition(":")
        found = (paths for where, wanted, paths in self.reads[host]["found"] if (where, wanted) == (bare, pattern))
        return [f"{host}:{path}" for path in next(found, ())]


def not_read(asked: Iterable[str], reads: Mapping[str, object]) -> str:
    """Why nothing is imported where a host that was asked has not been read; empty where all have been."""
    missing = sorted({*asked} - {*reads})
    if not missing:
        return ""
    return (
        f"{', '.join(missing)}: no configuration was read there, for the reason above. Nothing was written. Have each "
        "director that -e from names answer, and name it as the inventory (-i) does."
    )
