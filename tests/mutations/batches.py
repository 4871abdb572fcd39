# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many mutants in one keepalived.conf, so that it is asked a hundred times instead of thousands.

What a mutant changes of its definition's configuration is a few top-level blocks. Virtual servers and instances of VRRP
of several mutants do not interfere once their addresses, names and numbers are told apart; all else is asked by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

SIZE = 60
_TOGETHER = ("virtual_server ", "track_file ", "bfd_instance ", "vrrp_instance ")


def blocks(text: str) -> dict[str, str]:
    """The top-level blocks of a configuration, by their first lines."""
    found: dict[str, str] = {}
    for block in re.findall(r"^[^\s#}].*?^}$", text, re.MULTILINE | re.DOTALL):
        found[block.split("\n", 1)[0]] = block
    return found


@dataclass(frozen=True)
class Change:
    """A mutant and what it makes of the configuration of its definition."""

    mutant: str
    text: str
    base: str
    interfaces: tuple[str, ...]

    @property
    def blocks(self) -> dict[str, str]:
        """Those that are not in the definition's own configuration."""
        before = blocks(self.base)
        return {head: block for head, block in blocks(self.text).items() if before.get(head) != block}

    @property
    def lines(self) -> frozenset[tuple[str, str]]:
        """The lines that are new, each with the first word of its block: the same in two mutants is asked once."""
        before = {line.strip() for line in self.base.splitlines()}
        return frozenset(
            (head.split()[0], line.strip())
            for head, block in self.blocks.items()
            for line in block.splitlines()
            if line.strip() not in before
        ) or frozenset({("whole", self.text)})

    @property
    def goes_together(self) -> bool:
        rest = re.sub(r"^[^\s#}].*?^}$", "", self.text, flags=re.MULTILINE | re.DOTALL)
        own = re.sub(r"^[^\s#}].*?^}$", "", self.base, flags=re.MULTILINE | re.DOTALL)
        return (
            rest.split() == own.split()
            and bool(self.blocks)
            and all(head.startswith(_TOGETHER) for head in self.blocks)
        )


@dataclass
class Batch:
    """Changes in one configuration."""

    changes: list[Change] = field(default_factory=list)
    _blocks: dict[str, str] = field(default_factory=dict)

    def takes(self, change: Change) -> bool:
        """Add a change where there is room and nothing of the same name."""
        number = len(self.changes)
        told_apart = dict(_told_apart(head, block, number) for head, block in change.blocks.items())
        if number >= SIZE or any(self._blocks.get(head, block) != block for head, block in told_apart.items()):
            return False
        self.changes.append(change)
        self._blocks.update(told_apart)
        return True

    @property
    def text(self) -> str:
        """The definition's own configuration with the changed blocks of all."""
        if len(self.changes) == 1:
            return self.changes[0].text
        return self.changes[0].base + "\n" + "\n".join(self._blocks.values()) + "\n"

    @property
    def interfaces(self) -> list[str]:
        return sorted({name for change in self.changes for name in change.interfaces})


def _told_apart(head: str, block: str, number: int) -> tuple[str, str]:
    """A block with an address, or a name and a virtual router, of its own."""
    if head.startswith("virtual_server 192.0.2."):
        own = re.sub(r"192\.0\.2\.\d+", f"198.18.0.{number + 1}", head)
    elif head.startswith("virtual_server 2001:"):
        own = re.sub(r"2001:\S+", f"2001:db8:ffff::{number + 1:x}", head)
    elif head.startswith("vrrp_instance "):
        own = f"vrrp_instance n{number}_{head.split()[1][:8]} {{"
        block = re.sub(r"^( *virtual_router_id) (51|7|8)$", rf"\1 {number + 100}", block, flags=re.MULTILINE)
        block = re.sub(r"127\.112\.0\.(51|7|8)/", f"127.112.0.{number + 100}/", block)
    else:
        return head, block
    return own, own + block[len(head) :]


def batches(changes: Iterable[Change]) -> Iterator[Batch]:
    """All changes, those that can be together; of those that change the same, the first."""
    known: set[frozenset[tuple[str, str]]] = set()
    open_batches: dict[str, Batch] = {}
    for change in changes:
        if change.lines in known:
            continue
        known.add(change.lines)
        if not change.goes_together:
            yield Batch([change])
            continue
        batch = open_batches.setdefault(change.base, Batch())
        if not batch.takes(change):
            yield batch
            open_batches[change.base] = batch = Batch()
            batch.takes(change)
    yield from (batch for batch in open_batches.values() if batch.changes)
