# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write what keepalived and the native tools are to judge of the mutants: `render.py FOLDER [SHARE]`

batches.json: configurations of keepalived, in the batches that batches.py makes. native.json: the texts of native.py.
figures.json: how many there are. SHARE: every how many-th mutant is taken, 1 for all of them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.lvs.cluster.plugins.module_utils._change import InvalidInput
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.tests.mutations.batches import Change, batches
from ansible_collections.lvs.cluster.tests.mutations.definitions import DEFINITIONS
from ansible_collections.lvs.cluster.tests.mutations.mutants import (
    OWN_WORDS,
    REFUSALS,
    Mutant,
    definition,
    interfaces_of,
    mutants,
    own_addresses,
    refused_by_release,
    rendered,
)
from ansible_collections.lvs.cluster.tests.mutations.native import texts


@dataclass
class Accepted:
    """What is accepted. configurations, native: text -> the first mutant that has it; native by tool.

    refused_by_release: the number of those that keepalived of this release would refuse; native tools take them too.
    """

    mutants: int = 0
    accepted: int = 0
    refused_by_release: int = 0
    configurations: dict[str, Change] = field(default_factory=dict)
    native: dict[str, dict[str, str]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def look_at(self, name: str, share: int) -> None:
        """Take the mutants of a definition in, and itself first."""
        whole = Mutant(name, (), None, definition(name))
        base, _views = rendered(whole.parse())
        for mutant in (whole, *_without_own_words(name, share)):
            self.mutants += 1
            try:
                cluster = mutant.parse()
                text, views = rendered(cluster)
            except REFUSALS:
                continue
            self.accepted += 1
            if refused_by_release(cluster):
                self.refused_by_release += 1
            else:
                self._take(mutant, base, text, cluster)
            self._take_views(mutant, views, cluster)

    def _take(self, mutant: Mutant, base: str, text: str, cluster: Cluster) -> None:
        if text and text not in self.configurations:
            self.configurations[text] = Change(str(mutant), text, base, tuple(interfaces_of(cluster)))

    def _take_views(self, mutant: Mutant, views: dict[str, Any], cluster: Cluster) -> None:
        for view in views.values():
            without = {**view, "keepalived": None}
            words = json.dumps([without, own_addresses(cluster), interfaces_of(cluster)], sort_keys=True)
            if words in self._seen:
                continue
            self._seen.add(words)
            try:
                by_tool = texts(view, own_addresses(cluster), interfaces_of(cluster))
            except (InvalidInput, ValueError) as error:
                by_tool = {"modules": str(error)}
            for tool, text in by_tool.items():
                self.native.setdefault(tool, {}).setdefault(text, str(mutant))

    @property
    def figures(self) -> dict[str, Any]:
        native = {tool: len(of_tool) for tool, of_tool in sorted(self.native.items())}
        return {
            "mutants": self.mutants,
            "accepted": self.accepted,
            "refused by the release": self.refused_by_release,
            "keepalived": len(self.configurations),
            **native,
        }


def _without_own_words(name: str, share: int) -> Iterator[Mutant]:
    return (mutant for mutant in mutants(name, share) if not any(word in OWN_WORDS for word in mutant.path))


def render(folder: Path, share: int) -> dict[str, Any]:
    """Return the figures."""
    accepted = Accepted()
    for name in DEFINITIONS:
        accepted.look_at(name, share)
    batched = [[asdict(change) for change in batch.changes] for batch in batches(accepted.configurations.values())]
    native = {tool: [[mutant, text] for text, mutant in found.items()] for tool, found in accepted.native.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in (("batches", batched), ("native", native), ("figures", accepted.figures)):
        (folder / f"{file}.json").write_text(json.dumps(content), encoding="utf-8")
    return accepted.figures


if __name__ == "__main__":
    target, every = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    print(render(target, every), file=sys.stderr)
