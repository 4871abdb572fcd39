# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep what the last `make test` has found as cells of the matrix: `keep.py`

It runs the kernel tests and most scenarios as `make matrix` does, each on one release. What ran on several, or in part,
is no cell.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

from ansible_collections.lvs.cluster.plugins.plugin_utils._lab import data_file
from ansible_collections.lvs.cluster.tests.matrix import report, run

LOGS = report.PROJECT / "build" / "logs"
_LINE = re.compile(r"(?m)^((\S+?)(?:\.scenario)?) +(passed|FAILED) in ")


def ended(summary: str) -> Iterator[tuple[str, str, bool]]:
    """The target and the name of each part of the matrix in a summary, and whether it has passed."""
    for target, part, verdict in _LINE.findall(summary):
        if part in report.parts():
            yield target, part, verdict == "passed"


def releases_of(part: str) -> set[str]:
    """The releases of a part's machines."""
    if part == report.KERNEL:
        return {data_file.default_release()}
    own = report.PROJECT / "molecule" / part / "lab.toml"
    source = own if own.exists() else report.PROJECT / "molecule" / "lab.toml"
    description = data_file.parse(data_file.in_environment(source.read_text(encoding="utf-8")), str(source))
    return set(description.releases)


def main() -> None:
    summary = LOGS / "summary"
    tried = time.strftime("%Y-%m-%d", time.localtime(summary.stat().st_mtime))
    for target, part, passed in ended(summary.read_text(encoding="utf-8")):
        log = (LOGS / f"{target}.log").read_text(encoding="utf-8", errors="replace")
        verdict, told = run.verdict(passed, part, log)
        releases = releases_of(part)
        if len(releases) == 1:
            report.note(*releases, part, {"verdict": verdict, "told": told, "tried": tried})


if __name__ == "__main__":
    main()
