# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write docs/rules.md: every code that an error or an advice can have. `make generate` runs it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.rule import Code
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.table import CODES, SUBJECTS

PAGE = Path(__file__).resolve().parents[1] / "docs/rules.md"
INTRODUCTION = """\
# Rules

Made by `make generate` from the rules themselves, in `plugins/plugin_utils/_rules`.

What is wrong with a definition, or may not work as its owner thinks, is told with the path where it stands and with a
code in brackets. An error ends the run before any host is touched, and all errors come at once. An advice is a warning;
once you have decided that it does not concern your cluster, silence it by its code, with the reason:

```yaml
lvs_cluster:
  silenced:
    LVS513: all of our connections are short
```
"""


def page() -> str:
    """The whole text."""
    return "\n".join([INTRODUCTION, *_sections(CODES.values())])


def _sections(codes: Iterable[Code]) -> Iterator[str]:
    for digit, subject in SUBJECTS.items():
        yield f"## {subject}\n\n| code | name | severity | what it means | what to do |\n|---|---|---|---|---|"
        yield from (_row(code) for code in codes if code.code[3] == digit)
        yield ""


def _row(code: Code) -> str:
    return f"| {code.code} | {code.name} | {code.severity} | {code.meaning} | {code.remedy} |"
