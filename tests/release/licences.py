# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write docs/reference/licences.md, from what is installed for developers and for releases: `make licences`"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "reference" / "licences.md"
# Each list of packages, and the Python that has them installed.
LISTS = {
    "requirements-dev.txt": PROJECT / ".venv" / "bin" / "python",
    "requirements-release.txt": Path(sys.executable),
}
HEAD = """\
# Licences

The collection is published under the GPL-3.0-or-later, and holds nothing of anybody else. What it uses:

| where | what | licence |
|---|---|---|
| managed hosts | Python 3.8 or newer, its standard library | PSF-2.0 |
| the controller | ansible-core | GPL-3.0-or-later |
| | netaddr, if a definition has ranges or networks of addresses | BSD-3-Clause |
| | PyYAML and Jinja2, which ansible-core brings along | MIT, BSD-3-Clause |

keepalived, FRR, BIRD, nftables and the other programs on hosts are those of the distribution; no part of them is here.

## Packages of developers

None of them is in the archive that is published. `make licences` writes this list from what each package says of
itself; `requirements-dev.txt` and `requirements-release.txt` have the versions.

| package | licence |
|---|---|
"""


def listed(requirements: str) -> set[str]:
    """The names in a list of packages, but for those that other operating systems need."""
    lines = re.findall(r"^([a-z0-9-]+)==[^;\n]*(?:;(.*))?$", requirements, re.MULTILINE)
    return {name for name, where in lines if "win32" not in where}


def installed(python: Path) -> dict[str, str]:
    """The licence of each package that a Python has installed, by the package's normal name."""
    words = [sys.executable, "-m", "piplicenses", "--python", str(python), "--format", "json", "--from", "mixed"]
    told = json.loads(subprocess.check_output([*words, "--with-system"], text=True))
    return {re.sub(r"[-_.]+", "-", entry["Name"]).lower(): _in_words(entry["License"]) for entry in told}


def _in_words(licence: str) -> str:
    """In one line: some packages have the whole text where others have a name."""
    return licence.strip().splitlines()[0] if licence.strip() else "UNKNOWN"


def page(licences: Mapping[str, str], names: Iterable[str]) -> str:
    """The page for some packages; KeyError for one that is not installed."""
    return HEAD + "".join(f"| {name} | {licences[name]} |\n" for name in sorted(names))


def main() -> int:
    names: set[str] = set()
    licences: dict[str, str] = {}
    for file, python in LISTS.items():
        names |= listed((PROJECT / file).read_text(encoding="utf-8"))
        licences.update(installed(python))
    PAGE.write_text(page(licences, names), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
