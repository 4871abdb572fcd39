# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/troubleshooting.md: all findings of the doctor, below the symptoms that are written by hand."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.doctor import link_to
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.rule import Code
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.table import CODES
from ansible_collections.lvs.cluster.tests.generate.sections import renewed

PAGE = Path(__file__).resolve().parents[2] / "docs" / "troubleshooting.md"
SOURCE = "plugins/plugin_utils/_doctor"
OF_THE_DOCTOR = "LVS8"
HEADER = "| code | name | what it means |\n|---|---|---|\n"


def page() -> str:
    found = [code for code in CODES.values() if code.code.startswith(OF_THE_DOCTOR)]
    rows = "".join(f"{_row(code)}\n" for code in found)
    return renewed(PAGE.read_text(encoding="utf-8"), "All findings of the doctor", SOURCE, HEADER + rows)


def _row(code: Code) -> str:
    return f"| [{code.code}]({link_to(code.code).removeprefix('docs/')}) | {code.name} | {code.meaning} |"
