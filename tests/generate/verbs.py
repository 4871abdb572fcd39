# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parameters of each playbook, in its page below docs/verbs. The rest of these pages is written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.parameters import PLAYBOOKS, Parameter
from ansible_collections.lvs.cluster.tests.generate.parts import Schema, one_of
from ansible_collections.lvs.cluster.tests.generate.reference import takes
from ansible_collections.lvs.cluster.tests.generate.sections import renewed

PROJECT = Path(__file__).resolve().parents[2]
VERBS = PROJECT / "docs" / "verbs"
SOURCE = "plugins/plugin_utils/_schema/parameters.py"
ALL = "[what all playbooks take](../operations.md#what-all-playbooks-take)"
HEADER = "| `-e` | long name | takes | default | meaning |\n|---|---|---|---|---|\n"


def pages() -> dict[Path, str]:
    """Each page with its parameters as they are now."""
    return {path: page(path.stem, path.read_text(encoding="utf-8")) for path in sorted(VERBS.glob("*.md"))}


def page(verb: str, own: str) -> str:
    """own: the page as it is."""
    return renewed(own, "Parameters", SOURCE, _table(verb))


def _table(verb: str) -> str:
    parameters = PLAYBOOKS.get(verb, {})
    if not parameters:
        return f"It takes only {ALL}.\n"
    rows = "\n".join(_row(short, entry) for short, entry in parameters.items())
    return f"{HEADER}{rows}\n\nIt also takes {ALL}.{''.join(_remark(parameters))}\n"


def _row(short: str, entry: Parameter) -> str:
    schema = entry.check.schema()
    unit = next((f" {way['unit']}" for way in one_of(schema) if "unit" in way), "")
    cells = (f"`{short}`", f"`{entry.variable}`", _words(schema) + unit, _default(entry), entry.doc)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _words(schema: Schema) -> str:
    """What it takes; on a command line, commas make a list."""
    single, several, _same = takes(schema, "").partition("; or a list of these")
    return f"{single}, one or several" if several else single


def _default(entry: Parameter) -> str:
    if entry.required:
        return "*required*"
    if entry.otherwise or entry.default is None:
        return entry.otherwise
    return f"`{str(entry.default).lower() if isinstance(entry.default, bool) else entry.default}`"


def _remark(parameters: dict[str, Parameter]) -> Iterator[str]:
    early = [f"`{entry.variable}`" for entry in parameters.values() if entry.before_hosts]
    if early:
        yield f" {' and '.join(early)} can be set on the command line alone."
