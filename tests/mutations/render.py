# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write what keepalived is to judge of the mutants: `render.py FOLDER [SHARE]`

Batches that batches.py makes, as JSON; SHARE: every how many-th mutant is taken, 1 for all of them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from ansible_collections.lvs.cluster.tests.mutations.batches import Change, batches
from ansible_collections.lvs.cluster.tests.mutations.definitions import DEFINITIONS
from ansible_collections.lvs.cluster.tests.mutations.mutants import (
    OWN_WORDS,
    REFUSALS,
    Mutant,
    definition,
    interfaces_of,
    mutants,
    rendered,
)


def accepted(name: str, share: int) -> Iterator[Change]:
    """What is accepted of one definition's mutants."""
    whole = Mutant(name, (), None, definition(name)).parse()
    base, _views = rendered(whole)
    yield Change(name, base, base, tuple(interfaces_of(whole)))
    for mutant in mutants(name, share):
        if any(word in OWN_WORDS for word in mutant.path):
            continue
        try:
            cluster = mutant.parse()
            text, _views = rendered(cluster)
        except REFUSALS:
            continue
        if text and text != base:
            yield Change(str(mutant), text, base, tuple(interfaces_of(cluster)))


def render(folder: Path, share: int) -> int:
    """Return how many mutants were looked at."""
    folder.mkdir(parents=True, exist_ok=True)
    changes = [change for name in DEFINITIONS for change in accepted(name, share)]
    listed = [[asdict(change) for change in batch.changes] for batch in batches(changes)]
    (folder / "batches.json").write_text(json.dumps(listed), encoding="utf-8")
    return len(changes)


if __name__ == "__main__":
    target, every = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    print(f"{render(target, every)} accepted mutants", file=sys.stderr)
