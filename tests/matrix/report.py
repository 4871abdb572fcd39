# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was found: in results.json, as a page in docs/matrix.md: `report.py`

A cell stays until it is tried again: the hours that all of them take need not be at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.lvs.cluster.plugins.module_utils._systems import DEBIAN, Release

PROJECT = Path(__file__).resolve().parents[2]
RESULTS = Path(__file__).resolve().parent / "results.json"
PAGE = PROJECT / "docs" / "matrix.md"
KERNEL = "kernel"
Cell = Mapping[str, Any]
Results = Mapping[str, Mapping[str, Cell]]  # release -> part -> cell

HEAD = """# Releases and scenarios

What `make matrix` and `make test` found: the tests on a real kernel, and whole clusters (the scenarios in
[molecule](../molecule)), on each release of Debian that the lab has. All machines of a lab have that release. Each cell
says when it was tried. "Refused" is what a roll-out refuses there before it changes anything, with the code of the
[rule](rules.md). [Operating systems](reference/systems.md) has the others, which have not been run.
"""


def releases() -> dict[str, Release]:
    """Those that the lab has, by its names for them, the newest first and at last what is not stable."""
    stable = [release for release in reversed(DEBIAN.releases) if is_stable(release)]
    others = [release for release in DEBIAN.releases if not is_stable(release)]
    return {release.codename: release for release in (*stable, *others) if release.codename}


def is_stable(release: Release) -> bool:
    """Whether it has a number: what fails on another is an early warning."""
    return release.version.isdigit()


def parts() -> list[str]:
    """The kernel tests, and every scenario."""
    return [KERNEL, *sorted(path.parent.name for path in (PROJECT / "molecule").glob("*/molecule.yml"))]


def results() -> Results:
    """What is known."""
    known: Results = json.loads(RESULTS.read_text(encoding="utf-8"))
    return known


def note(release: str, part: str, found: Cell) -> None:
    """Keep what was found, and write the page."""
    known = {name: dict(cells) for name, cells in results().items()}
    known.setdefault(release, {})[part] = dict(found)
    in_order = {name: dict(sorted(cells.items())) for name, cells in sorted(known.items())}
    RESULTS.write_text(json.dumps(in_order, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(in_order), encoding="utf-8")


def page(known: Results) -> str:
    """The page of all that is known."""
    return "\n".join([HEAD, *_table(known)]) + "\n"


def _table(known: Results) -> Iterator[str]:
    columns = releases()
    heads = (
        f"Debian {each.version}, {name}: kernel {each.kernel}, keepalived {each.keepalived}"
        for name, each in columns.items()
    )
    yield _line("", *heads)
    yield "|---" * (len(columns) + 1) + "|"
    for part in parts():
        yield _line(_name_of(part), *(_cell(known.get(name, {}).get(part)) for name in columns))


def _name_of(part: str) -> str:
    return "tests on a real kernel" if part == KERNEL else f"[{part}](../molecule/{part})"


def _cell(found: Cell | None) -> str:
    if found is None:
        return "not tried"
    told = f" ({found['told']})" if found["told"] else ""
    return f"{found['verdict']}{told}, {found['tried']}"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(results()), encoding="utf-8")
