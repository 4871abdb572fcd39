# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write every file that repeats what stands elsewhere. `make generate` runs it."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.lvs.cluster.tests import rules_page
from ansible_collections.lvs.cluster.tests.generate import (
    editors,
    findings,
    known_faults,
    pictures,
    reference,
    roles,
    systems,
    verbs,
)

PROJECT = Path(__file__).resolve().parents[2]


def files() -> dict[Path, str]:
    """Each generated file and what it must say."""
    specs = [PROJECT / f"roles/{role}/meta/argument_specs.yml" for role in roles.ROLES]
    return {
        rules_page.PAGE: rules_page.page(),
        PROJECT / "docs/lvs.schema.json": editors.page(),
        findings.PAGE: findings.page(),
        PROJECT / "docs/reference/known-faults.md": known_faults.page(),
        PROJECT / "docs/reference/systems.md": systems.page(),
        **{PROJECT / "docs/reference" / name: page for name, page in reference.pages().items()},
        **pictures.pages(),
        **verbs.pages(),
        **{path: roles.text(path.read_text(encoding="utf-8")) for path in specs},
    }


if __name__ == "__main__":
    for path, text in files().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
